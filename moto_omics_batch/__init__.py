"""AWS HealthOmics for moto. Importing the package registers the backend.

PYTEST_DONT_REWRITE: there is no assertion here that pytest could explain.
"""

import logging

from ._install import install as install

__version__ = "0.1.0.dev0"

# The logger prints nothing unless the application configures logging.
logging.getLogger(__name__).addHandler(logging.NullHandler())

install()
