"""Failures that a batch or a run tells about in its own fields, with the service's texts."""

from __future__ import annotations

from dataclasses import dataclass

#: B61, in the order of the documentation.
SUBMISSION_FAILURE_REASONS = (
    "ValidationException",
    "AccessDeniedException",
    "ResourceNotFoundException",
    "ServiceQuotaExceededException",
    "ConflictException",
    "ThrottlingException",
    "RequestTimeoutException",
    "InternalServerException",
)


class BatchFailure(Exception):
    """The batch itself fails: its text becomes the batch's failureReason (B50 to B54).

    ``code`` is what the event of the failure calls its reason (B96).
    """

    def __init__(self, text: str, code: str = "VALIDATION_EXCEPTION"):
        super().__init__(text)
        self.code = code

    @classmethod
    def transient(cls) -> BatchFailure:
        """B54."""
        return cls(
            "There was a transient error in the service. Retry the batch.",
            "INTERNAL_SERVER_EXCEPTION",
        )

    @classmethod
    def too_many(cls, count: int, most: int) -> BatchFailure:
        return cls(f"Batch has {count} runs but {most} runs is the max.")

    @classmethod
    def repeated_ids(cls, expected: int, unique: int) -> BatchFailure:
        return cls(f"Expected {expected} unique runSettingIds but there were {unique}")

    @classmethod
    def invalid_json(cls) -> BatchFailure:
        return cls("Invalid JSON format in run configurations")

    @classmethod
    def changed(cls, recorded: str, found: str) -> BatchFailure:
        return cls(
            f'Expected s3UriConfigs etag: "{recorded}" but was: "{found}". '
            "s3UriConfigs have changed since calling StartRunBatch"
        )


@dataclass(frozen=True)
class SubmissionFailure:
    """Why one entry of a batch has no run (B60, B61)."""

    reason: str
    message: str

    @classmethod
    def invalid(cls, message: str) -> SubmissionFailure:
        return cls("ValidationException", message)
