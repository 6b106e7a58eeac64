"""Hints in the report of a failed test: likely causes, as far as they are certain."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..domain.batch import Batch
from ..domain.call_log import Call
from ..domain.run_selection import RunRef
from ..domain.tables import RUN
from .backend_state import BackendState, MockState
from .fault_list import entries
from .lines import counted, message, some
from .run_lines import title

_NOT_FOUND = re.compile(r"^(Workflow|Batch|Run) (\S+) not found$")
_NO_OBJECT = re.compile(r"^S3 object not found: (\S+)$")

#: How many failed submissions of a batch are searched for hints.
_MOST_SUBMISSIONS = 5


def hints(mocks: list[MockState]) -> list[str]:
    """Return the hints for the mocks of a test, each once."""
    found: dict[str, None] = {}
    for mock in mocks:
        for state in mock.backends:
            for call in state.last_calls:
                found.update(dict.fromkeys(_of_call(mocks, mock, state, call)))
            found.update(dict.fromkeys(_of_state(state)))
        found.update(dict.fromkeys(_of_faults(mock)))
    return list(found)


# -- failed calls --


def _of_call(
    mocks: list[MockState], mock: MockState, state: BackendState, call: Call
) -> Iterator[str]:
    if match := _NOT_FOUND.match(call.message):
        yield from _not_found(mocks, mock, state, *match.groups())
    elif match := _NO_OBJECT.match(call.message):
        yield _no_object(match[1])
    elif call.outcome == "NotImplemented":
        yield (
            f"{call.operation} is not implemented by moto-omics-batch; the operations that are: "
            "https://github.com/moto-omics-batch/moto-omics-batch/blob/main/docs/fidelity.md"
        )


def _not_found(
    mocks: list[MockState], mock: MockState, state: BackendState, kind: str, id: str
) -> Iterator[str]:
    """Yield where a resource exists, or how to create a workflow."""
    if _exists(state, kind, id):
        return
    name = f"{kind} {id}"
    elsewhere = [other for other in mock.backends if _exists(other, kind, id)]
    for other in elsewhere:
        what = "region" if other.region_name != state.region_name else "account"
        yield (
            f"{name} does not exist in {state.place}; it exists in {other.place}: use a client of "
            f"that {what}."
        )
    earlier = [
        other
        for before in mocks
        if before.number < mock.number
        for other in before.backends
        if _exists(other, kind, id)
    ]
    if earlier and not elsewhere:
        yield f"{name} existed in an earlier mock of this test, which has removed its data."
    for actual in _KINDS:
        if actual != kind and _exists(state, actual, id):
            yield f"{id} is the id of a {actual.lower()}, not of a {kind.lower()}."
    if kind == "Workflow" and not elsewhere:
        yield (
            f"{name} does not exist in the mock. Declare it with "
            f'mock_aws(config=omics_config(workflows=["{id}"])) or '
            f'@pytest.mark.omics_mock(workflows=["{id}"]), or create one with create_workflow.'
        )


_KINDS = ("Workflow", "Batch", "Run")


def _exists(state: BackendState, kind: str, id: str) -> bool:
    if kind == "Workflow":
        return state.workflows.tags_of(id) is not None
    if kind == "Batch":
        return state.batches.lookup(id) is not None
    return state.engine.registry.find(id) is not None


def _no_object(uri: str) -> str:
    return f"{uri} does not exist in the mock: create it with put_object of the S3 client first."


# -- batches, runs and faults --


def _of_state(state: BackendState) -> Iterator[str]:
    for batch in state.batches.all():
        yield from _of_batch(state, batch)
    for block in state.engine.registry:
        if block.batch is None and block.cohort_of(0).held:
            run = RunRef(block, 0)
            yield f"Run {title(run)} is held in {run.status} by run_hangs until faults.release()."


def _of_faults(mock: MockState) -> Iterator[str]:
    for entry in entries(mock.backends):
        fault = entry.fault
        if fault.kind == "call_fails" and fault.hits:
            calls, error = counted(fault.hits, "call"), fault.effect["error"]
            yield f"{message(entry.text)} answered {calls} with {error}."


def _of_batch(state: BackendState, batch: Batch) -> Iterator[str]:
    indexes = batch.submissions.find(batch.block, status="FAILED")
    described = batch.submissions.describe(indexes)
    for _, (*_, failure) in zip(range(_MOST_SUBMISSIONS), described, strict=False):
        if failure is not None and (match := _NO_OBJECT.match(failure.message)):
            yield _no_object(match[1])
    if held := _held_runs(batch):
        yield held
    elif not batch.stable and "GetBatch" in state.calls.operations:
        yield from _manual(state, batch)


def _manual(state: BackendState, batch: Batch) -> Iterator[str]:
    """Yield how a batch with the progression ``manual`` goes on."""
    kind, times, _ = state.engine.scheduler.progression(batch.progression_key)
    if kind == "manual":
        calls = "each GetBatch" if times == 1 else f"every {times} calls of GetBatch"
        yield (
            f"Batch {batch.id} is {batch.status}: its progression is manual, one transition for "
            f"{calls}. Poll until it has ended, or set the progression to immediate."
        )


def _held_runs(batch: Batch) -> str:
    """Return the hint about runs that keep a batch from its end, empty if there are none."""
    block = batch.block
    if block is None or not batch.waits_for_runs:
        return ""
    held = [cohort for cohort in block.cohorts(RUN.automatic_event) if cohort.held]
    if not held:
        return ""
    count = sum(cohort.count for cohort in held)
    runs = (title(RunRef(block, index)) for cohort in held for index in cohort.members())
    verb = "is" if count == 1 else "are"
    return (
        f"Batch {batch.id} stays {batch.status} because {some(runs, count)} {verb} held by "
        "run_hangs until faults.release()."
    )
