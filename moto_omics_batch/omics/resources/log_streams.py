"""The names and ARNs of the CloudWatch log streams of runs (W2.10, L20)."""

from __future__ import annotations

from .context import Context

LOG_GROUP = "/aws/omics/WorkflowLog"


def run_stream(run_id: str) -> str:
    """Return the stream of a run; those of its engine and tasks begin with it."""
    return f"run/{run_id}"


def engine_stream(run_id: str) -> str:
    """Return the stream of the engine of a run."""
    return f"run/{run_id}/engine"


def task_stream(run_id: str, task_id: str) -> str:
    """Return the stream of a task."""
    return f"run/{run_id}/task/{task_id}"


def manifest_stream(run_id: str, run_uuid: str) -> str:
    """Return the stream of the manifest of a run."""
    return f"manifest/run/{run_id}/{run_uuid}"


def cache_stream(cache_id: str, cache_uuid: str) -> str:
    """Return the stream of a run cache."""
    return f"runCache/{cache_id}/{cache_uuid}"


def stream_arn(context: Context, stream: str) -> str:
    """Return the ARN of a stream: ``arn:aws:logs:…:log-group:/aws/omics/…:log-stream:run/1``."""
    logs = f"arn:{context.partition}:logs:{context.region}:{context.account_id}"
    return f"{logs}:log-group:{LOG_GROUP}:log-stream:{stream}"
