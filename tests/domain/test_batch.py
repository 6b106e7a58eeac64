"""A run batch: validation, submission, waiting for runs, and its values."""

from __future__ import annotations

import json
from typing import Any

import pytest

from moto_omics_batch.domain.batch import SettingsObject
from moto_omics_batch.domain.failures import BatchFailure, SubmissionFailure
from tests.domain.engine import Engine
from tests.domain.helpers import IMMEDIATE, MANUAL, START, at, seconds_of, statuses, timed

FAILURE = SubmissionFailure("ThrottlingException", "Slow down")
PATH = ["CREATING", "PENDING", "SUBMITTING", "INPROGRESS", "PROCESSED"]


class FakeReader:
    """An ObjectReader with one object, or none."""

    def __init__(self, body: bytes | None, etag: str = "abc"):
        self.body = body
        self.etag = etag

    def read(self, uri: str) -> tuple[str, bytes] | None:
        return None if self.body is None else (self.etag, self.body)


def _changes(engine: Engine) -> list[str]:
    return [status for _, status, _ in engine.services.changes]


# -- the path of a batch --


def test_a_batch_by_time() -> None:
    engine = Engine(batch=timed(10), run=timed(10))
    batch = engine.start_batch("a", "b", batchName="cohort", tags={"x": "y"})
    assert (batch.name, batch.tags, batch.total_runs) == ("cohort", {"x": "y"}, 2)
    engine.advance(1000)
    assert seconds_of(batch.history) == list(zip([0, 10, 20, 30, 70], PATH, strict=True))
    assert (batch.submitted, batch.processed, batch.failed) == (at(30), at(70), None)
    assert engine.services.changes == [
        (batch.id, status, at(second))
        for second, status in zip([10, 20, 30, 70], PATH[1:], strict=True)
    ]


def test_an_immediate_batch_is_processed_at_its_creation() -> None:
    engine = Engine(batch=IMMEDIATE)
    batch = engine.start_batch("a", "b")
    engine.advance(0)
    assert seconds_of(batch.history) == [(0, status) for status in PATH]
    assert batch.run_counts()["COMPLETED"] == 2


def test_a_manual_batch_moves_one_step_with_each_describe() -> None:
    engine = Engine()
    batch = engine.start_batch("a")
    seen = [engine.get_batch(batch) for _ in range(9)]
    assert (
        seen
        == [*PATH[1:4], "INPROGRESS", "INPROGRESS", "INPROGRESS", "PROCESSED"] + ["PROCESSED"] * 2
    )
    assert _changes(engine) == PATH[1:]


def test_a_batch_waits_for_its_runs() -> None:
    engine = Engine(batch=timed(10), run=MANUAL)
    batch = engine.start_batch("a", "b")
    engine.advance(1000)
    assert (batch.status, batch.runs_active, batch.waits_for_runs) == ("INPROGRESS", True, True)
    batch.step(at(1000))
    assert batch.status == "INPROGRESS"
    assert batch.block is not None
    for index in range(2):
        engine.move(batch.block, index, "cancel", 1000)
        engine.get_run(batch.block, index, 1001)
        engine.get_run(batch.block, index, 1002 + index)
    engine.advance(1003)
    assert (batch.status, batch.processed) == ("PROCESSED", at(1003))


def test_a_batch_ends_one_period_after_its_submission_at_the_earliest() -> None:
    engine = Engine(batch=timed(100), run=timed(1))
    batch = engine.start_batch("a")
    engine.advance(1000)
    assert seconds_of(batch.history)[-2:] == [(300, "INPROGRESS"), (400, "PROCESSED")]


def test_a_pinned_batch_stays_in_its_state() -> None:
    engine = Engine(batch=timed(10))
    batch = engine.start_batch("a")
    batch.pinned = True
    engine.scheduler.update(batch)
    engine.advance(1000)
    assert batch.status == "CREATING"
    batch.step(at(1000))
    assert (batch.status, batch.pinned) == ("PENDING", False)


def test_a_step_in_a_stable_state_changes_nothing() -> None:
    engine = Engine(batch=IMMEDIATE)
    batch = engine.start_batch("a")
    engine.advance(0)
    batch.step(at(10))
    assert (batch.status, len(_changes(engine))) == ("PROCESSED", 4)


# -- validation --


