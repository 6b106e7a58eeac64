"""What the tests of the service share beside the clients: runs, refusals, and the check of answers.

Every answer that any of these tests gets, in-process or from the server, is held against the output
shape of the installed model. A test need not ask for that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from conftest import ROLE, Answer, Client
from moto_omics_batch.omics.dispatch import OmicsDispatcher
from moto_omics_batch.wire import model

_Wire = tuple[int, Mapping[str, str], str]

#: Refusals that every AWS service has and no model lists.
_COMMON_ERRORS = {"InvalidSignatureException": 403, "UnrecognizedClientException": 403}

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")

_SCALARS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "blob": (str,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "boolean": (bool,),
}


# -- does an answer fit the model? ---------------------------------------------------------------


def misfits(operation: OperationModel | None, answer: _Wire) -> list[str]:
    """Where an answer differs from the model; ``operation`` is None for an unknown path."""
    status, headers, body = answer
    found = []
    if headers.get("content-type") != "application/json":
        found.append(f"content-type is {headers.get('content-type')}")
    if status >= 400:
        found += _error_misfits(operation, status, headers, body)
    elif operation is None:
        found.append(f"status {status} for a path that no operation has")
    else:
        found += _success_misfits(operation, status, body)
    name = operation.name if operation else "no operation"
    return [f"{name}: {problem}" for problem in found]


def _error_misfits(
    operation: OperationModel | None, status: int, headers: Mapping[str, str], body: str
) -> Iterator[str]:
    code = headers.get("x-amzn-errortype", "")
    expected = _error_status(operation, code)
    if expected is None:
        yield f"error {code!r} is not one that it declares"
    elif status != expected:
        yield f"status {status} for {code}, not {expected}"
    told = json.loads(body)
    if not isinstance(told, dict) or set(told) != {"message"} or not told["message"]:
        yield f"the body of {code} is not a message alone: {body}"
    elif not isinstance(told["message"], str):
        yield f"the message of {code} is no string: {body}"


def _error_status(operation: OperationModel | None, code: str) -> int | None:
    if code in _COMMON_ERRORS:
        return _COMMON_ERRORS[code]
    if operation is None:
        return model.error_status(code) if code in model.service().shape_names else None
    if code == "NotImplemented":
        # The planes of HealthOmics that this package is not about.
        return None if operation.name in model.plane() else 501
    declared = {shape.name for shape in operation.error_shapes}
    return model.error_status(code) if code in declared else None


def _success_misfits(operation: OperationModel, status: int, body: str) -> Iterator[str]:
    expected = operation.http["responseCode"]
    if status != expected:
        yield f"status {status}, not {expected}"
    shape = operation.output_shape
    if shape is None or not model.members(shape):
        if body:
            yield f"a body where the model has none: {body}"
    elif not body:
        yield "no body"
    else:
        yield from _value_misfits(shape, json.loads(body), "the answer")


def _value_misfits(shape: Shape, value: Any, path: str) -> Iterator[str]:
    if model.is_document(shape):
        return
    if shape.type_name == "timestamp":
        yield from _time_misfits(shape, value, path)
    elif isinstance(shape, StructureShape):
        yield from _structure_misfits(shape, value, path)
    elif isinstance(shape, ListShape):
        if not isinstance(value, list):
            yield f"{path} is no list: {value!r}"
            return
        for at, item in enumerate(value):
            yield from _value_misfits(shape.member, item, f"{path}[{at}]")
    elif isinstance(shape, MapShape):
        if not isinstance(value, dict):
            yield f"{path} is no map: {value!r}"
            return
        for key, item in value.items():
            yield from _value_misfits(shape.key, key, f"a key of {path}")
            yield from _value_misfits(shape.value, item, f"{path}.{key}")
    else:
        yield from _scalar_misfits(shape, value, path)


def _structure_misfits(shape: StructureShape, value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path} is no structure: {value!r}"
        return
    members = model.members(shape)
    for name, item in value.items():
        if name in members:
            yield from _value_misfits(members[name], item, f"{path}.{name}")
        else:
            yield f"{path}.{name} is unknown to the model"
    for name in shape.required_members:
        if shape.members[name].serialization.get("name", name) not in value:
            yield f"{path}.{name} is required and absent"


def _scalar_misfits(shape: Shape, value: Any, path: str) -> Iterator[str]:
    types = _SCALARS[shape.type_name]
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        yield f"{path} is no {shape.type_name}: {value!r}"
        return
    enum = shape.metadata.get("enum")
    if enum and value not in enum:
        yield f"{path} is {value!r}, which is none of {', '.join(enum)}"


def _time_misfits(shape: Shape, value: Any, path: str) -> Iterator[str]:
    assert shape.serialization.get("timestampFormat") == "iso8601"
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        yield f"{path} is no ISO-8601 time in UTC: {value!r}"
        return
    try:
        datetime.fromisoformat(value[:19])
    except ValueError:
        yield f"{path} is no time of any calendar: {value!r}"


@pytest.fixture(autouse=True)
def answers_fit_the_model(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Look at every answer of the backend during a test → what is wrong with them so far."""
    found: list[str] = []
    dispatch = OmicsDispatcher._dispatch

    def checked(self: OmicsDispatcher, *args: Any, **kwargs: Any) -> _Wire:
        answer = dispatch(self, *args, **kwargs)
        found.extend(misfits(self._route[0] if self._route else None, answer))
        return answer

    monkeypatch.setattr(OmicsDispatcher, "_dispatch", checked)
    yield found
    assert not found, "answers that do not fit the model:\n" + "\n".join(found)


