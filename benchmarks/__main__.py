"""``python -m benchmarks``: print a table of ratios and their limits."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence

from . import calls, large_batch, run_logs, scans, scheduler, start_up, stores, typical_test
from .measure import FULL, QUICK, Figure, Sizes

BENCHMARKS: dict[str, Callable[[Sizes], Iterator[Figure]]] = {
    "get-batch": calls.get_batch,
    "last-page": calls.last_page,
    "boto3": calls.against_boto3,
    "moto": calls.moto_against_boto3,
    "list-runs": calls.list_runs,
    "to-processed": large_batch.to_processed,
    "memory": large_batch.memory,
    "logs": run_logs.time,
    "logs-memory": run_logs.memory,
    "nothing-due": scheduler.nothing_due,
    "quota": scheduler.through_quota,
    "start-run": scheduler.start_run,
    "find-single-runs": scans.single_runs,
    "find-runs-of-batch": scans.runs_of_a_batch,
    "touched-runs": scans.touched_runs,
    "last-page-of-store": stores.last_pages,
    "get-read-set": stores.get_read_set,
    "import": start_up.import_package,
    "pytest": start_up.pytest_run,
    "shared-models": typical_test.shared_models,
}


def line(figure: Figure) -> str:
    """Return one line of the table."""
    limit = "" if figure.limit is None else f"<= {figure.limit:g}"
    value = f"{figure.value:.2f} {figure.unit}"
    return f"{figure.what:<56}{value:>10}  {limit:<8}{figure.verdict:<6}{figure.detail}".rstrip()


def main(argv: Sequence[str] | None = None, sizes: Sizes | None = None) -> None:
    """Run benchmarks and print their figures. Figures over their limit are no error."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller batches, fewer rounds")
    parser.add_argument(
        "--only", action="append", choices=BENCHMARKS, metavar="NAME", help=", ".join(BENCHMARKS)
    )
    arguments = parser.parse_args(argv)
    sizes = sizes or (QUICK if arguments.quick else FULL)
    for name in arguments.only or BENCHMARKS:
        for figure in BENCHMARKS[name](sizes):
            print(line(figure), flush=True)


if __name__ == "__main__":
    main()