@pytest.mark.parametrize(
    ("ids", "reason"),
    [
        (("a", "b", "a"), "Expected 3 unique runSettingIds but there were 2"),
        ((1,), "Invalid JSON format in run configurations"),
    ],
)
def test_invalid_entries_fail_the_batch(ids: tuple[Any, ...], reason: str) -> None:
    engine = Engine(batch=timed(10))
    batch = engine.start_batch(*ids)
    engine.advance(1000)
    assert seconds_of(batch.history) == [(0, "CREATING"), (10, "PENDING"), (20, "FAILED")]
    assert (batch.failure_reason, batch.failure_code) == (reason, "VALIDATION_EXCEPTION")
    assert (batch.failed, batch.submitted, batch.processed) == (at(20), None, None)
    assert (batch.block, batch.runs_active) == (None, False)
    assert list(batch.submissions.find(None)) == []
    assert batch.total_runs == len(ids)
    assert set(batch.run_counts().values()) == {0}


def test_an_injected_failure_fails_the_batch() -> None:
    engine = Engine(batch=IMMEDIATE)
    engine.services.batch_failure = BatchFailure.transient()
    batch = engine.start_batch("a")
    engine.advance(0)
    assert (batch.status, batch.failure_code) == ("FAILED", "INTERNAL_SERVER_EXCEPTION")
    assert batch.failure_reason == ("There was a transient error in the service. Retry the batch.")
    assert _changes(engine) == ["PENDING", "FAILED"]


def _from_s3(engine: Engine, body: bytes | None, etag: str = "abc") -> Any:
    source = SettingsObject("s3://b/runs.json", "abc", FakeReader(body, etag))
    return engine.start_batch(source=source)


def test_entries_are_read_from_an_object() -> None:
    engine = Engine(batch=IMMEDIATE)
    entries = [{"runSettingId": "a"}, {"runSettingId": "b"}]
    batch = _from_s3(engine, json.dumps(entries).encode())
    assert [batch.total_runs] == [None]
    assert batch.submission_summary()["pendingStartSubmissionCount"] == 0
    engine.advance(0)
    assert (batch.status, batch.total_runs) == ("PROCESSED", 2)
    assert [batch.setting_id(index) for index in range(2)] == ["a", "b"]


@pytest.mark.parametrize(
    ("body", "etag", "reason"),
    [
        (b"nope", "abc", "Invalid JSON format in run configurations"),
        (b'[{"name": "a"}]', "abc", "Invalid JSON format in run configurations"),
        (
            b"[]",
            "def",
            'Expected s3UriConfigs etag: "abc" but was: "def". '
            "s3UriConfigs have changed since calling StartRunBatch",
        ),
        (
            None,
            "",
            'Expected s3UriConfigs etag: "abc" but was: "". '
            "s3UriConfigs have changed since calling StartRunBatch",
        ),
    ],
)
def test_an_object_that_cannot_be_used_fails_the_batch(
    body: bytes | None, etag: str, reason: str
) -> None:
    engine = Engine(batch=IMMEDIATE)
    batch = _from_s3(engine, body, etag)
    engine.advance(0)
    assert (batch.status, batch.failure_reason) == ("FAILED", reason)


# -- submission --


def test_a_slow_submission_creates_runs_step_by_step() -> None:
    engine = Engine(batch=timed(10), run=timed(10))
    engine.services.per_step = 2
    batch = engine.start_batch(*"abcde")
    engine.advance(30)
    assert (batch.status, batch.since, batch.submitted) == ("SUBMITTING", at(30), None)
    assert batch.submission_summary() == {
        "successfulStartSubmissionCount": 2,
        "failedStartSubmissionCount": 0,
        "pendingStartSubmissionCount": 3,
    }
    engine.advance(45)
    assert batch.block is not None
    assert statuses(batch.block) == ["STARTING", "STARTING", "PENDING", "PENDING"]
    engine.advance(1000)
    assert seconds_of(batch.history)[-2:] == [(50, "INPROGRESS"), (90, "PROCESSED")]
    assert batch.submitted == at(50)
    assert engine.services.checks_at == [at(30), at(40), at(50)]


def test_the_number_of_entries_of_a_step_may_change() -> None:
    engine = Engine(batch=timed(10))
    engine.services.per_step = 1
    batch = engine.start_batch(*"abcde")
    engine.advance(30)
    engine.services.per_step = None
    engine.advance(40)
    assert (batch.status, batch.submissions.attempted) == ("INPROGRESS", 5)


