"""AWS HealthOmics for moto. Importing the package registers the backend.

PYTEST_DONT_REWRITE: pytest does not warn if the package is imported before pytest starts.
"""

import logging
from typing import TYPE_CHECKING

from ._install import install as install

if TYPE_CHECKING:
    from ._config import omics_config as omics_config
    from .plugin.mock import OmicsMock as OmicsMock

__version__ = "0.1.0.dev0"

#: Name → the module that has it, which is imported when the name is first used.
_LAZY = {"OmicsMock": ".plugin.mock", "omics_config": "._config"}

# The logger prints nothing unless the application configures logging.
logging.getLogger(__name__).addHandler(logging.NullHandler())


# Type checkers would accept every name.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Import a public name when it is first used. Raises AttributeError for another name."""
        if name not in _LAZY:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        value = getattr(import_module(_LAZY[name], __name__), name)
        globals()[name] = value
        return value


install()
