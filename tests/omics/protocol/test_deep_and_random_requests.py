"""Deeply nested requests, and random requests.

In-process, an unexpected exception would be raised by `requests`; the server would return a 500.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import requests
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from conftest import ROLE, Client
from tests.omics.helpers import PutSettings, model
from tests.wire.raw import Wire, batch_request

# -- deeply nested requests --


def _nested_json(levels: int, kind: str = "list") -> str:
    if kind == "list":
        return "[" * levels + "]" * levels
    return '{"a":' * levels + "1" + "}" * levels


def _send_from_deep_stack(frames: int, http: Wire, *request: str) -> requests.Response:
    """Send a request from a deep call stack, which leaves fewer frames to the backend."""
    return _send_from_deep_stack(frames - 1, http, *request) if frames else http.send(*request)


@pytest.mark.our_choice("B21")
@pytest.mark.parametrize("kind", ["list", "object"])
@pytest.mark.parametrize("levels", [50, 400, 800, 900, 5_000, 100_000])
@pytest.mark.parametrize("frames", [0, 250])
def test_deep_parameters_of_a_batch_are_accepted_or_rejected(
    http: Wire, workflow_id: str, levels: int, kind: str, frames: int
) -> None:
    body = json.dumps(batch_request(workflow_id, parameters="HERE"))
    body = body.replace('"HERE"', _nested_json(levels, kind))
    response = http.send("POST", "/runBatch", body)
    assert response.status_code in (201, 400), response.text
    if response.status_code == 400:
        assert levels > 50
        assert response.headers["x-amzn-errortype"] == "ValidationException"
        return
    again = _send_from_deep_stack(frames, http, "POST", "/runBatch", body)
    assert again.status_code in (201, 400)
    for _ in range(6):
        path = f"/runBatch/{response.json()['id']}"
        described = _send_from_deep_stack(frames, http, "GET", path)
        assert described.status_code == 200, described.text
    for run in http.send("GET", f"{path}/run").json()["runs"]:
        if "runId" in run:
            found = _send_from_deep_stack(frames, http, "GET", f"/run/{run['runId']}")
            assert found.status_code == 200, found.text


@pytest.mark.our_choice("B21")
@pytest.mark.parametrize("levels", [50, 400, 900, 930, 950, 970, 980, 990, 5_000, 100_000])
def test_deep_parameters_of_a_run_are_accepted_or_rejected(
    http: Wire, workflow_id: str, levels: int
) -> None:
    body = json.dumps({**batch_request(workflow_id)["defaultRunSetting"], "requestId": "r"})
    body = body[:-1] + f', "parameters": {_nested_json(levels)}}}'
    response = http.send("POST", "/run", body)
    assert response.status_code in (201, 400), response.text
    if response.status_code == 201:
        assert http.send("GET", f"/run/{response.json()['id']}").status_code == 200


@pytest.mark.our_choice("B52", "B64")
@pytest.mark.parametrize("levels", [50, 400, 900, 960, 980, 5_000, 100_000])
@pytest.mark.parametrize("frames", [0, 250])
def test_deep_parameters_in_s3_file_are_accepted_or_rejected(
    http: Wire,
    put_settings: PutSettings,
    workflow_id: str,
    levels: int,
    frames: int,
) -> None:
    body = f'[{{"runSettingId": "s1", "parameters": {_nested_json(levels)}}}]'
    request = batch_request(workflow_id)
    request["batchRunSettings"] = {"s3UriSettings": put_settings(body.encode())}
    path = f"/runBatch/{http.send('POST', '/runBatch', request).json()['id']}"
    described = [http.send("GET", path).json() for _ in range(8)][-1]
    if described["status"] == "FAILED":
        assert levels > 50
        assert described["failureReason"] == "Invalid JSON format in run configurations"
        return
    for run in http.send("GET", f"{path}/run").json()["runs"]:
        if "runId" in run:
            found = _send_from_deep_stack(frames, http, "GET", f"/run/{run['runId']}")
            assert found.status_code == 200, found.text


@pytest.mark.our_choice("B12")
@pytest.mark.parametrize("levels", [50, 400, 700, 900, 5_000, 100_000])
@pytest.mark.parametrize("kind", ["list", "object"])
@pytest.mark.parametrize(
    "where", ["batchName", "defaultRunSetting", "batchRunSettings", "tags", "whatIsThis"]
)
def test_deep_values_of_other_members_are_rejected(
    http: Wire, levels: int, kind: str, where: str
) -> None:
    result = http.refused("POST", "/runBatch", f'{{"{where}": {_nested_json(levels, kind)}}}')
    assert result[:2] == ("ValidationException", 400)


# -- random requests --

_STRINGS = ["", "1", "abc", "s3://b/k", "arn:x", "a\nb", "样本", "WDL", "VPC", "lab-vpc", "v" * 300]
_TIMES = ["2026-10-01T12:00:00Z", "2023-11-20T23:58:03.500823+00:00", "yesterday", 7, ""]
_INVALID_VALUES: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    10**30,
    "",
    "x",
    [],
    [None],
    {},
    {"a": None},
    [[{}]],
]


class RandomRequests:
    """Generate requests from the model's shapes, with valid and invalid values."""

    def __init__(self, seed: int):
        self._random = random.Random(seed)
        self.known = ["1", "9999999"]
        #: Further texts of responses, such as the names of stores and the ids of shares.
        self.names: list[str] = []
        #: The name of a shape → values for it.
        self.values: dict[str, list[str]] = {}

    def value(self, shape: Shape, depth: int = 0) -> Any:
        if self._random.random() < 0.08 or depth > 5:
            return self._random.choice(_INVALID_VALUES)
        if model.is_document(shape):
            return self._random.choice([*_INVALID_VALUES, {"sample": "HG002"}])
        if isinstance(shape, StructureShape):
            probability = 0.3 if len(shape.members) > 4 else 0.7
            return {
                name: self.value(member, depth + 1)
                for name, member in shape.members.items()
                if name in shape.required_members or self._random.random() < probability
            }
        if isinstance(shape, ListShape):
            return [self.value(shape.member, depth + 1) for _ in range(self._random.randint(0, 3))]
        if isinstance(shape, MapShape):
            return {self._string(shape.key): self.value(shape.value, depth + 1) for _ in range(2)}
        if shape.type_name == "timestamp":
            return self._random.choice(_TIMES)
        if shape.type_name in ("integer", "long"):
            return self._random.choice([0, 1, 2, 100, 100_000, 100_001])
        return (
            self._random.choice([True, False])
            if shape.type_name == "boolean"
            else self._string(shape)
        )

    def _string(self, shape: Shape) -> str:
        return str(self._random.choice(self._strings(shape)))

    def _strings(self, shape: Shape) -> list[str]:
        """Return valid and invalid values of a shape."""
        pattern = str(shape.metadata.get("pattern", ""))
        if shape.type_name == "blob":
            return ["", "UEsDBA==", "e30=", "?"]
        if enum := shape.metadata.get("enum"):
            return [*enum, *enum, "NONE"]
        if shape.name in self.values:
            return [*self.values[shape.name], self.known[-1]]
        if pattern.startswith("[0-9]"):
            return [*self.known, *self.known, "x"]
        if pattern.startswith("arn"):
            return [ROLE, ROLE, "role", *self.values.get("arn", ())]
        return [*_STRINGS, *self.names]

    def request(self, operation: OperationModel) -> tuple[str, str, Any]:
        path, shape = (
            operation.http["requestUri"].partition("?")[0].replace("+}", "}"),
            operation.input_shape,
        )
        body: Any = {}
        query: list[str] = []
        for name, member in shape.members.items() if shape else ():
            location = member.serialization.get("location")
            required = shape is not None and name in shape.required_members
            if location == "uri":
                label = self._string(member) or "1"
                path = path.replace(f"{{{name}}}", quote(label, safe=""))
            elif required or self._random.random() < 0.4:
                value = self.value(member)
                if location == "querystring":
                    values = value if isinstance(value, list) else [value]
                    query += [f"{name}={quote(str(v))}" for v in values]
                else:
                    body[name] = value
        if self._random.random() < 0.03:
            body = self._random.choice(["[]", "{", "x", None])
        return operation.http["method"], path + ("?" + "&".join(query) if query else ""), body


