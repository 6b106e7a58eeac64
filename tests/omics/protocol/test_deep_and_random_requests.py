"""Requests that are absurdly deep, and requests that chance has made.

In-process an exception of ours would come out of `requests`; against the server it would be a 500.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
import requests
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from conftest import ROLE
from tests.omics.helpers import model
from tests.wire.raw import Wire, batch_request

# -- depth --


def _deep(levels: int, kind: str = "list") -> str:
    if kind == "list":
        return "[" * levels + "]" * levels
    return '{"a":' * levels + "1" + "}" * levels


def _from_deep_inside(frames: int, http: Wire, *request: str) -> requests.Response:
    """A caller who stands deep in a stack of his own leaves less of it to the backend."""
    return _from_deep_inside(frames - 1, http, *request) if frames else http.send(*request)


@pytest.mark.our_choice("B21")
@pytest.mark.parametrize("kind", ["list", "object"])
@pytest.mark.parametrize("levels", [50, 400, 800, 900, 5_000, 100_000])
@pytest.mark.parametrize("frames", [0, 250])
def test_deep_parameters_work_or_are_refused(
    http: Wire, workflow_id: str, levels: int, kind: str, frames: int
) -> None:
    body = json.dumps(batch_request(workflow_id, parameters="HERE"))
    body = body.replace('"HERE"', _deep(levels, kind))
    answer = http.send("POST", "/runBatch", body)
    assert answer.status_code in (201, 400), answer.text
    if answer.status_code == 400:
        assert levels > 50
        assert answer.headers["x-amzn-errortype"] == "ValidationException"
        return
    again = _from_deep_inside(frames, http, "POST", "/runBatch", body)
    assert again.status_code in (201, 400)
    for _ in range(6):
        path = f"/runBatch/{answer.json()['id']}"
        shown = _from_deep_inside(frames, http, "GET", path)
        assert shown.status_code == 200, shown.text
    for run in http.send("GET", f"{path}/run").json()["runs"]:
        if "runId" in run:
            found = _from_deep_inside(frames, http, "GET", f"/run/{run['runId']}")
            assert found.status_code == 200, found.text


@pytest.mark.our_choice("B21")
@pytest.mark.parametrize("levels", [50, 400, 900, 930, 950, 970, 980, 990, 5_000, 100_000])
def test_deep_parameters_of_a_single_run(http: Wire, workflow_id: str, levels: int) -> None:
    body = json.dumps({**batch_request(workflow_id)["defaultRunSetting"], "requestId": "r"})
    body = body[:-1] + f', "parameters": {_deep(levels)}}}'
    answer = http.send("POST", "/run", body)
    assert answer.status_code in (201, 400), answer.text
    if answer.status_code == 201:
        assert http.send("GET", f"/run/{answer.json()['id']}").status_code == 200


@pytest.mark.our_choice("B52", "B64")
@pytest.mark.parametrize("levels", [50, 400, 900, 960, 980, 5_000, 100_000])
@pytest.mark.parametrize("frames", [0, 250])
def test_deep_parameters_in_an_s3_file(
    http: Wire,
    put_settings: Callable[..., str],
    workflow_id: str,
    levels: int,
    frames: int,
) -> None:
    body = f'[{{"runSettingId": "s1", "parameters": {_deep(levels)}}}]'
    request = batch_request(workflow_id)
    request["batchRunSettings"] = {"s3UriSettings": put_settings(body.encode())}
    path = f"/runBatch/{http.send('POST', '/runBatch', request).json()['id']}"
    shown = [http.send("GET", path).json() for _ in range(8)][-1]
    if shown["status"] == "FAILED":
        assert levels > 50
        assert shown["failureReason"] == "Invalid JSON format in run configurations"
        return
    for run in http.send("GET", f"{path}/run").json()["runs"]:
        if "runId" in run:
            found = _from_deep_inside(frames, http, "GET", f"/run/{run['runId']}")
            assert found.status_code == 200, found.text


@pytest.mark.our_choice("B12")
@pytest.mark.parametrize("levels", [50, 400, 700, 900, 5_000, 100_000])
@pytest.mark.parametrize("kind", ["list", "object"])
@pytest.mark.parametrize(
    "where", ["batchName", "defaultRunSetting", "batchRunSettings", "tags", "whatIsThis"]
)
def test_deep_values_where_none_belong(http: Wire, levels: int, kind: str, where: str) -> None:
    told = http.refused("POST", "/runBatch", f'{{"{where}": {_deep(levels, kind)}}}')
    assert told[:2] == ("ValidationException", 400)


# -- chance --

_WORDS = ["", "1", "abc", "s3://b/k", "arn:x", "a\nb", "样本", "WDL", "VPC", "lab-vpc", "v" * 300]
_JUNK: list[Any] = [None, True, 0, -1, 1.5, 10**30, "", "x", [], [None], {}, {"a": None}, [[{}]]]


class Chance:
    """Requests made of the model's shapes, with right, wrong and absurd values in them."""

    def __init__(self, seed: int):
        self._random = random.Random(seed)
        self.known = ["1", "9999999"]

    def value(self, shape: Shape, depth: int = 0) -> Any:
        if self._random.random() < 0.08 or depth > 5:
            return self._random.choice(_JUNK)
        if model.is_document(shape):
            return self._random.choice([*_JUNK, {"sample": "HG002"}])
        if isinstance(shape, StructureShape):
            often = 0.3 if len(shape.members) > 4 else 0.7
            return {
                name: self.value(member, depth + 1)
                for name, member in shape.members.items()
                if name in shape.required_members or self._random.random() < often
            }
        if isinstance(shape, ListShape):
            return [self.value(shape.member, depth + 1) for _ in range(self._random.randint(0, 3))]
        if isinstance(shape, MapShape):
            return {self._word(shape.key): self.value(shape.value, depth + 1) for _ in range(2)}
        if shape.type_name in ("integer", "long"):
            return self._random.choice([0, 1, 2, 100, 100_000, 100_001])
        return (
            self._random.choice([True, False])
            if shape.type_name == "boolean"
            else self._word(shape)
        )

    def _word(self, shape: Shape) -> str:
        if shape.type_name == "blob":
            return self._random.choice(["", "UEsDBA==", "e30=", "?"])
        if enum := shape.metadata.get("enum"):
            return str(self._random.choice([*enum, *enum, "NONE"]))
        pattern = str(shape.metadata.get("pattern", ""))
        if pattern.startswith("[0-9]"):
            return self._random.choice([*self.known, *self.known, "x"])
        if pattern.startswith("arn"):
            return self._random.choice([ROLE, ROLE, "role"])
        return self._random.choice(_WORDS)

    def request(self, operation: OperationModel) -> tuple[str, str, Any]:
        path, shape = (
            operation.http["requestUri"].partition("?")[0].replace("+}", "}"),
            operation.input_shape,
        )
        body: Any = {}
        query: list[str] = []
        for name, member in shape.members.items() if shape else ():
            place = member.serialization.get("location")
            required = shape is not None and name in shape.required_members
            if place == "uri":
                label = self._word(member) or "1"
                path = path.replace(f"{{{name}}}", quote(label, safe=""))
            elif required or self._random.random() < 0.4:
                value = self.value(member)
                if place == "querystring":
                    values = value if isinstance(value, list) else [value]
                    query += [f"{name}={quote(str(v))}" for v in values]
                else:
                    body[name] = value
        if self._random.random() < 0.03:
            body = self._random.choice(["[]", "{", "x", None])
        return operation.http["method"], path + ("?" + "&".join(query) if query else ""), body


