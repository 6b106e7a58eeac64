"""``python -m moto_omics_batch``: the demo, a cohort of samples through a whole batch."""

from __future__ import annotations

import argparse
import sys

#: What one batch may hold (B11).
MOST = 100_000


def _count(text: str) -> int:
    count = int(text)
    if not 1 <= count <= MOST:
        raise argparse.ArgumentTypeError(f"a batch holds 1 to {MOST} runs, not {count}")
    return count


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m moto_omics_batch",
        description="Two HealthOmics run batches in a mock AWS: no account, no network.",
    )
    parser.add_argument(
        "--samples",
        type=_count,
        default=2504,
        metavar="N",
        help="runs of the batch that S3 settings describe (default: %(default)s)",
    )
    parser.add_argument(
        "--plain", action="store_true", help="lines instead of a live picture, as under a pipe"
    )
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Run the demo; 0 when everything went as it announced.

    Ends with a hint when the packages of ``moto-omics-batch[demo]`` are missing.
    """
    arguments = _arguments(argv)
    try:
        from moto_omics_batch import demo
    except ImportError as missing:
        sys.exit(f"the demo needs more packages: pip install 'moto-omics-batch[demo]' ({missing})")
    try:
        return demo.run(demo.Screen(plain=arguments.plain), arguments.samples)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
