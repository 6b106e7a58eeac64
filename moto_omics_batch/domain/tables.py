"""The lifecycles of HealthOmics. No other code lists statuses.

A state such as ``STOPPING>FAILED`` is reported as ``STOPPING``; the part behind ``>`` is the state
that it leads to, because the service reports one status for three different transitions.
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
    automatic: bool = False,
    failure: bool = False,
    runs_progress: bool = False,
    waits_for_runs: bool = False,
) -> list[Row]:
    return [
        Row(
            state,
            event,
            next,
            rule,
            evidence,
            automatic=automatic,
            failure=failure,
            runs_progress=runs_progress,
            waits_for_runs=waits_for_runs,
        )
        for state in states.split()
    ]


BATCH = Lifecycle(
    "batch",
    "CREATING",
    [
        *_rows("CREATING", "set_up", "PENDING", "B40", automatic=True),
        *_rows("PENDING", "validate", "SUBMITTING", "B40", automatic=True),
        *_rows("SUBMITTING", "submit", "INPROGRESS", "B40", automatic=True, runs_progress=True),
        *_rows(
            "INPROGRESS",
            "finish",
            "PROCESSED",
            "B40",
            automatic=True,
            runs_progress=True,
            waits_for_runs=True,
        ),
        *_rows("CREATING PENDING", "fail", "FAILED", "B40", failure=True),
        *_rows("PENDING SUBMITTING INPROGRESS", "cancel", "STOPPING", "B41"),
        *_rows(
            "STOPPING",
            "finish",
            "CANCELLED",
            "B41",
            automatic=True,
            runs_progress=True,
            waits_for_runs=True,
        ),
        *_rows("PROCESSED CANCELLED", "delete_runs", "RUNS_DELETING", "B41"),
        *_rows("RUNS_DELETING", "finish_deleting", "RUNS_DELETED", "B82", automatic=True),
        *_rows("RUNS_DELETING", "fail_deleting", "RUNS_DELETE_FAILED", "B82", failure=True),
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
        *_rows("PENDING", "advance", "STARTING", "W2.8", automatic=True),
        *_rows("STARTING", "advance", "RUNNING", "W2.8", automatic=True),
        *_rows("RUNNING", "advance", "STOPPING>COMPLETED", "W2.8", automatic=True),
        *_rows("STOPPING>COMPLETED", "advance", "COMPLETED", "W2.8", automatic=True),
        *_rows(
            "PENDING STARTING RUNNING STOPPING>COMPLETED",
            "cancel",
            "STOPPING>CANCELLED",
            "W2.8",
        ),
        # A run that is stopping may be cancelled; one that stops for a cancel stays as it is.
        *_rows("STOPPING>CANCELLED", "cancel", "STOPPING>CANCELLED", "W2.8"),
        *_rows("STOPPING>CANCELLED", "advance", "CANCELLED", "W2.8", automatic=True),
        *_rows(
            "PENDING STARTING RUNNING STOPPING>COMPLETED",
            "fail",
            "STOPPING>FAILED",
            "W2.8",
            failure=True,
        ),
        *_rows(
            "STOPPING>FAILED",
            "cancel",
            "STOPPING>FAILED",
            "W2.8",
            evidence="our choice",
        ),
        *_rows("STOPPING>FAILED", "advance", "FAILED", "W2.8", automatic=True),
        *_rows("COMPLETED FAILED CANCELLED", "delete", "DELETED", "W2.8"),
    ],
)

#: The states of a run that other code refers to: it is provisioned, its tasks execute, they all
#: were done. RUN_STOPS is a status, that of three states.
RUN_STARTS, RUN_EXECUTES, RUN_SUCCEEDS = "STARTING", "RUNNING", "STOPPING>COMPLETED"
RUN_STOPS = "STOPPING"

#: The states in which a run, and with it a task, has ended.
RUN_ENDS = COMPLETED, FAILED, CANCELLED = "COMPLETED", "FAILED", "CANCELLED"

WORKFLOW = Lifecycle(
    "workflow",
    "CREATING",
    [
        *_rows("CREATING", "advance", "ACTIVE", "W4.1", automatic=True),
        *_rows("CREATING", "fail", "FAILED", "W4.1", failure=True),
        *_rows("ACTIVE FAILED", "delete", "DELETED", "W4.2"),
    ],
)

WORKFLOW_VERSION = Lifecycle("workflow version", WORKFLOW.initial, WORKFLOW.rows)

CONFIGURATION = Lifecycle(
    "configuration",
    "CREATING",
    [
        *_rows("CREATING", "advance", "ACTIVE", "W8", automatic=True),
        *_rows("CREATING", "fail", "FAILED", "W8", failure=True),
        *_rows("CREATING ACTIVE FAILED", "delete", "DELETING", "W8"),
        *_rows("DELETING", "advance", "DELETED", "W8", automatic=True),
    ],
)

RUN_CACHE = Lifecycle("run cache", "ACTIVE", [*_rows("ACTIVE", "delete", "DELETED", "W7")])

RUN_GROUP = Lifecycle("run group", "ACTIVE", [*_rows("ACTIVE", "delete", GONE, "W6")])

#: A reference store has no status: no response shows this one.
REFERENCE_STORE = Lifecycle("reference store", "ACTIVE", [*_rows("ACTIVE", "delete", GONE, "S34")])

SEQUENCE_STORE = Lifecycle(
    "sequence store",
    "CREATING",
    [
        *_rows("CREATING", "advance", "ACTIVE", "S52", evidence="our choice", automatic=True),
        *_rows("ACTIVE", "update", "UPDATING", "S54"),
        *_rows("UPDATING", "advance", "ACTIVE", "S54", automatic=True),
        *_rows("CREATING", "fail", "FAILED", "S52", evidence="our choice", failure=True),
        *_rows("CREATING ACTIVE UPDATING FAILED", "delete", GONE, "S57"),
    ],
)

REFERENCE = Lifecycle("reference", "ACTIVE", [*_rows("ACTIVE", "delete", GONE, "S48")])

READ_SET = Lifecycle(
    "read set",
    "PROCESSING_UPLOAD",
    [
        *_rows("PROCESSING_UPLOAD", "advance", "ACTIVE", "S115", automatic=True),
        *_rows("PROCESSING_UPLOAD", "fail", "UPLOAD_FAILED", "S115", failure=True),
        *_rows("ACTIVE", "archive", "ARCHIVED", "S96"),
        *_rows("ARCHIVED", "activate", "ACTIVATING", "S122"),
        *_rows("ACTIVATING", "finish", "ACTIVE", "S122"),
        *_rows("ACTIVATING", "fail", "ARCHIVED", "S122", evidence="our choice", failure=True),
        *_rows(
            "PROCESSING_UPLOAD UPLOAD_FAILED ACTIVE ARCHIVED ACTIVATING",
            "delete",
            GONE,
            "S142",
            evidence="our choice",
        ),
    ],
)

#: An upload has no status: no response shows this one.
UPLOAD = Lifecycle("upload", "OPEN", [*_rows("OPEN", "end", GONE, "S116")])

#: Jobs of storage: imports of references and read sets, exports, activations.
JOB = Lifecycle(
    "job",
    "SUBMITTED",
    [
        *_rows("SUBMITTED", "start", "IN_PROGRESS", "S80", automatic=True),
        *_rows("IN_PROGRESS", "finish", "COMPLETED", "S80", automatic=True),
        *_rows("IN_PROGRESS", "finish_partly", "COMPLETED_WITH_FAILURES", "S80", failure=True),
        *_rows("IN_PROGRESS", "fail", "FAILED", "S80", evidence="our choice", failure=True),
    ],
)

#: The items of a job: sources, or read sets.
ITEM = Lifecycle(
    "item of a job",
    "NOT_STARTED",
    [
        *_rows("NOT_STARTED", "start", "IN_PROGRESS", "S80"),
        *_rows("IN_PROGRESS", "finish", "FINISHED", "S80"),
        *_rows("IN_PROGRESS", "fail", "FAILED", "S80", failure=True),
    ],
)

_ANALYTICS_STORE_ROWS = [
    *_rows("CREATING", "advance", "ACTIVE", "A20", automatic=True),
    *_rows("CREATING", "fail", "FAILED", "A28", evidence="observed", failure=True),
    *_rows("ACTIVE", "delete", "DELETING", "A25"),
    *_rows("FAILED", "delete", "DELETING", "A26", evidence="our choice"),
    *_rows("DELETING", "delete", "DELETING", "A26", evidence="our choice"),
    *_rows("DELETING", "advance", GONE, "A25", automatic=True),
]
VARIANT_STORE = Lifecycle("variant store", "CREATING", _ANALYTICS_STORE_ROWS)
ANNOTATION_STORE = Lifecycle("annotation store", "CREATING", _ANALYTICS_STORE_ROWS)
ANNOTATION_STORE_VERSION = Lifecycle("annotation store version", "CREATING", _ANALYTICS_STORE_ROWS)

SHARE = Lifecycle(
    "share",
    "PENDING",
    [
        *_rows("PENDING", "accept", "ACTIVATING", "A68"),
        *_rows("ACTIVATING", "advance", "ACTIVE", "A68", automatic=True),
        *_rows("ACTIVATING", "fail", "FAILED", "A68", failure=True),
        *_rows("PENDING ACTIVE", "delete", "DELETING", "A74"),
        *_rows("ACTIVATING FAILED", "delete", "DELETING", "A75", evidence="our choice"),
        *_rows("DELETING", "delete", "DELETING", "A75", evidence="our choice"),
        *_rows("DELETING", "advance", "DELETED", "A75", automatic=True),
    ],
)

#: The statuses of a share in which its resource cannot be deleted (A76), and in which another one
#: with the same subscriber is a conflict (A65).
SHARE_IN_USE = "ACTIVATING", "ACTIVE"
SHARE_OFFERED = "PENDING", *SHARE_IN_USE

#: Imports of variants and annotations.
ANALYTICS_JOB = Lifecycle(
    "analytics import job",
    "SUBMITTED",
    [
        *_rows("SUBMITTED", "start", "IN_PROGRESS", "A58", automatic=True),
        *_rows("IN_PROGRESS", "finish", "COMPLETED", "A58", automatic=True),
        *_rows("IN_PROGRESS", "fail", "FAILED", "A58", failure=True),
        *_rows("SUBMITTED", "fail", "FAILED", "A59", evidence="our choice", failure=True),
        *_rows(
            "IN_PROGRESS",
            "finish_partly",
            "COMPLETED_WITH_FAILURES",
            "A59",
            evidence="our choice",
            failure=True,
        ),
        *_rows("SUBMITTED IN_PROGRESS", "cancel", "CANCELLED", "A60"),
        *_rows("CANCELLED", "cancel", "CANCELLED", "A60", evidence="our choice"),
    ],
)

#: The files of such an import.
ANALYTICS_ITEM = Lifecycle(
    "item of an analytics import job",
    "SUBMITTED",
    [
        *_rows("SUBMITTED", "start", "IN_PROGRESS", "A58"),
        *_rows("IN_PROGRESS", "finish", "COMPLETED", "A58"),
        *_rows("IN_PROGRESS", "fail", "FAILED", "A58", failure=True),
        *_rows("SUBMITTED IN_PROGRESS", "cancel", "CANCELLED", "A60", evidence="our choice"),
    ],
)

LIFECYCLES = (
    *(BATCH, RUN, WORKFLOW, WORKFLOW_VERSION, CONFIGURATION, RUN_CACHE, RUN_GROUP),
    *(REFERENCE_STORE, SEQUENCE_STORE, REFERENCE, READ_SET, UPLOAD, JOB, ITEM),
    *(VARIANT_STORE, ANNOTATION_STORE, ANNOTATION_STORE_VERSION, ANALYTICS_JOB, ANALYTICS_ITEM),
    SHARE,
)
