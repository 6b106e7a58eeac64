"""Faults of calls, submissions and batches, as seen by the client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.moto_api._internal import mock_random

from conftest import ROLE, Client, StartBatch, Until
from moto_omics_batch import faults
from moto_omics_batch.types import CallError, Operation, SubmissionFailureReason
from tests.omics.clients import client_with_attempts
from tests.omics.helpers import (
    SUBMISSION_FAILURE_REASONS,
    Settings,
    StartRun,
    raises_error,
    raises_not_found,
)

#: Error code: (HTTP status, default message).
ERRORS = {
    "AccessDeniedException": (403, "Access is denied"),
    "InternalServerException": (500, "An internal error has occurred"),
    "RequestTimeoutException": (408, "The request has timed out"),
    "ServiceQuotaExceededException": (402, "The request exceeds a service quota"),
    "ThrottlingException": (429, "Rate exceeded"),
}

#: Operation: parameters of a call that fails or returns nothing without the fault.
CALLS: dict[str, dict[str, Any]] = {
    "StartRunBatch": {
        "defaultRunSetting": {"workflowId": "1", "roleArn": ROLE, "outputUri": "s3://r/x"},
        "batchRunSettings": {"inlineSettings": [{"runSettingId": "s1"}]},
    },
    "ListRuns": {},
    "GetRun": {"id": "1"},
    "CancelRunBatch": {"batchId": "1"},
    "DeleteBatch": {"batchId": "1"},
    "CreateRunGroup": {"requestId": "r"},
    "TagResource": {"resourceArn": "arn:aws:omics:us-east-1:123456789012:run/1", "tags": {}},
}


def call_operation(client: Client, operation: str) -> None:
    method = "".join(f"_{c.lower()}" if c.isupper() else c for c in operation).lstrip("_")
    getattr(client, method)(**CALLS[operation])


def error_response(client: Client, operation: str) -> Any:
    """Return the error of a call, or None if it succeeds."""
    try:
        call_operation(client, operation)
    except ClientError as error:
        return error.response["Error"]
    return None


@pytest.fixture
def single_attempt(server: str | None, aws: None) -> Client:
    """A client that does not retry."""
    return client_with_attempts(server)


@pytest.fixture
def retrying(
    server: str | None, aws: None, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, int], Client]:
    """``retrying("standard", 4)`` returns a client that makes up to 4 attempts without sleeping."""

    class Time:
        @staticmethod
        def sleep(seconds: float) -> None:
            assert seconds >= 0

    monkeypatch.setattr("botocore.endpoint.time", Time)
    return lambda mode, attempts: client_with_attempts(server, attempts, mode=mode)


# -- calls --


@pytest.mark.documented("W1", "W2.1")
@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("operation", CALLS)
def test_call_fails_once_and_then_works_as_before(
    single_attempt: Client, operation: Operation, error: CallError
) -> None:
    before = error_response(single_attempt, operation)
    faults.call_fails(operation=operation, error=error)
    assert single_attempt.list_run_caches()["items"] == []
    with raises_error(error, *ERRORS[error]):
        call_operation(single_attempt, operation)
    assert error_response(single_attempt, operation) == before


@pytest.mark.our_choice("W13")
def test_default_error_is_throttling_and_message_can_be_set(
    single_attempt: Client,
) -> None:
    faults.call_fails()
    with raises_error("ThrottlingException", 429, "Rate exceeded"):
        single_attempt.list_runs()
    faults.call_fails(message="Slow down, please")
    with raises_error("ThrottlingException", 429, "Slow down, please"):
        single_attempt.list_runs()
    assert single_attempt.list_runs()["items"] == []


@pytest.mark.our_choice("W13")
def test_fault_without_operation_applies_to_any_call(single_attempt: Client) -> None:
    faults.call_fails(times=3, error="InternalServerException")
    for method in (
        single_attempt.list_batch,
        single_attempt.list_runs,
        single_attempt.list_workflows,
    ):
        with raises_error("InternalServerException", 500, "An internal error has occurred"):
            method()
    assert single_attempt.list_batch()["items"] == []


@pytest.mark.our_choice("W13")
def test_times_none_applies_until_clear(single_attempt: Client) -> None:
    faults.call_fails(operation="ListBatch", times=None)
    for _ in range(10):
        with raises_error("ThrottlingException", 429, "Rate exceeded"):
            single_attempt.list_batch()
    assert single_attempt.list_runs()["items"] == []
    faults.clear()
    assert single_attempt.list_batch()["items"] == []


@pytest.mark.our_choice("W13")
def test_failed_call_changes_nothing_and_keeps_the_request_id_unused(
    single_attempt: Client, omics: Client, workflow_id: str
) -> None:
    request: Any = {
        "requestId": "r1",
        "defaultRunSetting": {"workflowId": workflow_id, "roleArn": ROLE, "outputUri": "s3://r"},
        "batchRunSettings": {"inlineSettings": [{"runSettingId": "s1"}]},
    }
    faults.call_fails(operation="StartRunBatch", error="RequestTimeoutException")
    with raises_error("RequestTimeoutException", 408, "The request has timed out"):
        single_attempt.start_run_batch(**request)
    assert omics.list_batch()["items"] == []
    batch_id = single_attempt.start_run_batch(**request)["id"]
    assert single_attempt.start_run_batch(**request)["id"] == batch_id


@pytest.mark.our_choice("W13")
def test_fault_precedes_model_validation(raw_omics: Client, omics: Client) -> None:
    faults.call_fails(operation="GetBatch", error="AccessDeniedException")
    with raises_error("AccessDeniedException", 403, "Access is denied"):
        raw_omics.get_batch(batchId="no digits")
    with raises_not_found("Batch 1 not found"):
        omics.get_batch(batchId="1")


@pytest.mark.documented("B90")
@pytest.mark.parametrize("mode", ["legacy", "standard"])
@pytest.mark.parametrize("error", ["ThrottlingException", "InternalServerException"])
def test_boto3_retries_can_be_observed(
    retrying: Callable[[str, int], Client], mode: str, error: CallError
) -> None:
    client, attempts = retrying(mode, 4), []
    client.meta.events.register(
        "request-created.omics.ListBatch", lambda **_: attempts.append("ListBatch")
    )
    faults.call_fails(operation="ListBatch", error=error, times=2)
    response = client.list_batch()
    assert response["ResponseMetadata"]["RetryAttempts"] == 2
    assert len(attempts) == 3
    faults.call_fails(operation="ListBatch", error=error, times=9)
    with raises_error(error, *ERRORS[error]):
        client.list_batch()
    # The client makes four attempts; five failures remain.
    assert len(attempts) == 7


@pytest.mark.documented("B90")
def test_share_of_calls_is_throttled(single_attempt: Client) -> None:
    mock_random.seed(1)
    faults.call_fails(operation="ListRuns", times=None, share=0.3)
    failed = 0
    for _ in range(100):
        try:
            single_attempt.list_runs()
        except single_attempt.exceptions.ThrottlingException:
            failed += 1
    assert 10 < failed < 55


# -- submissions --


@pytest.mark.documented("B60", "B61", "B70")
@pytest.mark.parametrize("reason", SUBMISSION_FAILURE_REASONS)
def test_submission_fails_for_any_documented_reason(
    omics: Client, start_batch: StartBatch, until: Until, reason: SubmissionFailureReason
) -> None:
    faults.submission_fails(reason=reason, message="It was not to be.", runSettingId="s2")
    batch_id = start_batch(["s1", "s2", "s3"])
    batch = until(batch_id, "PROCESSED")
    assert list(batch["submissionSummary"].values()) == [2, 1, 0]
    assert batch["runSummary"]["completedRunCount"] == 2
    (failed,) = omics.list_runs_in_batch(batchId=batch_id, submissionStatus="FAILED")["runs"]
    assert failed == {
        "runSettingId": "s2",
        "submissionStatus": "FAILED",
        "submissionFailureReason": reason,
        "submissionFailureMessage": "It was not to be.",
    }


@pytest.mark.our_choice("B61")
def test_default_submission_failure_is_an_internal_error(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    faults.submission_fails()
    batch_id = start_batch(["s1"])
    until(batch_id, "PROCESSED")
    (failed,) = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    assert failed["submissionFailureReason"] == "InternalServerException"
    assert failed["submissionFailureMessage"] == "An internal error has occurred"


@pytest.mark.our_choice("B60")
def test_submission_failures_are_limited_by_batch_name_and_times(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    faults.submission_fails(batchName="night", reason="ConflictException", times=3)
    entries = [f"s{n}" for n in range(5)]
    day, night = start_batch(entries, batchName="day"), start_batch(entries, batchName="night")
    again = start_batch(entries, batchName="night")
    failed = [
        until(batch_id, "INPROGRESS")["submissionSummary"]["failedStartSubmissionCount"]
        for batch_id in (day, night, again)
    ]
    assert failed == [0, 3, 0]
    listed = omics.list_runs_in_batch(batchId=night, submissionStatus="FAILED")["runs"]
    assert [entry["runSettingId"] for entry in listed] == ["s0", "s1", "s2"]


@pytest.mark.our_choice("B60")
def test_batch_without_successful_submissions_is_processed(
    start_batch: StartBatch, until: Until
) -> None:
    faults.submission_fails(reason="ConflictException")
    batch = until(start_batch(["s1", "s2"]), "PROCESSED")
    assert list(batch["submissionSummary"].values()) == [0, 2, 0]
    assert set(batch["runSummary"].values()) == {0}


@pytest.mark.our_choice("B60")
def test_fault_during_submission_applies_to_remaining_entries(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    faults.slow_submission(perTick=2)
    batch_id = start_batch([f"s{n}" for n in range(6)])
    faults.advance(batch_id, to="SUBMITTING")
    for _ in range(2):
        batch = omics.get_batch(batchId=batch_id)
    assert list(batch["submissionSummary"].values()) == [2, 0, 4]
    faults.submission_fails(reason="ConflictException", times=3)
    batch = until(batch_id, "INPROGRESS")
    assert list(batch["submissionSummary"].values()) == [3, 3, 0]
    failed = omics.list_runs_in_batch(batchId=batch_id, submissionStatus="FAILED")["runs"]
    assert [entry["runSettingId"] for entry in failed] == ["s2", "s3", "s4"]


@pytest.mark.our_choice("B60", "B62")
def test_submission_fault_does_not_apply_to_start_run(start_run: StartRun) -> None:
    faults.submission_fails()
    assert start_run()["status"] == "PENDING"


# -- slow submission --


@pytest.mark.documented("B40", "B70")
def test_slow_submission_can_be_changed_and_cleared(
    omics: Client,
    start_batch: StartBatch,
    settings: Settings,
) -> None:
    settings(submissions_per_tick=3)
    batch_id = start_batch([f"s{n}" for n in range(9)])
    seen = []
    faults.slow_submission(perTick=1)
    for change in (None, None, None, "settings", "slow", "clear", None):
        if change == "settings":
            faults.slow_submission(perTick=None)
        elif change == "slow":
            faults.slow_submission(perTick=2)
        elif change == "clear":
            faults.clear()
        batch = omics.get_batch(batchId=batch_id)
        seen.append((batch["status"], batch["submissionSummary"]["successfulStartSubmissionCount"]))
    assert seen == [
        ("PENDING", 0),
        ("SUBMITTING", 0),
        ("SUBMITTING", 1),
        ("SUBMITTING", 4),
        ("SUBMITTING", 6),
        ("INPROGRESS", 9),
        ("INPROGRESS", 9),
    ]


@pytest.mark.our_choice("B40")
@pytest.mark.parametrize("value", [0, -1, True, "2", 1.5])
def test_slow_submission_requires_a_positive_integer(aws: None, value: Any) -> None:
    with pytest.raises(ValueError, match="perTick must be a whole number above 0, not "):
        faults.slow_submission(perTick=value)


# -- batches --


@pytest.mark.documented("B43", "B45", "B54")
def test_batch_fails_with_a_transient_error_once(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    faults.batch_fails()
    batch_id = start_batch(["s1", "s2"])
    batch = until(batch_id, "FAILED")
    text = "There was a transient error in the service. Retry the batch."
    assert batch["failureReason"] == text
    assert batch["failedTime"] >= batch["creationTime"]
    assert "submittedTime" not in batch
    assert "processedTime" not in batch
    assert omics.list_runs_in_batch(batchId=batch_id)["runs"] == []
    assert omics.list_runs()["items"] == []
    again = until(start_batch(["s1", "s2"]), "PROCESSED")
    assert "failureReason" not in again
    assert "failedTime" not in again
    omics.delete_batch(batchId=batch_id)
    with raises_not_found(f"Batch {batch_id} not found"):
        omics.get_batch(batchId=batch_id)


@pytest.mark.our_choice("B54")
def test_batch_failure_can_be_limited_by_name_and_have_a_message(
    start_batch: StartBatch, until: Until
) -> None:
    faults.batch_fails(batchName="night", message="Out of luck", times=None)
    until(start_batch(["s1"], batchName="day"), "PROCESSED")
    until(start_batch(["s1"]), "PROCESSED")
    for _ in range(2):
        batch = until(start_batch(["s1"], batchName="night"), "FAILED")
        assert batch["failureReason"] == "Out of luck"


@pytest.mark.our_choice("B51", "B54")
def test_invalid_batch_does_not_consume_the_fault(start_batch: StartBatch, until: Until) -> None:
    faults.batch_fails()
    batch = until(start_batch(["s1", "s1"]), "FAILED")
    assert batch["failureReason"] == "Expected 2 unique runSettingIds but there were 1"
    batch = until(start_batch(["s1", "s2"]), "FAILED")
    assert batch["failureReason"].startswith("There was a transient error")


@pytest.mark.our_choice("B54")
def test_batch_cancelled_before_validation_does_not_consume_the_fault(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    faults.batch_fails()
    batch_id = start_batch(["s1"])
    until(batch_id, "PENDING")
    omics.cancel_run_batch(batchId=batch_id)
    until(batch_id, "CANCELLED")
    until(start_batch(["s1"]), "FAILED")


@pytest.mark.our_choice("B54")
def test_batch_without_a_name_matches_no_batch_name(start_batch: StartBatch, until: Until) -> None:
    faults.batch_fails(batchName="None")
    assert "name" not in until(start_batch(["s1"]), "PROCESSED")
