"""Look up the backends of other services in moto, without creating them.

Creating a backend takes time, and the backend would then be listed in moto's dashboard.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import Any


@cache
def _names(service: str) -> tuple[str, str]:
    return f"moto.{service}.models", f"{service}_backends"


def backend_in_use(service: str, account_id: str, region: str) -> Any:
    """Return the backend of a service, or None if nothing has used it yet.

    ``service`` is the name of moto's package and backend dictionary, e.g. ``events``. ``region`` is
    the partition for global services.
    """
    module_name, dictionary_name = _names(service)
    module = sys.modules.get(module_name)
    if module is None:
        return None
    # dict.get, because the [] of moto's dictionaries creates what is missing.
    regions = dict.get(getattr(module, dictionary_name, {}), account_id)
    return None if regions is None else dict.get(regions, region)
