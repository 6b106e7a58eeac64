"""Types and functions shared by the tests of the service.

The first section is the only place in tests/omics that uses internals of the package.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.model import OperationModel
from moto.core.utils import camelcase_to_underscores

from conftest import ACCOUNT, REGION, Answer, Client
from moto_omics_batch import faults
from moto_omics_batch.domain.cache import inputs_key
from moto_omics_batch.domain.declarations import Declarations
from moto_omics_batch.domain.failures import RUN_FAILURE_REASONS as RUN_FAILURE_REASONS
from moto_omics_batch.domain.failures import (
    SUBMISSION_FAILURE_REASONS as SUBMISSION_FAILURE_REASONS,
)
from moto_omics_batch.domain.ordered import Ordered
from moto_omics_batch.domain.run_selection import RunRef
from moto_omics_batch.domain.tables import BATCH as BATCH_LIFECYCLE
from moto_omics_batch.omics.dispatch import OmicsDispatcher
from moto_omics_batch.omics.integrations.eventbridge import EventBus
from moto_omics_batch.omics.models import OmicsBackend, omics_backends
from moto_omics_batch.omics.resources.collection import Collection
from moto_omics_batch.omics.resources.run_outputs import RunOutputs
from moto_omics_batch.omics.responses import OmicsResponse
from moto_omics_batch.wire import model as model

HttpResponse = tuple[int, Mapping[str, str], str | bytes]

# -- internals of the package --

#: The clock of the backend, as a target for ``monkeypatch.setattr``.
UTCNOW = "moto_omics_batch.omics.resources.context.utcnow"


def observe_responses(
    monkeypatch: pytest.MonkeyPatch,
    observe: Callable[[OperationModel | None, HttpResponse], None],
) -> None:
    """Call ``observe`` with the operation and the HTTP response of each request.

    The operation is None if the path of the request belongs to no operation.
    """
    dispatch = OmicsDispatcher._dispatch

    def dispatch_and_observe(self: OmicsDispatcher, *args: Any, **kwargs: Any) -> HttpResponse:
        response = dispatch(self, *args, **kwargs)
        observe(self._route[0] if self._route else None, response)
        return response

    monkeypatch.setattr(OmicsDispatcher, "_dispatch", dispatch_and_observe)


def observe_built_events(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list to which the detail type of each event is added when the event is built."""
    built: list[str] = []
    event = EventBus.event

    def observed(self: EventBus, detail_type: str, *args: Any, **kwargs: Any) -> Any:
        built.append(detail_type)
        return event(self, detail_type, *args, **kwargs)

    monkeypatch.setattr(EventBus, "event", observed)
    return built


def replace_operation(
    monkeypatch: pytest.MonkeyPatch, method: str, operation: Callable[[OmicsBackend], Any]
) -> None:
    """Replace the implementation of an operation, e.g. ``get_run_group``."""
    monkeypatch.setattr(OmicsResponse, method, lambda self: operation(self.backend))


def find_unknown_run(backend: OmicsBackend) -> Any:
    """Raise ResourceNotFoundException for run 1234567."""
    return backend.runs.find("1234567")


def observe_matched_runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list to which the id of each run is added whose declared outputs are looked up."""
    matched: list[str] = []
    outputs_for = Declarations.outputs_for

    def observed(self: Declarations, run: RunRef) -> Any:
        matched.append(run.id)
        return outputs_for(self, run)

    monkeypatch.setattr(Declarations, "outputs_for", observed)
    return matched


def observe_cache_keys(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return a list to which the run parameters are added whenever they are hashed for a cache."""
    hashed: list[Any] = []

    def observed(definition: str, parameters: Any, etags: Any) -> bytes:
        hashed.append(parameters)
        return inputs_key(definition, parameters, etags)

    target = "moto_omics_batch.omics.resources.run_cache_entries.inputs_key"
    monkeypatch.setattr(target, observed)
    return hashed