def _ids(answer: Any) -> Iterator[str]:
    if isinstance(answer, dict):
        for name, value in answer.items():
            if name in ("id", "runId") and isinstance(value, str):
                yield value
            yield from _ids(value)
    elif isinstance(answer, list):
        for item in answer:
            yield from _ids(item)


def _prepared(http: Wire, chance: Chance, workflow_id: str) -> None:
    chance.known += [workflow_id] * 4
    for path in ("/runGroup", "/runCache"):
        made = http.send("POST", path, {"requestId": "r", "cacheS3Location": "s3://cache/x"}).json()
        chance.known.append(made["id"])


@pytest.mark.our_choice("B12")
@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_sent_is_answered_as_modelled(http: Wire, workflow_id: str, seed: int) -> None:
    chance = Chance(seed)
    _prepared(http, chance, workflow_id)
    service = model.service()
    operations = [service.operation_model(name) for name in sorted(model.plane())]
    for turn in range(6):
        for operation in operations:
            method, path, body = chance.request(operation)
            answer = http.send(method, path, body)
            sent = f"seed {seed}, turn {turn}: {method} {path} {json.dumps(body)} → {answer.text}"
            assert answer.status_code < 500 or answer.status_code == 501, sent
            told = answer.json() if answer.text else {}
            if answer.status_code >= 400:
                assert list(told) == ["message"], sent
            else:
                chance.known += _ids(told)


@pytest.mark.our_choice("B64")
@pytest.mark.parametrize("seed", range(6))
def test_whatever_an_s3_file_holds_is_a_failed_batch_or_failed_runs(
    http: Wire, put_settings: Callable[..., str], workflow_id: str, seed: int
) -> None:
    chance = Chance(1000 + seed)
    shape = model.structure("InlineSetting")
    for turn in range(8):
        entries = [chance.value(shape) for _ in range(4)]
        if turn % 2:
            entries = [
                {**e, "runSettingId": f"s{n}"} if isinstance(e, dict) else {"runSettingId": f"s{n}"}
                for n, e in enumerate(entries)
            ]
        request = batch_request(workflow_id, parameters=chance.value(shape.members["parameters"]))
        request["requestId"] = f"{seed} {turn}"
        request["batchRunSettings"] = {"s3UriSettings": put_settings(entries)}
        answer = http.send("POST", "/runBatch", request)
        assert answer.status_code in (201, 400), answer.text
        if answer.status_code == 201:
            _walk_through(http, f"/runBatch/{answer.json()['id']}", json.dumps(entries))


def _walk_through(http: Wire, path: str, sent: str) -> None:
    """To the end of a batch, reading all there is on the way."""
    for _ in range(8):
        answer = http.send("GET", path)
        assert answer.status_code == 200, sent
        if answer.json()["status"] == "FAILED":
            assert answer.json()["failureReason"], sent
            return
    assert answer.json()["status"] == "PROCESSED", sent
    for run in http.send("GET", f"{path}/run").json()["runs"]:
        if run["submissionStatus"] == "FAILED":
            assert run["submissionFailureReason"] == "ValidationException", sent
            assert run["submissionFailureMessage"], sent
        else:
            assert http.send("GET", f"/run/{run['runId']}").status_code == 200, sent
            assert http.send("GET", f"/tags/{run['runArn']}").status_code == 200, sent
    assert http.send("GET", "/run").status_code == 200
