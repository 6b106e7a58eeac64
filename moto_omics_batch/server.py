"""``moto-omics-server``: moto's server with HealthOmics in it."""

from __future__ import annotations

import sys

from ._install import install


def main(argv: list[str] | None = None) -> None:
    """Install the backend, then hand the arguments on to ``moto_server``.

    Ends with a hint when the packages of ``moto[server]`` are missing.
    """
    install()
    try:
        from moto.server import main as serve
    except ImportError as missing:
        sys.exit(f"{missing}: try pip install 'moto-omics-batch[server]'")
    serve(argv)