def _ids_in(response: Any) -> Iterator[str]:
    if isinstance(response, dict):
        for name, value in response.items():
            if name in ("id", "runId", "readSetId", "uploadId") and isinstance(value, str):
                yield value
            yield from _ids_in(value)
    elif isinstance(response, list):
        for item in response:
            yield from _ids_in(item)


def _create_resources(http: Wire, generator: RandomRequests, workflow_id: str) -> None:
    generator.known += [workflow_id] * 4
    for path in ("/runGroup", "/runCache"):
        created = http.send(
            "POST", path, {"requestId": "r", "cacheS3Location": "s3://cache/x"}
        ).json()
        generator.known.append(created["id"])


def _create_stores(omics: Client, put: PutSettings, generator: RandomRequests) -> None:
    """Create stores of each kind with content, which the random requests name."""
    fasta = put(b">chr1\nACGT\n", "hg38.fa", "bucket")
    bam = put(b"BAM\1", "x.bam", "bucket")
    references = {"referenceStoreId": omics.create_reference_store(name="refs")["id"]}
    sources: list[Any] = [{"sourceFile": fasta, "name": "hg38"}]
    omics.start_reference_import_job(**references, roleArn=ROLE, sources=sources)
    (reference,) = omics.list_references(**references)["references"]
    store = omics.create_sequence_store(name="reads")["id"]
    access_point = omics.get_sequence_store(id=store)["s3Access"]["s3AccessPointArn"]
    kind = {"sequenceStoreId": store, "sourceFileType": "BAM", "subjectId": "s", "sampleId": "s"}
    uploaded = omics.create_multipart_read_set_upload(
        **kind, name="up", referenceArn=reference["arn"]
    )
    source = {**kind, "sourceFiles": {"source1": bam}, "referenceArn": reference["arn"]}
    del source["sequenceStoreId"]
    omics.start_read_set_import_job(sequenceStoreId=store, roleArn=ROLE, sources=[source] * 3)
    omics.create_variant_store(name="variants", reference={"referenceArn": reference["arn"]})
    omics.create_annotation_store(name="notes", storeFormat="TSV", versionName="v_one")
    stores = omics.get_variant_store(name="variants"), omics.get_annotation_store(name="notes")
    share = omics.create_share(resourceArn=stores[0]["storeArn"], principalSubscriber="1" * 12)
    read_sets = omics.list_read_sets(sequenceStoreId=store)["readSets"]
    generator.names += ["variants", "notes", "v_one", share["shareId"]]
    generator.values = {
        "ReferenceStoreId": [references["referenceStoreId"]],
        "ReferenceId": [reference["id"]],
        "SequenceStoreId": [store],
        "ReadSetId": [read_set["id"] for read_set in read_sets],
        "UploadId": [uploaded["uploadId"]],
        "S3AccessPointArn": [access_point],
        "S3Uri": [fasta, bam, "s3://bucket/missing"],
        "S3Destination": ["s3://bucket/out/"],
        "StoreName": ["variants", "notes", "x_y_z"],
        "VersionName": ["v_one", "v_two"],
        "arn": [reference["arn"], *(store["storeArn"] for store in stores)],
    }


