"""The CloudWatch logs of runs (L20 to L39): written when the status of a run changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from ...domain import run_log
from ...domain.json_text import compact_json
from ...domain.run_log import Line
from ...domain.run_selection import RunRef
from ...domain.runs import RunBlock
from ...domain.storage import used
from ...domain.tables import (
    FAILED,
    RUN,
    RUN_ENDS,
    RUN_EXECUTES,
    RUN_STARTS,
    RUN_STOPS,
    RUN_SUCCEEDS,
)
from ...domain.task_progress import end_of
from ..integrations.logs import Logs
from ..integrations.s3 import S3, texts
from . import engine_log
from .context import Context
from .log_streams import (
    LOG_GROUP,
    cache_stream,
    engine_stream,
    manifest_stream,
    run_stream,
    stream_arn,
    task_stream,
)
from .run_descriptions import output_uri
from .run_manifest import RunManifests
from .run_tasks import RunTasks

#: logMessage → message in the stream of a run cache. The documentation names the first, and shows
#: of the second that it contains ``run: ID,`` and the ARN of a task (L25).
_CACHE_TEXTS = {
    "CACHE_ENTRY_CREATED": "Cache entry created for run: {}, task: {}, by {}",
    "CACHE_HIT": "Cache hit for run: {}, task: {}, entry created by {}",
    "CACHE_MISS": "Cache miss for run: {}, task: {}, {}",
}


class RunLogs:
    """Writes the log streams of the runs of one account and region, an `Observer` of runs.

    It is notified of the run cache too (a `CacheListener`).
    """

    def __init__(self, context: Context, s3: S3, tasks: RunTasks, logs: Logs):
        self._context = context
        self._tasks = tasks
        self._manifests = RunManifests(context, s3, tasks)
        self._logs = logs
        #: Status → what writes the lines of a run that comes to it; a run logs in no other.
        self._writers: Mapping[str, Callable[[RunRef, datetime], None]] = {
            RUN.initial: self._pending,
            RUN_STARTS: self._starting,
            RUN_EXECUTES: self._running,
            RUN_STOPS: self._stopping,
            **dict.fromkeys(RUN_ENDS, self._ended),
        }

    def wants(self, block: RunBlock, status: str) -> bool:
        """Return whether the logs are on, and runs that come to ``status`` write lines."""
        return (
            self._context.settings.logs
            and block.settings.get("logLevel") != "OFF"
            and status in self._writers
        )

    def runs_changed(self, block: RunBlock, indexes: Sequence[int], at: datetime) -> None:
        """Write what the runs of a block log when they come to their status."""
        write = self._writers[block.cohort_of(indexes[0]).status]
        for index in indexes:
            write(RunRef(block, index), at)

    # -- streams of a run --

    def _pending(self, run: RunRef, at: datetime) -> None:
        self._write(run_stream(run.id), run_log.pending(at))

    def _starting(self, run: RunRef, at: datetime) -> None:
        minutes = self._tasks.longest_duration(run)
        if minutes is None and run.block.resolved["workflowType"] == "READY2RUN":
            minutes = run_log.READY2RUN_MINUTES
        self._write(run_stream(run.id), run_log.starting(at, minutes))

    def _running(self, run: RunRef, at: datetime) -> None:
        tasks = list(self._tasks.of_run(run))
        inputs = dict.fromkeys(text for text in texts(run.parameters) if text.startswith("s3://"))
        self._write(run_stream(run.id), run_log.running(at, inputs, tasks))
        self._write(engine_stream(run.id), [(at, engine_log.started(run))])
        for task in tasks:
            if not task.cache_hit:
                output = ((at, line) for line in task.declared.get("stdout") or ())
                self._write(task_stream(run.id, task.id), output)

    def _stopping(self, run: RunRef, at: datetime) -> None:
        executed, outcome = run_log.was_running(run.history), run.outcome
        failed_to_export = outcome is not None and outcome.reason == "EXPORT_FAILED"
        stop = run_log.Stop(
            exporting=executed and (run.state == RUN_SUCCEEDS or failed_to_export),
            output_uri=output_uri(run.id, run.settings),
            storage=used(run.block.resolved["storageCapacity"]),
            engine_stream=stream_arn(self._context, engine_stream(run.id)),
        )
        lines = run_log.stopping(run.history, self._tasks.at_end(run), stop)
        self._write(run_stream(run.id), lines)
        if executed:
            self._engine_ends(run, end_of(run.state), at)

    def _ended(self, run: RunRef, at: datetime) -> None:
        lines = run_log.ended(run.history, self._tasks.of_run(run))
        self._write(run_stream(run.id), lines)
        if not run_log.was_running(run.history):
            return
        if run_log.failed_late(run.history):
            self._engine_ends(run, FAILED, at)
        stream = manifest_stream(run.id, run.uuid)
        self._write(stream, ((at, line) for line in self._manifests.lines(run)))

    def _engine_ends(self, run: RunRef, state: str, at: datetime) -> None:
        """Write the last line of the engine: the statusMessage of a run that fails."""
        failure = self._tasks.failure_of(run) if state == FAILED else None
        self._write(engine_stream(run.id), [(at, engine_log.ended(run, state, failure))])

    def _write(self, stream: str, lines: Iterable[Line]) -> None:
        self._logs.write(LOG_GROUP, stream, list(lines), self._context.now())

    # -- the stream of a run cache (L25) --

    def hit(self, run: RunRef, number: int, at: datetime) -> None:
        """Write that a task took its result from the run cache, after its use was recorded."""
        self._cache_line(run, "CACHE_HIT", number, at)

    def missed(self, run: RunRef, number: int, at: datetime) -> None:
        """Write that a task found nothing in the run cache."""
        self._cache_line(run, "CACHE_MISS", number, at)

    def created(self, run: RunRef, number: int, at: datetime) -> None:
        """Write that the result of a task was stored in the run cache."""
        self._cache_line(run, "CACHE_ENTRY_CREATED", number, at)

    def _cache_line(self, run: RunRef, log_message: str, number: int, at: datetime) -> None:
        if not self.wants(run.block, run.status):
            return
        task = self._tasks.task(run, number)
        # cacheS3Uri is LOCATION/CACHEUUID/RUNID/TASKID/ENTRYUUID/, of the task that made the entry.
        *_, task_id, _ = ["", *(task.cache_uri or "").rstrip("/").split("/")]
        arn = self._context.arn("task", task_id) if task_id.isdecimal() else task.arn
        text = _CACHE_TEXTS[log_message].format(run.id, task.name, arn)
        line = compact_json({"logMessage": log_message, "message": text})
        stream = cache_stream(run.settings["cacheId"], run.block.resolved["cacheUuid"])
        self._write(stream, [(at, line)])
