"""The statusMessage of failed runs and tasks, by failureReason (L140, L141)."""

from __future__ import annotations

from typing import NamedTuple

from .failures import TASK_FAILURE_REASONS

#: W11: the longest duration of a run, in seconds.
MAX_DURATION = 604_800


class Failure(NamedTuple):
    """The failureReason and the statusMessage of a run or a task."""

    reason: str
    message: str

    @property
    def members(self) -> dict[str, str]:
        """Both by the names that responses, events and manifests have."""
        return {"failureReason": self.reason, "statusMessage": self.message}


class FailureContext(NamedTuple):
    """What the texts name.

    ``task`` and ``task_id`` are the name and the id of the failed task, ``image`` is its container
    image, ``uri`` an input of the run, ``minutes`` the longest duration of the run. The streams are
    ARNs of log streams.
    """

    task: str
    task_id: str
    image: str
    uri: str
    task_stream: str
    engine_stream: str
    minutes: int = MAX_DURATION // 60
    seconds: int = MAX_DURATION


#: Documented or observed: L140, L141, W12. The rest of a sentence that the documentation cuts, and
#: the reasons in the second part, have texts of our own.
_TEXTS = {
    "RUN_TASK_FAILED": (
        "Run failed due to task: {task}, id: {task_id}, failure. Use the GetRunTask API for more "
        "information as well as the CloudWatch logs log stream: {task_stream} to debug the failure."
    ),
    "CANNOT_START_CONTAINER_ERROR": (
        "Unable to start workflow task: {task}, id: {task_id} container using image: {image}. "
        "Make sure that the image is valid and try again."
    ),
    "EXPORT_FAILED": (
        "The export failed. Check that the output bucket exists and the run role has write "
        "permission to the bucket."
    ),
    "INPUT_URI_NOT_FOUND": "The provided URI does not exist: {uri}.",
    "OUT_OF_MEMORY_ERROR": (
        "The workflow task {task_id} ran out of memory. Increase the memory value of the task."
    ),
    "RUN_TIMED_OUT": "Run timeout after {minutes} minutes.",
    "TASK_TIMED_OUT": "Task {task_id} timed out after {seconds} seconds.",
    "WORKFLOW_RUN_FAILED": (
        "Workflow run failed. Review the CloudWatch Logs engine log stream: {engine_stream} to "
        "debug the failure."
    ),
    "ECR_PERMISSION_ERROR": (
        "Unable to access image URI: {image}. Ensure the ECR private repository exists and has "
        "granted access for the omics service principle to access the repository."
    ),
    "INVALID_ECR_IMAGE_URI": (
        "ECR image URI: {image} has an invalid structure. Provide a valid ECR image URI and retry."
    ),
    "INACTIVE_OMICS_STORAGE_RESOURCE": (
        "The HealthOmics storage URI isn't in ACTIVE state. Activate the read set and try again."
    ),
    # Texts of our own.
    "ASSUME_ROLE_FAILED": "The role of the run could not be assumed.",
    "CANNOT_START_CONTAINER_SIZE_ERROR": (
        "Unable to start workflow task: {task}, id: {task_id}: the image {image} is too large."
    ),
    "FILE_SYSTEM_OUT_OF_SPACE": "The file system of the run is out of space.",
    "IMAGE_VERIFICATION_FAILURE": "The image {image} could not be verified.",
    "IMPORT_FAILED": "The import failed: {uri}.",
    "INSTANCE_RESERVATION_FAILED": "No instance was available for task {task_id}.",
    "INVALID_RUN_PARAMETERS": "The parameters of the run are invalid.",
    "INVALID_TASK_RESOURCE_VALUE": "Task {task_id} asks for invalid resources.",
    "INVALID_URI_INPUT": "The provided URI is invalid: {uri}.",
    "MODIFIED_INPUT_RESOURCE": "An input was modified during the run: {uri}.",
    "SERVICE_ERROR": "There was a transient error in the service. Retry the run.",
    "UNSUPPORTED_GPU_INSTANCE_TYPE": "Task {task_id} asks for a GPU that is not supported.",
    "UNSUPPORTED_INPUT_SIZE": "The size of the input is not supported: {uri}.",
    "WORKFLOW_VER_VALIDATION_FAILED": "The workflow version could not be validated.",
}


def failure(reason: str, message: str | None, values: FailureContext) -> Failure:
    """Return a reason with ``message``, or with the text of the service where that is None."""
    return Failure(reason, message or _TEXTS[reason].format_map(values._asdict()))


def run_reason(reason: str) -> str:
    """Return the failureReason of the run: RUN_TASK_FAILED when a task has failed (L142)."""
    return "RUN_TASK_FAILED" if reason in TASK_FAILURE_REASONS else reason
