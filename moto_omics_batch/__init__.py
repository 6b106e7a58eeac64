"""AWS HealthOmics run batches for moto. Importing the package registers the backend."""

import logging

from ._install import install as install

__version__ = "0.1.0.dev0"

# Nothing is printed: who configures logging hears of events that could not be delivered.
logging.getLogger(__name__).addHandler(logging.NullHandler())

install()
