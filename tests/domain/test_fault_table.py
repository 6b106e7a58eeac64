"""The table of faults agrees with the public functions, the HTTP controls and the docs."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

import moto_omics_batch
from moto_omics_batch import faults
from moto_omics_batch.domain.faults import FAULTS
from moto_omics_batch.domain.tables import RUN
from moto_omics_batch.omics.testing import backends, http

DOCS = Path(moto_omics_batch.__file__).parent.parent / "docs" / "reference" / "faults.md"

#: Functions of `moto_omics_batch.faults` that inject no failure.
OTHERS = {"active", "release", "slow_submission", "clear", "advance", "history"}


@dataclass
class FakeRequest:
    """An HTTP request to the test controls."""

    method: str
    body: bytes


def _post(**members: Any) -> tuple[int, dict[str, Any]]:
    """Return the status and the JSON of a POST to the fault controls."""
    request = FakeRequest("POST", json.dumps(members).encode())
    status, _, body = http.faults(request, "http://localhost/moto-api/static/omics/faults", {})
    return status, json.loads(body)


def _function(kind: str) -> Callable[..., None]:
    found: Callable[..., None] = getattr(faults, kind)
    return found


# -- functions --


def test_each_fault_has_a_function() -> None:
    functions = {
        name
        for name, value in vars(faults).items()
        if inspect.isfunction(value)
        and value.__module__ == faults.__name__
        and not name.startswith("_")
    }
    assert functions == {*FAULTS, *OTHERS}


@pytest.mark.parametrize("kind", FAULTS)
def test_the_arguments_of_a_function_are_those_of_the_table(kind: str) -> None:
    parameters = inspect.signature(_function(kind)).parameters
    assert {parameter.kind for parameter in parameters.values()} == {inspect.Parameter.KEYWORD_ONLY}
    spec = FAULTS[kind]
    assert {name: parameter.default for name, parameter in parameters.items()} == {
        **dict.fromkeys(spec.keywords),
        "times": spec.times,
        "share": 1.0,
        "account_id": None,
        "region": None,
    }


def test_the_arguments_of_release_select_runs() -> None:
    arguments = set(inspect.signature(faults.release).parameters) - {"account_id", "region"}
    assert arguments == {word.name for word in FAULTS["run_hangs"].match}


#: The effects of `run_fails` whose defaults depend on the task and on the reason.
DERIVED = ("failureReason", "statusMessage")


@pytest.mark.parametrize("kind", FAULTS)
def test_a_spec_has_valid_defaults(kind: str) -> None:
    spec = FAULTS[kind]
    assert spec.kind == kind
    assert len(set(spec.keywords)) == len(spec.keywords)
    assert spec.summary
    assert all(word.default is None and word.choice is None for word in spec.match)
    for word in spec.effect:
        assert (word.default is None) == (word.name in DERIVED)
        assert word.choice is None or word.default in (None, *word.choice)


@pytest.mark.parametrize("kind", FAULTS)
@mock_aws
def test_a_function_injects_its_fault(kind: str) -> None:
    _function(kind)(region=backends.DEFAULT_REGION)
    backend = backends.find_backend(backends.default_account_id(), backends.DEFAULT_REGION)
    at = next((word.default for word in FAULTS[kind].effect if word.name == "at"), None)
    assert backend.engine.faults.any(kind, at)


# -- HTTP controls --


@pytest.mark.parametrize("kind", FAULTS)
@mock_aws
def test_the_http_controls_accept_each_fault(kind: str) -> None:
    assert _post(fault=kind) == (200, {"status": "ok"})
    spec = FAULTS[kind]
    status, body = _post(fault=kind, unknown=1)
    assert (status, body["message"]) == (
        400,
        f"there is no keyword argument of {kind} 'unknown'; there are {', '.join(spec.keywords)}",
    )


@mock_aws
def test_the_http_controls_accept_each_keyword_argument() -> None:
    for kind, spec in FAULTS.items():
        for word in spec.match:
            value = "GetBatch" if word.name == "operation" else "x"
            assert _post(fault=kind, **{word.name: value})[0] == 200, (kind, word.name)
        for word in spec.effect:
            for value in word.choice or ("any text",):
                assert _post(fault=kind, **{word.name: value})[0] == 200, (kind, word.name, value)
        assert _post(fault=kind, times=3, share=0.5)[0] == 200


@mock_aws
def test_the_http_controls_list_the_faults() -> None:
    status, body = _post(fault="run_fail")
    kinds = ", ".join([*FAULTS, "release", "slow_submission"])
    assert (status, body["message"]) == (
        400,
        f"there is no fault 'run_fail'; there are {kinds}",
    )


# -- docs/reference/faults.md --


def _rows(first_header: str, columns: int) -> dict[str, list[str]]:
    """Return the rows of the tables with this first header, by their first cell."""
    rows: dict[str, list[str]] = {}
    for table in re.findall(r"(?:^\|.*\|\n)+", DOCS.read_text(encoding="utf-8"), re.MULTILINE):
        lines = [[cell.strip() for cell in line[1:-1].split("|")] for line in table.splitlines()]
        if lines[0][0] == first_header and len(lines[0]) == columns:
            rows |= {name.strip("`"): cells for name, *cells in lines[2:]}
    return rows


def _names(cell: str) -> list[str]:
    return re.findall(r"`(\w+)`", cell)


def test_the_docs_name_each_fault_and_its_effect() -> None:
    functions = _rows("function", 2)
    assert [name for name in functions if name in FAULTS] == list(FAULTS)
    assert all(functions.values())


def test_the_docs_name_the_arguments_of_each_fault() -> None:
    table = _rows("function", 4)
    assert list(table) == list(FAULTS)
    for kind, (match, effect, times) in table.items():
        spec = FAULTS[kind]
        assert sorted(_names(match)) == sorted(word.name for word in spec.match), kind
        assert sorted(_names(effect)) == sorted(word.name for word in spec.effect), kind
        assert times == str(spec.times), kind


def test_the_docs_explain_each_keyword_argument() -> None:
    text = DOCS.read_text(encoding="utf-8")
    table = text[text.index("| keyword argument | value |") :].partition("\n\n")[0]
    named = set(_names("\n".join(line.split("|")[1] for line in table.splitlines())))
    keywords = {name for spec in FAULTS.values() for name in spec.keywords}
    assert named == keywords | {"account_id", "region"}


def test_the_docs_name_the_statuses_of_at() -> None:
    (at,) = (word for word in FAULTS["run_hangs"].effect if word.name == "at")
    row = next(
        line for line in DOCS.read_text(encoding="utf-8").splitlines() if line.startswith("| `at`")
    )
    named = re.findall(r"\b[A-Z]{4,}\b", row)
    assert named[0] == at.default
    assert set(named) == set(at.choice or ()) == set(RUN.statuses_allowing("fail"))
