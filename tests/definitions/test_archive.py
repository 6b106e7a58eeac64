"""Archives of definitions: main file, engine, digest, broken and hostile files (L80)."""

from __future__ import annotations

import random
import struct
import time
import zipfile
from typing import Any

import pytest

from moto_omics_batch.definitions.archive import MAX_FILE, MAX_TOTAL, Archive, Unreadable
from moto_omics_batch.definitions.inspection import INVALID_ZIP, inspect, source_problem
from tests.definitions.helpers import archive_of, inspect_files

EMPTY = "version 1.0\n"


def _zip(*names: str, compression: int = zipfile.ZIP_STORED) -> bytes:
    return archive_of(dict.fromkeys(names, EMPTY), compression)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"definitionUri": "s3://b/w.zip"}, None),
        ({"definitionZip": b""}, None),
        ({}, "but none was"),
        ({"definitionUri": "x", "definitionZip": b""}, "but definitionZip and definitionUri were"),
    ],
)
def test_request_has_exactly_one_definition(given: dict[str, Any], problem: str | None) -> None:
    sources = "Exactly one of definitionZip, definitionUri, definitionRepository must be specified"
    assert source_problem(given) == (f"{sources}, {problem}" if problem else None)


@pytest.mark.parametrize(
    ("names", "main", "engine"),
    [
        (["main.wdl"], "main.wdl", "WDL"),
        (["workflow-crambam.wdl"], "workflow-crambam.wdl", "WDL"),
        (["main.nf", "nextflow.config", "modules/a.nf"], "main.nf", "NEXTFLOW"),
        (["a/b/tool.cwl", "a/x.py"], "a/b/tool.cwl", "CWL"),
        (["a.wdl", "main.wdl"], "main.wdl", "WDL"),
        (["a.wdl", "main.wdl", "x.cwl"], "main.wdl", "WDL"),
        (["w.wdl", "tasks/a.wdl", "tasks/main.wdl"], "w.wdl", "WDL"),
        (["repo/main.wdl", "repo/a.wdl", "repo/lib/main.wdl"], "repo/main.wdl", "WDL"),
        (["repo/a.wdl", "repo/b.wdl"], None, "WDL"),
        (["repo/a.wdl", "repo/b.cwl"], None, None),
        (["w.wdl", "._w.wdl", "__MACOSX/._main.wdl"], "w.wdl", "WDL"),
        (["README"], None, None),
        ([], None, None),
        (["folder.wdl/", "x.txt"], None, None),
    ],
)
def test_main_file_and_engine_follow_from_the_names(
    names: list[str], main: str | None, engine: str | None
) -> None:
    members, problem = inspect({}, _zip(*names))
    assert problem is None
    assert (members.get("main"), members.get("engine")) == (main, engine)


@pytest.mark.parametrize(
    ("given", "main"),
    [
        ({"main": "a.wdl"}, None),
        ({"main": "./lib/c.wdl"}, None),
        ({"engine": "CWL"}, "x.cwl"),
        ({"engine": "WDL_LENIENT", "main": "b.wdl"}, None),
        ({"engine": "CWL", "main": "plan.json"}, None),
    ],
)
def test_request_names_main_file_or_engine(given: dict[str, str], main: str | None) -> None:
    members, problem = inspect(given, _zip("a.wdl", "b.wdl", "lib/c.wdl", "x.cwl", "plan.json"))
    assert problem is None
    # What the request has is not replaced.
    assert members.get("main") == main


def test_several_definition_files_need_a_main_file() -> None:
    members, problem = inspect({}, _zip("a.wdl", "b.wdl", "lib/c.wdl"))
    assert problem == (
        "The archive has several definition files at its top level, and none is named as the main "
        "file: a.wdl, b.wdl"
    )
    assert members["engine"] == "WDL"
    assert inspect({}, _zip("main.wdl", "main.cwl"))[1] is not None


