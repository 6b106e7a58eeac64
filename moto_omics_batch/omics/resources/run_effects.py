"""What happens when runs change their status, and how runs fail without a fault.

This module and those that only it needs are imported with the first backend: most processes that
import moto use HealthOmics in no test.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...domain.declarations import Declarations
from ..integrations.eventbridge import EventQueue
from ..integrations.logs import Logs
from ..integrations.s3 import S3
from .context import Context
from .events import RunEvents
from .observers import RunObservers
from .run_cache_entries import CacheEntries
from .run_caches import RunCaches
from .run_exports import RunExports
from .run_logs import RunLogs
from .run_outcomes import NaturalOutcomes
from .run_outputs import RunOutputs
from .run_parameters import RunParameters
from .run_tasks import RunTasks
from .storage_inputs import StorageInputs, StoredFiles


class RunEffects:
    """The observers of runs of one account and region, and the failures that are no faults."""

    def __init__(
        self,
        context: Context,
        *,
        s3: S3,
        queue: EventQueue,
        run_caches: RunCaches,
        declarations: Declarations,
        tasks: RunTasks,
        events: RunEvents,
        stored: StoredFiles,
    ):
        outputs = RunOutputs(s3, declarations, tasks)
        logs = RunLogs(context, s3, tasks, Logs(context.account_id, context.region, queue))
        entries = CacheEntries(s3, run_caches, tasks, logs)
        #: What a run leaves is in place before its events are sent.
        self.observers = RunObservers([entries, outputs, logs, events])
        self.natural: Sequence[NaturalOutcomes] = [
            RunParameters(context, s3),
            StorageInputs(context, stored),
            RunExports(context, outputs),
        ]
