"""The texts of failures (L140 to L142)."""

from __future__ import annotations

import pytest

from moto_omics_batch.domain.failure_texts import Failure, FailureContext, failure, run_reason
from moto_omics_batch.domain.failures import RUN_FAILURE_REASONS, TASK_FAILURE_REASONS

VALUES = FailureContext(
    task="haplotypecaller",
    task_id="8566119",
    image="repo/gatk:4",
    uri="s3://reads/HG002.bam",
    task_stream="STREAM/task/8566119",
    engine_stream="STREAM/engine",
    minutes=1200,
    seconds=60,
)


@pytest.mark.parametrize("reason", RUN_FAILURE_REASONS)
def test_every_reason_has_a_text_of_its_own(reason: str) -> None:
    text = failure(reason, None, VALUES).message
    assert text
    assert "{" not in text
    others = {failure(other, None, VALUES).message for other in RUN_FAILURE_REASONS}
    assert len(others) == len(RUN_FAILURE_REASONS)


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (
            "RUN_TASK_FAILED",
            "Run failed due to task: haplotypecaller, id: 8566119, failure. Use the GetRunTask API "
            "for more information as well as the CloudWatch logs log stream: STREAM/task/8566119 "
            "to debug the failure.",
        ),
        (
            "CANNOT_START_CONTAINER_ERROR",
            "Unable to start workflow task: haplotypecaller, id: 8566119 container using image: "
            "repo/gatk:4. Make sure that the image is valid and try again.",
        ),
        ("INPUT_URI_NOT_FOUND", "The provided URI does not exist: s3://reads/HG002.bam."),
        ("RUN_TIMED_OUT", "Run timeout after 1200 minutes."),
        ("TASK_TIMED_OUT", "Task 8566119 timed out after 60 seconds."),
        (
            "WORKFLOW_RUN_FAILED",
            "Workflow run failed. Review the CloudWatch Logs engine log stream: STREAM/engine to "
            "debug the failure.",
        ),
    ],
)
def test_documented_texts(reason: str, text: str) -> None:
    assert failure(reason, None, VALUES) == Failure(reason, text)


def test_a_text_of_the_test_is_taken_as_it_is() -> None:
    assert failure("IMPORT_FAILED", "No {such} file", VALUES).message == "No {such} file"


def test_only_failed_tasks_change_the_reason_of_the_run() -> None:
    for reason in RUN_FAILURE_REASONS:
        expected = "RUN_TASK_FAILED" if reason in TASK_FAILURE_REASONS else reason
        assert run_reason(reason) == expected


def test_values_are_not_formatted_again() -> None:
    values = VALUES._replace(uri="s3://b/{task}")
    assert failure("IMPORT_FAILED", None, values).message == "The import failed: s3://b/{task}."
