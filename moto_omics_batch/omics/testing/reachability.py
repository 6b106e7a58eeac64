"""Whether a batch or a run can reach a status by its automatic transitions. Nothing changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from ...domain.batch import Batch
from ...domain.failures import BatchFailure
from ...domain.faults import Fault, run_key, task_names
from ...domain.lifecycle import status_of
from ...domain.run_selection import RunRef
from ...domain.runs import RunBlock
from ...domain.settings import check_whole
from ...domain.tables import RUN
from ..resources.batch_services import BatchServices
from ..resources.context import Context
from ..resources.engine import Engine


class Reachability:
    """Follows the transitions that would be made, with the outcomes of runs and the free slots."""

    def __init__(self, context: Context, engine: Engine, services: BatchServices):
        self._context = context
        self._faults = engine.faults
        self._outcomes = engine.outcomes
        self._slots = engine.slots
        self._services = services

    def run_reaches(self, run: RunRef, to: str) -> bool:
        """Return whether a run can reach a status."""
        room = self._slots.room(run.block.settings.get("runGroupId"))
        return self._run_path_has(run, to, Counter(), may_start=room is None or room > 0)

    def _run_path_has(
        self, run: RunRef, to: str | None, preview: Counter[Fault], *, may_start: bool
    ) -> bool:
        """Whether a run comes to the status ``to``, or to its end when that is None."""
        cohort, block = run.cohort, run.block
        state, held = cohort.state, cohort.held
        while status_of(state) != to:
            event = RUN.automatic_event(state)
            if event is None:
                return to is None
            if held or block.suspended or (state == RUN.initial and not may_start):
                return False
            outcome, status = None, status_of(state)
            if RUN.allows(state, "fail") and self._outcomes.any_for_runs(block, status):
                may_hold, now = held is None, self._context.now()
                outcome = self._outcomes.outcome_for(
                    block, run.index, status, now, may_hold=may_hold, preview=preview
                )
            if outcome is not None and outcome.holds:
                return False
            state = RUN.next(state, event if outcome is None else "fail")
            held = None
        return True

    def batch_reaches(self, batch: Batch, to: str) -> bool:
        """Return whether a batch can reach a status."""
        lifecycle, state = batch.lifecycle, batch.state
        while status_of(state) != to:
            event = lifecycle.automatic_event(state)
            if event is None:
                return False
            if event == "validate" and self._fails(batch):
                event = "fail"
            elif event == "finish_deleting" and batch.block and batch.block.stored:
                event = "fail_deleting"
            elif lifecycle.waits_for_runs(state) and not self._runs_end(batch):
                return False
            state = lifecycle.next(state, event)
        return True

    def _fails(self, batch: Batch) -> bool:
        try:
            check_whole(batch.read_entries())
        except BatchFailure:
            return True
        values = {"batchName": batch.name}
        return self._faults.find("batch_fails", values, batch.id, preview=Counter()) is not None

    def _runs_end(self, batch: Batch) -> bool:
        """Whether all runs of a batch come to an end, also those that are not created yet."""
        preview: Counter[Fault] = Counter()
        block, group = batch.block, batch.default.get("runGroupId")
        own = block.active - batch.run_counts()[RUN.initial] if block is not None else 0
        may_start = self._slots.could_start(group, own)
        if not self._ends_of_runs(block, preview, may_start=may_start):
            return False
        entries = batch.read_entries() if block is None else batch.submissions.entries
        attempted = batch.submissions.attempted
        if attempted == len(entries) or batch.submissions.cancelled:
            return True
        if self._services.unavailable(batch) is not None:
            return True
        check = self._services.preview_check(batch, preview)
        return all(
            batch.is_refused(index, entry, check)
            or (may_start and self._entry_ends(batch, entry, preview))
            for index, entry in enumerate(entries[attempted:], attempted)
        )

    def _ends_of_runs(
        self, block: RunBlock | None, preview: Counter[Fault], *, may_start: bool
    ) -> bool:
        cohorts = block.cohorts(RUN.automatic_event) if block is not None else []
        return all(
            self._run_path_has(RunRef(cohort.block, index), None, preview, may_start=may_start)
            for cohort in cohorts
            for index in (cohort.members() if self._any_hangs() else (cohort.first,))
        )

    def _any_hangs(self) -> bool:
        return any(self._faults.any("run_hangs", s) for s in RUN.statuses_allowing("fail"))

    def _entry_ends(self, batch: Batch, entry: Mapping[str, Any], preview: Counter[Fault]) -> bool:
        """Whether a run that is not created yet comes to an end."""
        if not self._any_hangs():
            return True
        values = {
            "batchName": batch.name,
            "runSettingId": entry["runSettingId"],
            "task": task_names(batch.resolved["tasks"]),
        }
        for status in RUN.statuses_allowing("fail"):
            key = f"{run_key(batch.id, entry['runSettingId'])} {status}"
            if self._faults.find("run_hangs", values, key, status, preview):
                return False
            if self._faults.find("run_fails", values, key, status, preview):
                return True
        return True
