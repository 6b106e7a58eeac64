"""``python -m moto_omics_batch``: run the demo."""

from __future__ import annotations

import argparse
import math
import sys

#: The largest batch (B11).
MAX_RUNS = 100_000


def _count(text: str) -> int:
    if not (text.isdecimal() and 1 <= int(text) <= MAX_RUNS):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to {MAX_RUNS}")
    return int(text)


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = math.nan
    if not (math.isfinite(speed) and speed >= 0):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0")
    return speed


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m moto_omics_batch",
        description="Run HealthOmics batches in a mock AWS, without account and network.",
    )
    parser.add_argument(
        "--samples",
        type=_count,
        default=2504,
        metavar="N",
        help="number of runs in the batch with settings in S3 (default: %(default)s)",
    )
    parser.add_argument(
        "--speed",
        type=_speed,
        default=1.0,
        metavar="X",
        help="2 is twice as fast as the default 1, 0.5 half as fast, 0 makes no pauses",
    )
    parser.add_argument(
        "--plain", action="store_true", help="write plain lines, as without a terminal"
    )
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Run the demo. Returns the exit code: 0 if all results are as expected, 130 for Ctrl-C.

    Exits with a message if the packages of ``moto-omics-batch[demo]`` are not installed.
    """
    arguments = _arguments(argv)
    try:
        from moto_omics_batch import demo

        return demo.run(
            demo.Screen(plain=arguments.plain, speed=arguments.speed), arguments.samples
        )
    except ImportError as error:
        sys.exit(f"The demo needs other packages ({error}): pip install 'moto-omics-batch[demo]'")
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