def test_entries_that_fail_have_no_run() -> None:
    engine = Engine(batch=IMMEDIATE)
    engine.services.entry_failures = {"b": FAILURE}
    batch = engine.start_batch("a", "b", "c")
    engine.advance(0)
    assert batch.block is not None
    assert [batch.block.has(index) for index in range(3)] == [True, False, True]
    assert list(batch.submissions.describe([1])) == [(1, "b", "FAILED", False, FAILURE)]
    assert (batch.status, batch.run_counts()["COMPLETED"]) == ("PROCESSED", 2)
    assert batch.submission_summary()["failedStartSubmissionCount"] == 1


LASTING = SubmissionFailure("ConflictException", "No")


def test_a_transient_fault_passes_with_a_second_step() -> None:
    """L146: the entries from the first one that is tried again are submitted in the next step."""
    engine = Engine(batch=timed(10))
    engine.services.faults = {"b": [FAILURE], "c": [LASTING]}
    batch = engine.start_batch("a", "b", "c", "d")
    engine.advance(30)
    assert (batch.status, batch.submissions.attempted) == ("SUBMITTING", 1)
    engine.advance(40)
    assert (batch.status, batch.submissions.attempted) == ("INPROGRESS", 4)
    assert batch.block is not None
    assert [batch.block.has(index) for index in range(4)] == [True, True, False, True]
    assert list(batch.submissions.describe([2])) == [(2, "c", "FAILED", False, LASTING)]
    assert seconds_of(batch.history)[-1] == (40, "INPROGRESS")


def test_a_transient_fault_counts_when_it_lasts() -> None:
    engine = Engine(batch=IMMEDIATE)
    engine.services.faults = {"a": [FAILURE, FAILURE], "b": [FAILURE, LASTING], "c": [FAILURE]}
    batch = engine.start_batch("a", "b", "c")
    engine.advance(0)
    assert batch.status == "PROCESSED"
    failures = [entry[-1] for entry in batch.submissions.describe(range(3))]
    assert failures == [FAILURE, LASTING, None]


def test_each_step_of_a_slow_submission_has_its_second_tries() -> None:
    engine = Engine(batch=timed(10))
    engine.services.per_step = 2
    engine.services.faults = {"b": [FAILURE], "c": [FAILURE, FAILURE]}
    batch = engine.start_batch("a", "b", "c", "d", "e")
    attempted = []
    for seconds in range(30, 90, 10):
        engine.advance(seconds)
        attempted.append(batch.submissions.attempted)
    assert attempted == [1, 2, 2, 4, 5, 5]
    assert batch.block is not None
    assert [batch.block.has(index) for index in range(5)] == [True, True, False, True, True]


def test_a_batch_without_any_run_is_processed() -> None:
    engine = Engine(batch=timed(10))
    engine.services.all_entries_fail = FAILURE
    batch = engine.start_batch("a", "b")
    engine.advance(1000)
    assert seconds_of(batch.history)[-2:] == [(30, "INPROGRESS"), (40, "PROCESSED")]
    assert batch.submission_summary()["failedStartSubmissionCount"] == 2
    assert engine.services.checks_at == []


# -- values --


def test_the_values_of_a_new_batch() -> None:
    batch = Engine().start_batch("a", batchRunSettings={}, requestId="1", unknown=2)
    assert batch.params == {"defaultRunSetting": {}, "requestId": "1", "unknown": 2}
    assert (batch.name, batch.tags, batch.created, batch.gone) == (None, {}, START, False)
    assert (batch.progression_key, batch.runs_active) == ("batch", False)
    assert batch.next_due(timed(5)) == at(5)


def test_the_settings_of_a_run_are_merged() -> None:
    entry = {"runSettingId": "a", "name": "own", "workflowId": "2", "runTags": {"b": "2"}}
    default = {"name": "shared", "workflowId": "1", "runTags": {"a": "1"}}
    batch = Engine().start_batch(source=[entry], default=default)
    assert (batch.setting_id(0), batch.overrides(0)) == ("a", entry)
    assert batch.settings_of(0) == {
        "name": "own",
        "workflowId": "1",
        "runTags": {"a": "1", "b": "2"},
    }
