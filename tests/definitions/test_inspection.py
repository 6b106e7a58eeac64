"""Workflow definitions: what can be read from a ZIP file and from its WDL files (W4.1)."""

from __future__ import annotations

import io
import random
import struct
import time
import zipfile
from typing import Any

import pytest

from moto_omics_batch.definitions.inspection import INVALID_ZIP, inspect, source_problem
from moto_omics_batch.definitions.wdl_calls import calls


def _zip(*names: str, compression: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), "version 1.0\n", compression)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"definitionUri": "s3://b/w.zip"}, None),
        ({"definitionZip": b""}, None),
        ({}, "but none was"),
        ({"definitionUri": "x", "definitionZip": b""}, "but definitionZip and definitionUri were"),
    ],
)
def test_a_request_has_exactly_one_definition(given: dict[str, Any], problem: str | None) -> None:
    sources = "Exactly one of definitionZip, definitionUri, definitionRepository must be specified"
    assert source_problem(given) == (f"{sources}, {problem}" if problem else None)


@pytest.mark.parametrize(
    ("names", "engine"),
    [
        (("main.wdl",), "WDL"),
        (("main.nf", "nextflow.config"), "NEXTFLOW"),
        (("a/b/tool.cwl", "a/x.py"), "CWL"),
        (("a.wdl", "b.wdl"), "WDL"),
        (("a.wdl", "b.cwl"), None),
        (("README",), None),
        ((), None),
        (("folder.wdl/", "x.txt"), None),
    ],
)
def test_the_engine_follows_from_the_names_of_the_files(
    names: tuple[str, ...], engine: str | None
) -> None:
    facts, problem = inspect({"definitionZip": _zip(*names)})
    assert problem is None
    assert facts.get("engine") == engine


@pytest.mark.parametrize("archive", [b"", b"PK", b"no zip", b"PK\x05\x06", _zip("a.wdl")[:-10]])
def test_a_broken_zip_is_reported(archive: bytes) -> None:
    facts, problem = inspect({"definitionZip": archive})
    assert problem == INVALID_ZIP == "Invalid zip file"
    assert facts["digest"].startswith("sha256:")


def test_the_digest_is_that_of_the_definition() -> None:
    one, two = _zip("a.wdl"), _zip("b.wdl")
    assert inspect({"definitionZip": one}) == inspect({"definitionZip": one, "name": "x"})
    assert (
        inspect({"definitionZip": one})[0]["digest"] != inspect({"definitionZip": two})[0]["digest"]
    )
    assert inspect({"definitionZip": b""})[0]["digest"] == (
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
    uri = inspect({"definitionUri": "s3://b/w.zip"})
    assert uri[1] is None
    assert uri[0]["digest"] != inspect({"definitionUri": "s3://b/v.zip"})[0]["digest"]


@pytest.mark.parametrize(
    "compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_no_archive_raises_an_error(compression: int) -> None:
    chance = random.Random(compression)
    whole = _zip("main.wdl", "b.cwl", "c/d.nf", compression=compression)
    assert inspect({"definitionZip": whole})[1] is None
    for _ in range(1_000):
        changed = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(changed))
            changed[at] = chance.choice([0, 1, 255, chance.randrange(256)])
        if chance.random() < 0.2:
            del changed[chance.randrange(len(changed)) :]
        assert inspect({"definitionZip": bytes(changed)})[1] in (None, INVALID_ZIP)


def test_an_archive_with_a_member_beyond_any_address_is_broken() -> None:
    whole = _zip("main.wdl")
    directory = whole.index(b"PK\x01\x02")
    header = bytearray(whole[directory : directory + 46])
    header[42:46] = b"\xff" * 4
    # A zip64 extra field with the offset of the member.
    extra = struct.pack("<HHQ", 1, 8, 2**64 - 1)
    header[30:32] = struct.pack("<H", len(extra))
    entry = bytes(header) + b"main.wdl" + extra
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(entry), directory, 0)
    assert inspect({"definitionZip": whole[:directory] + entry + end})[1] == INVALID_ZIP


def test_the_main_file_is_read_for_the_names_of_the_tasks() -> None:
    def tasks(names: str, main: str | None = None) -> Any:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name in names.split():
                archive.writestr(f"{name}.wdl", f"workflow w {{ call in_{name} }}")
        request = {"definitionZip": buffer.getvalue(), **({"main": main} if main else {})}
        tasks = inspect(request)[0].get("tasks")
        return None if tasks is None else [task.name for task in tasks]

    assert tasks("a") == ["in_a"]
    assert tasks("a b") is None
    assert tasks("a main") == ["in_main"]
    assert tasks("a main", main="a.wdl") == ["in_a"]
    assert tasks("a main", main="c.wdl") is None


# -- calls of a WDL --


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("workflow w { call a call b as c call lib.d call a }", ["a", "c", "d"]),
        ('workflow w { String s = "call x }" call a } # call y', ["a"]),
        ("workflow w { scatter (i in s) { if (c) { call a } } } task t { call b }", ["a"]),
        ("workflow w { call a  scatter (i in s) {", ["a"]),
        ("task t { command <<< bcftools call x >>> }", []),
        ("", []),
        ("workflow w {\n call a  # don't call b\n call c }", ["a", "c"]),
        ("workflow w {\n it's call a  # call b\n call c }", ["a", "c"]),
        ('workflow w { String s = "\\" call x" call a }', ["a"]),
        ("workflow w { call " + "a" * 200 + " }", ["a" * 128]),
    ],
)
def test_the_calls_of_a_workflow(source: str, names: list[str]) -> None:
    assert calls(source) == names


@pytest.mark.parametrize(
    "unit", ['\\"', "'", "\\'", '"', "#", "{", "call ", "call a.", "workflow w ", " ", "a"]
)
@pytest.mark.parametrize("start", ["", 'workflow w { "', "workflow w { '", "workflow w { call a"])
def test_any_text_is_read_in_linear_time(start: str, unit: str) -> None:
    begin = time.process_time()
    calls(start + unit * 50_000)
    assert time.process_time() - begin < 2