def test_main_file_must_be_in_the_archive() -> None:
    problem = inspect({"main": "c.wdl"}, _zip("a.wdl", "b.wdl"))[1]
    assert problem == "The main file c.wdl is not in the archive: a.wdl, b.wdl"
    assert inspect({"main": "../a.wdl"}, _zip("a.wdl"))[1] is not None
    # An archive without definition files is accepted whatever the request says.
    assert inspect({"main": "c.wdl"}, _zip("README"))[1] is None
    assert inspect({"main": "c.wdl", "engine": "WDL"}, _zip("a.cwl"))[1] is None


@pytest.mark.parametrize("archive", [b"", b"PK", b"no zip", b"PK\x05\x06", _zip("a.wdl")[:-10]])
def test_broken_zip_is_reported(archive: bytes) -> None:
    members, problem = inspect({}, archive)
    assert problem == INVALID_ZIP == "Invalid zip file"
    assert members["digest"].startswith("sha256:")


def test_digest_is_that_of_the_definition() -> None:
    one, two = _zip("a.wdl"), _zip("b.wdl")
    assert inspect({}, one) == inspect({"name": "x"}, one)
    assert inspect({}, one).members["digest"] != inspect({}, two).members["digest"]
    assert inspect({"definitionZip": b""}, b"").members["digest"] == (
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
    uri = inspect({"definitionUri": "s3://b/w.zip"}, None)
    assert (uri.problem, list(uri.members)) == (None, ["digest"])
    assert uri != inspect({"definitionUri": "s3://b/v.zip"}, None)


@pytest.mark.parametrize(
    "compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_no_archive_raises_an_error(compression: int) -> None:
    chance = random.Random(compression)
    whole = _zip("main.wdl", "b.cwl", "c/d.nf", compression=compression)
    assert inspect({}, whole)[1] is None
    broken = 0
    for _ in range(500):
        changed = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(changed))
            changed[at] = chance.choice([0, 1, 255, chance.randrange(256)])
        if chance.random() < 0.2:
            del changed[chance.randrange(len(changed)) :]
        broken += inspect({}, bytes(changed))[1] == INVALID_ZIP
    assert broken > 100


def test_archive_with_a_member_beyond_any_address_is_broken() -> None:
    whole = _zip("main.wdl")
    directory = whole.index(b"PK\x01\x02")
    header = bytearray(whole[directory : directory + 46])
    header[42:46] = b"\xff" * 4
    # A zip64 extra field with the offset of the member.
    extra = struct.pack("<HHQ", 1, 8, 2**64 - 1)
    header[30:32] = struct.pack("<H", len(extra))
    entry = bytes(header) + b"main.wdl" + extra
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(entry), directory, 0)
    assert inspect({}, whole[:directory] + entry + end)[1] == INVALID_ZIP


# -- how much is read --


def test_large_files_are_not_inflated() -> None:
    bomb = archive_of({"main.wdl": EMPTY + " " * 50_000_000})
    assert len(bomb) < 100_000
    begin = time.process_time()
    members, problem = inspect({}, bomb)
    assert time.process_time() - begin < 2
    assert problem is None
    assert "parameterTemplate" not in members
    assert members["statusMessage"].endswith("inferred: only 256 KiB a file and 2 MiB are read")


def test_only_a_limited_amount_is_read_of_an_archive() -> None:
    files = {f"{n}.wdl": "x" * MAX_FILE for n in range(MAX_TOTAL // MAX_FILE)}
    archive = Archive(archive_of({**files, "last.wdl": "x"}))
    assert all(len(archive.read(name)) == MAX_FILE for name in files)
    with pytest.raises(Unreadable):
        archive.read("last.wdl")
    with pytest.raises(KeyError):
        archive.read("none.wdl")


def test_compressions_of_unbounded_output_are_not_read() -> None:
    text = "version 1.0\nworkflow w { call t }"
    members, problem = inspect({}, archive_of({"main.wdl": text}, zipfile.ZIP_BZIP2))
    assert problem is None
    assert set(members) == {"digest", "definitionArchive", "engine", "main"}


def test_byte_order_mark_is_no_part_of_a_file() -> None:
    members, problem = inspect_files({"main.wdl": "\ufeffversion 1.0\nworkflow w {}"})
    assert problem is None
    assert members["definitionName"] == "w"
