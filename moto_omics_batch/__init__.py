"""AWS HealthOmics run batches for moto. Importing the package registers the backend."""

from ._install import install as install

__version__ = "0.1.0.dev0"

install()
