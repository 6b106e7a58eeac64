"""The steps of the demo, and what was not as expected in them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from moto_omics_batch import faults

from . import published
from .batches import (
    CONFIGURATION,
    BatchView,
    Client,
    Response,
    create_configuration,
    create_workflow,
    failed_submissions,
    get_run,
    is_deleted,
    put_settings,
    start_cohort,
    start_giab,
    start_pilot,
)
from .events import EventQueue
from .samples import cohort_entries
from .screen import Screen

#: More than any batch of the demo needs.
MAX_POLLS = 60
#: The statuses that change only with a request.
STABLE_STATUSES = ("PROCESSED", "FAILED", "CANCELLED", "RUNS_DELETED", "RUNS_DELETE_FAILED")
#: The largest cohort of which events of runs are received.
EVENTS_OF_RUNS = 10_000
#: The sample of Genome in a Bottle whose run fails.
FAILING_SAMPLE = "HG005"


class Steps:
    """The demo: its clients, its batches, and what was not as expected so far."""

    def __init__(self, screen: Screen, client: Callable[[str], Client], samples: int):
        """``client`` returns a boto3 client for the name of a service."""
        self._screen = screen
        self._client = client
        self._omics = client("omics")
        self._entries, self._invalid = cohort_entries(samples)
        self._failing_runs = min(12, -(-(samples - len(self._invalid)) // 100))
        self.differences: list[str] = []

    def run(self) -> None:
        """Run all steps. Stops after a batch that is not processed as expected."""
        screen = self._screen
        queue = self._receive_events()
        workflow_id = self._create_workflow()
        giab, cohort = self._start_giab(workflow_id), self._start_cohort(workflow_id)
        screen.step("Poll both batches; their events arrive in the queue")
        poll(screen, queue, [giab, cohort])
        if self._check_status(giab, "PROCESSED") and self._check_status(cohort, "PROCESSED"):
            self._read_failures(giab, cohort)
            self._cancel(queue, workflow_id)
            self._compare_with_magic_mock(cohort)

    def _expect(self, what: str, found: object, expected: object) -> bool:
        if found != expected:
            self.differences.append(f"{what}: {found}, expected {expected}")
        return found == expected

    def _check_status(self, batch: BatchView, expected: str) -> bool:
        return self._expect(batch.title, batch.statuses[-1], expected)

    # -- steps --

    def _receive_events(self) -> EventQueue:
        self._screen.step("Receive status changes in an SQS queue")
        self._screen.note("EventBridge rules of moto receive the events of HealthOmics.")
        return EventQueue(
            self._client("events"), self._client("sqs"), len(self._entries) <= EVENTS_OF_RUNS
        )

    def _create_workflow(self) -> str:
        screen = self._screen
        screen.step("Create a workflow, and inject two faults")
        screen.note("Parameters of runs are checked against the template.")
        workflow_id = create_workflow(self._omics)
        screen.note(f"{FAILING_SAMPLE} will fail.")
        fault = {"runSettingId": FAILING_SAMPLE, "failureReason": "RUN_TASK_FAILED"}
        self._run_fails(**fault)
        screen.note("Some runs of the cohort will fail at an earlier status.")
        fault = {"batchName": "cohort", "failureReason": "IMPORT_FAILED", "at": "STARTING"}
        self._run_fails(**fault, times=self._failing_runs)
        return workflow_id

    def _run_fails(self, **arguments: Any) -> None:
        self._screen.call("faults.run_fails", arguments)
        faults.run_fails(**arguments)

    def _start_giab(self, workflow_id: str) -> BatchView:
        screen = self._screen
        screen.step("Start a batch with inline settings")
        screen.note("A VPC for its runs.")
        create_configuration(self._omics)
        screen.note("Seven samples of Genome in a Bottle.")
        return start_giab(self._omics, workflow_id)

    def _start_cohort(self, workflow_id: str) -> BatchView:
        screen, number = self._screen, len(self._entries)
        screen.step("Start a batch with settings in S3")
        screen.note(f"{number:,} settings, {len(self._invalid)} of them invalid.")
        put_settings(self._client("s3"), self._entries)
        screen.note("A batch of these samples.")
        return start_cohort(self._omics, workflow_id, number)

    def _read_failures(self, giab: BatchView, cohort: BatchView) -> None:
        screen = self._screen
        screen.step("Read what failed")
        screen.note("Submissions that the service refused.")
        failures = failed_submissions(self._omics, cohort.id)
        if failures:
            _write_failures(screen, failures)
        screen.note(f"The failed run of {FAILING_SAMPLE}.")
        details = get_run(self._omics, giab.id, FAILING_SAMPLE)
        _write_run(screen, details)
        failed = self._failing_runs
        runs = {"completed": cohort.submissions[2] - len(self._invalid) - failed, "failed": failed}
        self._expect("runs of giab", giab.runs, {"completed": 6, "failed": 1})
        self._expect("runs of the cohort", cohort.runs, {k: n for k, n in runs.items() if n})
        refused = [failure["runSettingId"] for failure in failures]
        self._expect("failed submissions", refused, self._invalid)
        self._expect("configuration", details["configuration"]["name"], CONFIGURATION)
        self._expect("failureReason", details["failureReason"], "RUN_TASK_FAILED")

    def _cancel(self, queue: EventQueue, workflow_id: str) -> None:
        screen = self._screen
        screen.step("Cancel a batch while its runs are running, then delete it")
        screen.note("Twelve samples of CEU.")
        pilot = start_pilot(self._omics, workflow_id)
        with screen.live_progress():
            _poll_until(screen, queue, [pilot], lambda: "running" in pilot.runs)
            self._omics.cancel_run_batch(batchId=pilot.id)
            _poll_until(screen, queue, [pilot], lambda: pilot.statuses[-1] in STABLE_STATUSES)
            cancelled = dict(pilot.runs)
            self._check_status(pilot, "CANCELLED")
            self._omics.delete_run_batch(batchId=pilot.id)
            _poll_until(screen, queue, [pilot], lambda: "RUNS_DELETE" in pilot.statuses[-1])
            self._check_status(pilot, "RUNS_DELETED")
        screen.note("GetBatch finds it no more.")
        self._omics.delete_batch(batchId=pilot.id)
        self._expect("runs of pilot", cancelled, {"cancelled": 12})
        self._expect("pilot is deleted", is_deleted(self._omics, pilot.id), True)

    def _compare_with_magic_mock(self, cohort: BatchView) -> None:
        screen = self._screen
        screen.step("Test a published Lambda function, with MagicMock and with this mock")
        screen.code(_source(published.as_published))
        mocked = published.outcome(published.as_published, "1234567", published.magic_mock())
        self._expect("MagicMock", mocked, "{'done': True, 'failed': ['HG002']}")
        _verdict(screen, "with MagicMock", mocked, passed=True)
        error = published.outcome(published.as_published, cohort.id, self._omics)
        self._expect("the published function", "ParamValidationError" in error, True)
        _verdict(screen, "with this mock", error, passed=False)
        screen.write("With batchId=... in both requests, the second mistake is found:")
        error = published.outcome(published.with_batch_id, cohort.id, self._omics)
        self._expect("the function with batchId", error, "KeyError: 'items'")
        _verdict(screen, "with this mock", error, passed=False)
        screen.write("With the key 'runs' and a paginator:")
        result = published.outcome(published.corrected, cohort.id, self._omics)
        expected = repr({"done": True, "failed": self._invalid})
        self._expect("the corrected function", result, expected)
        _verdict(screen, "with this mock", result, passed=True)


# -- polling --


def poll(screen: Screen, queue: EventQueue, batches: Sequence[BatchView]) -> None:
    """Poll batches until all are stable, and show them with their events."""
    with screen.live_progress():
        screen.show_progress(batches, queue.receive())
        _poll_until(
            screen, queue, batches, lambda: all(b.statuses[-1] in STABLE_STATUSES for b in batches)
        )


def _poll_until(
    screen: Screen, queue: EventQueue, batches: Sequence[BatchView], done: Callable[[], bool]
) -> None:
    for _ in range(MAX_POLLS):
        for batch in batches:
            batch.poll()
        screen.show_progress(batches, queue.receive())
        if done():
            break


# -- texts --


def _write_failures(screen: Screen, failures: Sequence[Response]) -> None:
    members = ("runSettingId", "submissionFailureReason", "submissionFailureMessage")
    rows = [[failure[member] for member in members] for failure in failures]
    screen.table("ListRunsInBatch", ("runSettingId", "reason", "message"), rows)


def _write_run(screen: Screen, details: Response) -> None:
    members = {
        "name": details["name"],
        "status": details["status"],
        "failureReason": details["failureReason"],
        "networkingMode": details["networkingMode"],
        "vpcId": details["vpcConfig"]["vpcId"],
        "runOutputUri": details["runOutputUri"],
    }
    screen.table("GetRun", ("member", "value"), [list(item) for item in members.items()])


def _source(function: Callable[..., object]) -> str:
    """Return the source of a function without its docstring."""
    lines = inspect.getsource(function).splitlines(keepends=True)
    return "".join(line for line in lines if not line.strip().startswith('"""'))


def _verdict(screen: Screen, title: str, outcome: str, passed: bool) -> None:
    verdict, style = ("passes", "bold green") if passed else ("fails", "bold red")
    screen.write(f"{title}: {verdict}", style)
    screen.write("\n".join(f"  {line}" for line in outcome.splitlines()))
