"""The command ``moto-omics-server``: moto's server with HealthOmics."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from ._install import install


def main(argv: list[str] | None = None) -> None:
    """Install the backend, then pass the arguments to ``moto_server``.

    Runs write logs to CloudWatch, unless MOTO_OMICS_LOGS is false (L20). Internal errors of
    HealthOmics, and events that could not be delivered, are logged to stderr. Exits with a hint
    when the packages of ``moto[server]`` are missing.
    """
    install()
    try:
        from moto.server import main as serve
    except ImportError as missing:
        sys.exit(f"{missing}: try pip install 'moto-omics-batch[server]'")
    _log_to_stderr()
    with _settings():
        serve(argv)


@contextmanager
def _settings() -> Iterator[None]:
    """Apply the settings of HealthOmics in a server, which a reset of the server keeps.

    They are where `mock_aws` puts its ``config``, which does not reach a server.
    """
    from moto.core.config import default_user_config

    config: dict[str, Any] = cast("dict[str, Any]", default_user_config)
    logs = os.environ.get("MOTO_OMICS_LOGS", "true").lower() != "false"
    config["omics"] = {"logs": logs}
    try:
        yield
    finally:
        del config["omics"]


def _log_to_stderr() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger(__package__).addHandler(handler)