def bucket_missing(run_id: str) -> bool:
    """Return whether the bucket of a run of the default account cannot take its files."""
    backend = omics_backends[ACCOUNT][REGION]
    assert isinstance(backend, OmicsBackend)
    outputs = RunOutputs(backend._s3, Declarations(), backend.runs._tasks)
    return outputs.bucket_missing(backend.runs.find(run_id))


def fail_store(kind: str, name: str, message: str) -> None:
    """Let a CREATING store of analytics, such as ``variant``, fail at its next transition."""
    backend = omics_backends[ACCOUNT][REGION]
    assert isinstance(backend, OmicsBackend)
    getattr(backend.analytics, f"{kind}_stores").find(name).problem = message


def fail_upload(read_set_id: str, message: str) -> None:
    """Let a read set that is PROCESSING_UPLOAD fail at its next transition."""
    backend = omics_backends[ACCOUNT][REGION]
    assert isinstance(backend, OmicsBackend)
    backend.storage.read_sets.find(read_set_id).problem = message


def missing_operations() -> set[str]:
    """Return the operations of the model that the backend does not implement."""
    methods = {name for name in dir(OmicsResponse) if not name.startswith("_")}
    names = model.service().operation_names
    return {
        name
        for name in names
        if name not in model.plane() or camelcase_to_underscores(name) not in methods
    }


def _leftovers_of(name: str, owner: object) -> dict[str, Any]:
    """Return the containers among the attributes of an object, by name."""
    containers: dict[str, Any] = {}
    for attribute, value in vars(owner).items():
        if isinstance(value, (dict, Ordered)):
            containers[f"{name}.{attribute}"] = value
        elif attribute == "versions":
            containers |= _leftovers_of(type(value).__name__, value)
    return containers


def leftover_state(account_id: str, region: str) -> list[str]:
    """Return the names of the backend's stores that are not empty."""
    backend = omics_backends[account_id][region]
    assert isinstance(backend, OmicsBackend)
    registry, scheduler = backend.engine.registry, backend.engine.scheduler
    stores: dict[str, Any] = {
        "blocks": list(registry),
        "runs by setting": registry._by_setting,
        "runs by status": [blocks for blocks in registry._by_status.values() if blocks],
        "stored runs": registry.stored,
        "used resources": backend._usage._runs,
        "tokens": backend.context._tokens,
        "token owners": backend.context._token_of,
        "moving resources": [moving for moving in scheduler._moving.values() if moving],
        "due transitions": scheduler._entries,
        "batches": list(backend.batches.all()),
        "workflows": list(backend.workflows.all()),
        "versions": list(backend.workflows.versions.all()),
        "configurations": list(backend.configurations.all()),
        **_leftovers_of("shares", backend.shares._region),
        "access policies": backend.storage.access_policies._policies,
    }
    for plane in (backend.storage, backend.analytics):
        for family in vars(plane).values():
            if isinstance(family, Collection):
                stores |= _leftovers_of(type(family).__name__, family)
    # What imports into stores were is listed after the deletion of the stores, too.
    for kept in ("VariantImportJobs", "AnnotationImportJobs"):
        del stores[f"{kept}._resources"], stores[f"{kept}._order"]
    return [name for name, store in stores.items() if store]


def statuses_allowing(event: str) -> tuple[str, ...]:
    """Return the statuses of a batch in which the lifecycle event is allowed."""
    return BATCH_LIFECYCLE.states_allowing(event)


def next_status(status: str, event: str) -> str:
    """Return the status of a batch after the lifecycle event."""
    return str(BATCH_LIFECYCLE.next(status, event))


def clear_model_caches() -> None:
    """Clear all caches of the package that depend on the botocore model."""
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("moto_omics_batch."):
            for cached in vars(module).values():
                if hasattr(cached, "cache_clear"):
                    cached.cache_clear()


# -- types of fixtures --

StartRun = Callable[..., Answer]
UntilRun = Callable[[str, str], Answer]
PutSettings = Callable[..., str]
Settings = Callable[..., None]
SetProgression = Callable[..., None]


class Clock:
    """A clock that returns ``now``, which only tests change."""

    def __init__(self) -> None:
        self.now = datetime(2026, 10, 1, 12)

    def __call__(self) -> datetime:
        return self.now


