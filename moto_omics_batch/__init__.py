"""AWS HealthOmics for moto. Importing the package registers the backend.

PYTEST_DONT_REWRITE: pytest does not warn if the package is imported before pytest starts.
"""

import logging

from ._install import install as install

__version__ = "0.1.0.dev0"

# The logger prints nothing unless the application configures logging.
logging.getLogger(__name__).addHandler(logging.NullHandler())

install()
