"""Failures of batches, submissions, runs and calls, with the service's codes and texts."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

#: B61: the values of submissionFailureReason, in the order of the documentation.
SubmissionFailureReason = Literal[
    "ValidationException",
    "AccessDeniedException",
    "ResourceNotFoundException",
    "ServiceQuotaExceededException",
    "ConflictException",
    "ThrottlingException",
    "RequestTimeoutException",
    "InternalServerException",
]
SUBMISSION_FAILURE_REASONS: tuple[str, ...] = get_args(SubmissionFailureReason)

#: B61, L146: the reasons for which the service itself tries a submission again.
TRANSIENT_REASONS = ("ThrottlingException", "RequestTimeoutException", "InternalServerException")

#: W2.11: the failureReason codes that the documentation lists, and INVALID_RUN_PARAMETERS (L101).
RunFailureReason = Literal[
    "ASSUME_ROLE_FAILED",
    "CANNOT_START_CONTAINER_ERROR",
    "CANNOT_START_CONTAINER_SIZE_ERROR",
    "ECR_PERMISSION_ERROR",
    "EXPORT_FAILED",
    "FILE_SYSTEM_OUT_OF_SPACE",
    "IMAGE_VERIFICATION_FAILURE",
    "IMPORT_FAILED",
    "INACTIVE_OMICS_STORAGE_RESOURCE",
    "INPUT_URI_NOT_FOUND",
    "INSTANCE_RESERVATION_FAILED",
    "INVALID_ECR_IMAGE_URI",
    "INVALID_RUN_PARAMETERS",
    "INVALID_TASK_RESOURCE_VALUE",
    "INVALID_URI_INPUT",
    "MODIFIED_INPUT_RESOURCE",
    "OUT_OF_MEMORY_ERROR",
    "RUN_TASK_FAILED",
    "RUN_TIMED_OUT",
    "SERVICE_ERROR",
    "TASK_TIMED_OUT",
    "UNSUPPORTED_GPU_INSTANCE_TYPE",
    "UNSUPPORTED_INPUT_SIZE",
    "WORKFLOW_RUN_FAILED",
    "WORKFLOW_VER_VALIDATION_FAILED",
]
RUN_FAILURE_REASONS: tuple[str, ...] = get_args(RunFailureReason)

#: L142: the reasons that a task has; its run then has RUN_TASK_FAILED.
TASK_FAILURE_REASONS = (
    "CANNOT_START_CONTAINER_ERROR",
    "CANNOT_START_CONTAINER_SIZE_ERROR",
    "ECR_PERMISSION_ERROR",
    "IMAGE_VERIFICATION_FAILURE",
    "INSTANCE_RESERVATION_FAILED",
    "INVALID_ECR_IMAGE_URI",
    "INVALID_TASK_RESOURCE_VALUE",
    "OUT_OF_MEMORY_ERROR",
    "RUN_TASK_FAILED",
    "TASK_TIMED_OUT",
    "UNSUPPORTED_GPU_INSTANCE_TYPE",
)

#: The errors that any operation may answer, which are those of `call_fails`.
CallError = Literal[
    "AccessDeniedException",
    "InternalServerException",
    "RequestTimeoutException",
    "ServiceQuotaExceededException",
    "ThrottlingException",
]
CALL_ERRORS: tuple[str, ...] = get_args(CallError)


class BatchFailure(Exception):
    """A failure of the batch itself: its text becomes failureReason of GetBatch (B50 to B54).

    ``code`` is the failureReason of the event (B96).
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
        """B50."""
        return cls(f"Batch has {count} runs but {most} runs is the max.")

    @classmethod
    def repeated_ids(cls, expected: int, unique: int) -> BatchFailure:
        """B51."""
        return cls(f"Expected {expected} unique runSettingIds but there were {unique}")

    @classmethod
    def invalid_json(cls) -> BatchFailure:
        """B52."""
        return cls("Invalid JSON format in run configurations")

    @classmethod
    def changed(cls, recorded: str, found: str) -> BatchFailure:
        """B53: the ETags at StartRunBatch and at the validation."""
        return cls(
            f'Expected s3UriConfigs etag: "{recorded}" but was: "{found}". '
            "s3UriConfigs have changed since calling StartRunBatch"
        )


class SubmissionFailure(NamedTuple):
    """The reason why one entry of a batch has no run (B60, B61)."""

    reason: str
    message: str

    @classmethod
    def invalid(cls, message: str) -> SubmissionFailure:
        """Return a failure with the reason ValidationException."""
        return cls("ValidationException", message)

    @property
    def transient(self) -> bool:
        """Whether the service tries the submission again before it counts (L146)."""
        return self.reason in TRANSIENT_REASONS