# -- errors --


def error_of(call: Callable[..., object], **arguments: Any) -> tuple[str, int, str]:
    """Make a call that must fail and return its (code, HTTP status, message)."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    response = caught.value.response
    status = response["ResponseMetadata"]["HTTPStatusCode"]
    return response["Error"]["Code"], status, response["Error"]["Message"]


@contextmanager
def raises_error(code: str, status: int, message: str) -> Iterator[None]:
    """Assert that the call inside raises ClientError with this code, HTTP status and message."""
    with pytest.raises(ClientError) as caught:
        yield
    response = caught.value.response
    found = (
        response["Error"]["Code"],
        response["ResponseMetadata"]["HTTPStatusCode"],
        response["Error"]["Message"],
    )
    assert found == (code, status, message)


def raises_validation(message: str) -> Any:
    """Assert that the call inside raises ValidationException."""
    return raises_error("ValidationException", 400, message)


def raises_violations(*violations: str) -> Any:
    """Assert that the call inside raises ValidationException for violated model constraints.

    ``raises_violations("Value null at 'id' must not be null")``
    """
    count = f"{len(violations)} validation error{'s' if len(violations) > 1 else ''}"
    details = "; ".join(
        v.replace(" must ", " failed to satisfy constraint: Member must ", 1) for v in violations
    )
    return raises_validation(f"{count} detected: {details}")


def raises_not_found(message: str) -> Any:
    """Assert that the call inside raises ResourceNotFoundException."""
    return raises_error("ResourceNotFoundException", 404, message)


def raises_conflict(message: str) -> Any:
    """Assert that the call inside raises ConflictException."""
    return raises_error("ConflictException", 409, message)


# -- models of botocore --


def requires_member(shape: str, member: str) -> pytest.MarkDecorator:
    """Skip the test if the installed botocore model does not have this member."""
    known = member in model.structure(shape).members
    return pytest.mark.skipif(not known, reason=f"this botocore has no {shape}.{member}")


def requires_batch_status(status: str) -> pytest.MarkDecorator:
    """Skip the test if the installed botocore model does not have this status of batches."""
    known = status in model.service().shape_for("BatchStatus").metadata["enum"]
    return pytest.mark.skipif(not known, reason=f"this botocore has no BatchStatus {status}")


# -- batches and runs --

ACTIVE_STATUSES = ["PENDING", "STARTING", "RUNNING", "STOPPING"]

#: Arguments of ``state_manager.set_transition`` for each kind of progression.
PROGRESSIONS: dict[str, dict[str, Any]] = {
    "manual": {"progression": "manual", "times": 1},
    "immediate": {"progression": "immediate"},
    "time": {"progression": "time", "seconds": 60},
}


def run_counts(batch: Answer) -> dict[str, int]:
    """Return the non-zero counts of runSummary with short names: ``{"pending": 2}``."""
    return {name.removesuffix("RunCount"): n for name, n in batch["runSummary"].items() if n}


def submission_counts(batch: Answer) -> dict[str, int]:
    """Return the counts of submissionSummary with short names: ``{"successfulStart": 2}``."""
    return {
        name.removesuffix("SubmissionCount"): n for name, n in batch["submissionSummary"].items()
    }


def list_entries(omics: Client, batch_id: str) -> list[Answer]:
    """Return the first page of ListRunsInBatch."""
    found: list[Answer] = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    return found


def entry_outcomes(omics: Client, batch_id: str) -> list[tuple[str, bool]]:
    """Return (submissionStatus, whether there is a runId) for each entry of a batch."""
    return [(e["submissionStatus"], "runId" in e) for e in list_entries(omics, batch_id)]


def run_ids(omics: Client, batch_id: str) -> dict[str, str]:
    """Return the runId for each runSettingId of a batch."""
    return {entry["runSettingId"]: entry["runId"] for entry in list_entries(omics, batch_id)}


def status_history(resource_id: str) -> list[str]:
    """Return the statuses that a batch or a run has had, oldest first."""
    return [status for status, _ in faults.history(resource_id)]
