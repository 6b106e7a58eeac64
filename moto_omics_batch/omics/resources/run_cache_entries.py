"""The entries of run caches: what runs find, and what they store when they end (L65 to L74)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from ...domain.cache import CacheEntry, CacheUse, inputs_key, manifest, stores, task_key
from ...domain.engine_settings import NEXTFLOW
from ...domain.run_selection import RunRef
from ...domain.runs import RunBlock
from ...domain.tables import COMPLETED, RUN_ENDS, RUN_EXECUTES
from ..integrations.s3 import S3
from ..integrations.s3_inputs import Inputs
from .run_caches import RunCache, RunCaches
from .run_tasks import RunTasks

#: The statuses of runs in which the cache is read, or written.
_STATUSES = (RUN_EXECUTES, *RUN_ENDS)

#: Shared by all runs without a hit.
_NO_HITS: Mapping[int, str] = MappingProxyType({})


class CacheListener(Protocol):
    """Is notified of what runs find in their cache, and of what they store there.

    ``number`` is that of the task in the block of the run.
    """

    def hit(self, run: RunRef, number: int, at: datetime) -> None:
        """A task has its result from the cache."""
        ...

    def missed(self, run: RunRef, number: int, at: datetime) -> None:
        """A task that could have its result from the cache is executed."""
        ...

    def created(self, run: RunRef, number: int, at: datetime) -> None:
        """The result of a task was stored."""
        ...


class CacheEntries:
    """Looks up the tasks of runs in their cache, and stores them there, an `Observer` of runs.

    A run looks up its tasks when it is RUNNING, and stores what it executed when it has ended
    (L72). Runs without a cache cost nothing.
    """

    def __init__(self, s3: S3, run_caches: RunCaches, tasks: RunTasks, listener: CacheListener):
        self._s3 = s3
        self._run_caches = run_caches
        self._tasks = tasks
        self._listener = listener

    def wants(self, block: RunBlock, status: str) -> bool:
        """Return whether runs of a block read or write a cache when they come to a status."""
        return "cacheId" in block.settings and status in _STATUSES

    def runs_changed(self, block: RunBlock, indexes: Sequence[int], at: datetime) -> None:
        """Runs with a cache execute, or have ended."""
        # Active runs keep a cache from being deleted.
        cache = self._run_caches.find(block.settings["cacheId"])
        if block.cohort_of(indexes[0]).state == RUN_EXECUTES:
            self._look_up(cache, block, indexes, at)
            return
        for index in indexes:
            use = block.cache_uses.pop(index, None)
            if use is None:
                # It has ended before it could execute.
                continue
            if use.hits:
                block.cache_uses[index] = use._replace(inputs=b"")
            self._store(cache, RunRef(block, index), use.inputs, at)

    # -- looking up --

    def _look_up(
        self, cache: RunCache, block: RunBlock, indexes: Sequence[int], at: datetime
    ) -> None:
        """Look up all tasks of runs; the inputs of a run are read and hashed once."""
        inputs = Inputs(self._s3, patterns=block.resolved["engine"] == NEXTFLOW)
        shared: bytes | None = None
        for index in indexes:
            run = RunRef(block, index)
            if block.overrides(index).get("parameters") is not None:
                key = _inputs_key(run, inputs)
            else:
                key = shared = shared or _inputs_key(run, inputs)
            block.cache_uses[index] = CacheUse(key, self._hits(cache, run, key) or _NO_HITS)
            self._notify(run, at)

    def _hits(self, cache: RunCache, run: RunRef, inputs: bytes) -> dict[int, str]:
        """Return the URIs of the entries of a run by the position of the task."""
        found: dict[int, str] = {}
        for position in range(len(run.block.tasks.specs)):
            spec = self._tasks.spec(run, position)
            if not spec.cacheable:
                continue
            key = task_key(inputs, position, spec)
            entry = cache.entries.get(key)
            if entry is None:
                continue
            if entry.in_s3 and not self._s3.exists(entry.manifest_uri):
                # L68: a deleted entry is no error, its task is executed again.
                del cache.entries[key]
                continue
            found[position] = entry.uri
        return found

    def _notify(self, run: RunRef, at: datetime) -> None:
        numbers = run.block.tasks.of_run(run.index)
        for position, (number, spec) in enumerate(zip(numbers, run.block.tasks.specs, strict=True)):
            if self._tasks.is_hit(run, position):
                self._listener.hit(run, number, at)
            elif spec.cacheable:
                self._listener.missed(run, number, at)

    # -- storing --

    def _store(self, cache: RunCache, run: RunRef, inputs: bytes, at: datetime) -> None:
        """Store the tasks of a run that were executed and are COMPLETED (L69 to L71)."""
        outcome, behavior = run.outcome, run.block.resolved["cacheBehavior"]
        reason = None if outcome is None else outcome.reason
        if not stores(behavior, succeeded=run.state == COMPLETED, reason=reason):
            return
        for position, number in enumerate(run.block.tasks.of_run(run.index)):
            spec = self._tasks.spec(run, position)
            if not spec.cacheable or self._tasks.is_hit(run, position):
                continue
            if self._completed(run, number):
                cache.entries[task_key(inputs, position, spec)] = self._entry(cache, run, number)
                self._listener.created(run, number, at)

    def _completed(self, run: RunRef, number: int) -> bool:
        # All tasks of a COMPLETED run are: it need not be described for that.
        return run.state == COMPLETED or self._tasks.task(run, number).status == COMPLETED

    def _entry(self, cache: RunCache, run: RunRef, number: int) -> CacheEntry:
        """Return the entry of a task, with its manifest in S3 where there is the bucket (L65)."""
        tasks = run.block.tasks
        uri = self._tasks.entry_uri(run, number)
        assert uri is not None
        entry = CacheEntry(uri, in_s3=False)
        arn, task_arn = f"{cache.arn}/cacheEntry/{entry.uuid}", self._tasks.arn(tasks.id_of(number))
        body = manifest(entry, arn, task_arn, tasks.spec_of(number).name)
        return entry._replace(in_s3=self._s3.put(entry.manifest_uri, body))


def _inputs_key(run: RunRef, inputs: Inputs) -> bytes:
    """Return the key of the inputs of a run as they are now (L74)."""
    resolved, parameters = run.block.resolved, run.parameters
    # Two workflows may have one archive and different main files.
    definition = f"{resolved['digest'] or resolved['workflowUuid']} {resolved['main'] or ''}"
    return inputs_key(definition, parameters, inputs.etags(parameters))
