"""The command ``moto-omics-server``: moto's server with HealthOmics."""

from __future__ import annotations

import logging
import sys

from ._install import install


def main(argv: list[str] | None = None) -> None:
    """Install the backend, then pass the arguments to ``moto_server``.

    Internal errors of HealthOmics, and events that could not be delivered, are logged to stderr.
    Exits with a hint when the packages of ``moto[server]`` are missing.
    """
    install()
    try:
        from moto.server import main as serve
    except ImportError as missing:
        sys.exit(f"{missing}: try pip install 'moto-omics-batch[server]'")
    _log_to_stderr()
    serve(argv)


def _log_to_stderr() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger(__package__).addHandler(handler)
