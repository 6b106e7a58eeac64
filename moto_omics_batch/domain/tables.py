"""The lifecycles of HealthOmics. Nothing else in the code lists states.

A state such as ``STOPPING>FAILED`` is shown as ``STOPPING``; what stands behind ``>`` is where it
leads, because the service shows one word for three ways to an end.
"""

from __future__ import annotations

from .lifecycle import GONE, Evidence, Lifecycle, Row


def _rows(
    states: str,
    event: str,
    next: str,
    rule: str,
    *,
    evidence: Evidence = "documented",
    by_itself: bool = False,
) -> list[Row]:
    return [Row(state, event, next, rule, evidence, by_itself) for state in states.split()]


BATCH = Lifecycle(
    "batch",
    "CREATING",
    [
        *_rows("CREATING", "set_up", "PENDING", "B40", by_itself=True),
        *_rows("PENDING", "validate", "SUBMITTING", "B40", by_itself=True),
        *_rows("SUBMITTING", "submit", "INPROGRESS", "B40", by_itself=True),
        *_rows("INPROGRESS", "finish", "PROCESSED", "B40", by_itself=True),
        *_rows("CREATING PENDING", "fail", "FAILED", "B40"),
        *_rows("PENDING SUBMITTING INPROGRESS", "cancel", "STOPPING", "B41"),
        *_rows("STOPPING", "finish", "CANCELLED", "B41", by_itself=True),
        *_rows("PROCESSED CANCELLED", "delete_runs", "RUNS_DELETING", "B41"),
        *_rows("RUNS_DELETING", "finish_deleting", "RUNS_DELETED", "B82", by_itself=True),
        *_rows("RUNS_DELETING", "fail_deleting", "RUNS_DELETE_FAILED", "B82"),
        *_rows(
            "PROCESSED FAILED CANCELLED RUNS_DELETED RUNS_DELETE_FAILED",
            "delete",
            GONE,
            "B41",
        ),
    ],
)

RUN = Lifecycle(
    "run",
    "PENDING",
    [
        *_rows("PENDING", "advance", "STARTING", "W2.8", by_itself=True),
        *_rows("STARTING", "advance", "RUNNING", "W2.8", by_itself=True),
        *_rows("RUNNING", "advance", "STOPPING>COMPLETED", "W2.8", by_itself=True),
        *_rows("STOPPING>COMPLETED", "advance", "COMPLETED", "W2.8", by_itself=True),
        *_rows(
            "PENDING STARTING RUNNING STOPPING>COMPLETED",
            "cancel",
            "STOPPING>CANCELLED",
            "W2.8",
        ),
        # A run that is stopping may be cancelled; one that already stops for it goes on so.
        *_rows("STOPPING>CANCELLED", "cancel", "STOPPING>CANCELLED", "W2.8"),
        *_rows("STOPPING>CANCELLED", "advance", "CANCELLED", "W2.8", by_itself=True),
        *_rows(
            "PENDING STARTING RUNNING STOPPING>COMPLETED",
            "fail",
            "STOPPING>FAILED",
            "W2.8",
        ),
        *_rows(
            "STOPPING>FAILED",
            "cancel",
            "STOPPING>FAILED",
            "W2.8",
            evidence="our choice",
        ),
        *_rows("STOPPING>FAILED", "advance", "FAILED", "W2.8", by_itself=True),
        *_rows("COMPLETED FAILED CANCELLED", "delete", "DELETED", "W2.8"),
    ],
)

WORKFLOW = Lifecycle(
    "workflow",
    "CREATING",
    [
        *_rows("CREATING", "advance", "ACTIVE", "W4.1", by_itself=True),
        *_rows("CREATING", "fail", "FAILED", "W4.1"),
        *_rows("ACTIVE FAILED", "delete", "DELETED", "W4.2"),
    ],
)

WORKFLOW_VERSION = Lifecycle("workflow version", WORKFLOW.initial, WORKFLOW.rows)

CONFIGURATION = Lifecycle(
    "configuration",
    "CREATING",
    [
        *_rows("CREATING", "advance", "ACTIVE", "W8", by_itself=True),
        *_rows("CREATING", "fail", "FAILED", "W8"),
        *_rows("CREATING ACTIVE FAILED", "delete", "DELETING", "W8"),
        *_rows("DELETING", "advance", "DELETED", "W8", by_itself=True),
    ],
)

RUN_CACHE = Lifecycle("run cache", "ACTIVE", [*_rows("ACTIVE", "delete", "DELETED", "W7")])

RUN_GROUP = Lifecycle("run group", "ACTIVE", [*_rows("ACTIVE", "delete", GONE, "W6")])

LIFECYCLES = (BATCH, RUN, WORKFLOW, WORKFLOW_VERSION, CONFIGURATION, RUN_CACHE, RUN_GROUP)