@pytest.mark.our_choice("B12")
@pytest.mark.parametrize("seed", range(6))
def test_random_requests_get_modelled_responses(
    http: Wire, omics: Client, put_settings: PutSettings, workflow_id: str, seed: int
) -> None:
    generator = RandomRequests(seed)
    _create_resources(http, generator, workflow_id)
    _create_stores(omics, put_settings, generator)
    service = model.service()
    operations = [service.operation_model(name) for name in sorted(service.operation_names)]
    for round_number in range(6):
        for operation in operations:
            method, path, body = generator.request(operation)
            response = http.send(method, path, body)
            request_text = f"seed {seed}, round {round_number}: {method} {path} {json.dumps(body)}"
            request_text += f" → {response.text}"
            assert response.status_code < 500, request_text
            if response.headers["content-type"] != "application/json":
                assert operation.has_streaming_output, request_text
                continue
            result = response.json() if response.text else {}
            if response.status_code >= 400:
                assert list(result) == ["message"], request_text
            else:
                generator.known += _ids_in(result)


@pytest.mark.our_choice("B64")
@pytest.mark.parametrize("seed", range(6))
def test_random_s3_files_fail_the_batch_or_single_runs(
    http: Wire, put_settings: PutSettings, workflow_id: str, seed: int
) -> None:
    generator = RandomRequests(1000 + seed)
    shape = model.structure("InlineSetting")
    for round_number in range(8):
        entries = [generator.value(shape) for _ in range(4)]
        if round_number % 2:
            entries = [
                {**e, "runSettingId": f"s{n}"} if isinstance(e, dict) else {"runSettingId": f"s{n}"}
                for n, e in enumerate(entries)
            ]
        request = batch_request(
            workflow_id, parameters=generator.value(shape.members["parameters"])
        )
        request["requestId"] = f"{seed} {round_number}"
        request["batchRunSettings"] = {"s3UriSettings": put_settings(entries)}
        response = http.send("POST", "/runBatch", request)
        assert response.status_code in (201, 400), response.text
        if response.status_code == 201:
            _read_until_terminal(http, f"/runBatch/{response.json()['id']}", json.dumps(entries))


def _read_until_terminal(http: Wire, path: str, request_text: str) -> None:
    """Describe a batch until it is terminal, and then its runs."""
    for _ in range(8):
        response = http.send("GET", path)
        assert response.status_code == 200, request_text
        if response.json()["status"] == "FAILED":
            assert response.json()["failureReason"], request_text
            return
    assert response.json()["status"] == "PROCESSED", request_text
    for run in http.send("GET", f"{path}/run").json()["runs"]:
        if run["submissionStatus"] == "FAILED":
            assert run["submissionFailureReason"] == "ValidationException", request_text
            assert run["submissionFailureMessage"], request_text
        else:
            assert http.send("GET", f"/run/{run['runId']}").status_code == 200, request_text
            assert http.send("GET", f"/tags/{run['runArn']}").status_code == 200, request_text
    assert http.send("GET", "/run").status_code == 200