def needs_member(shape: str, member: str) -> pytest.MarkDecorator:
    """For tests of a member that the oldest botocore has not."""
    known = member in model.structure(shape).members
    return pytest.mark.skipif(not known, reason=f"this botocore has no {shape}.{member}")


# -- refusals ------------------------------------------------------------------------------------


def refusal(call: Callable[..., object], **arguments: Any) -> tuple[str, int, str]:
    """The (code, status, message) with which a call is refused."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    status = answer["ResponseMetadata"]["HTTPStatusCode"]
    return answer["Error"]["Code"], status, answer["Error"]["Message"]


@contextmanager
def refused(code: str, status: int, message: str) -> Iterator[None]:
    """The call inside is refused in exactly this way."""
    with pytest.raises(ClientError) as caught:
        yield
    answer = caught.value.response
    found = (
        answer["Error"]["Code"],
        answer["ResponseMetadata"]["HTTPStatusCode"],
        answer["Error"]["Message"],
    )
    assert found == (code, status, message)


def invalid(message: str) -> Any:
    """Refused with a ValidationException."""
    return refused("ValidationException", 400, message)


def violates(*violations: str) -> Any:
    """Refused by constraints of the model: ``violates("Value null at 'id' must not be null")``."""
    count = f"{len(violations)} validation error{'s' if len(violations) > 1 else ''}"
    told = "; ".join(
        v.replace(" must ", " failed to satisfy constraint: Member must ", 1) for v in violations
    )
    return invalid(f"{count} detected: {told}")


def missing(message: str) -> Any:
    """Refused with a ResourceNotFoundException."""
    return refused("ResourceNotFoundException", 404, message)


def conflicts(message: str) -> Any:
    """Refused with a ConflictException."""
    return refused("ConflictException", 409, message)


# -- runs ----------------------------------------------------------------------------------------

StartRun = Callable[..., Answer]
Reach = Callable[[str, str], Answer]


@pytest.fixture
def start_run(omics: Client, workflow_id: str) -> StartRun:
    """``start_run(name="HG002")`` → the answer of StartRun."""

    def start(**settings: Any) -> Answer:
        least = {"workflowId": workflow_id, "roleArn": ROLE, "outputUri": "s3://results/solo"}
        answer: Answer = omics.start_run(**{**least, **settings})
        return answer

    return start


@pytest.fixture
def reach(omics: Client) -> Reach:
    """``reach(run_id, "RUNNING")``: look at a run until it is there → that GetRun answer."""

    def look(run_id: str, status: str) -> Answer:
        seen = []
        for _ in range(8):
            run: Answer = omics.get_run(id=run_id)
            seen.append(run["status"])
            if run["status"] == status:
                return run
        raise AssertionError(f"never {status}: {seen}")

    return look


@pytest.fixture
def run_of_batch(omics: Client, start_batch: Callable[..., str]) -> Callable[..., str]:
    """``run_of_batch(name="HG002")``: the id of the only run of a new batch, PENDING."""

    def start(**default: Any) -> str:
        batch_id = start_batch(["s1"], **default)
        for _ in range(3):
            omics.get_batch(batchId=batch_id)
        return str(omics.list_runs_in_batch(batchId=batch_id)["runs"][0]["runId"])

    return start


class Clock:
    """A time that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 10, 1, 12)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of the backend; ``clock.now += timedelta(seconds=5)``."""
    stopped = Clock()
    monkeypatch.setattr("moto_omics_batch.omics.core.utcnow", stopped)
    return stopped
