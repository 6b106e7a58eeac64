"""The functions of moto_omics_batch.results: where they can be called, and their arguments."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from conftest import ACCOUNT, REGION
from moto_omics_batch import results
from moto_omics_batch.domain.output_declaration import MEMBERS
from moto_omics_batch.domain.run_words import WORDS
from moto_omics_batch.domain.task_declaration import PROPERTIES
from moto_omics_batch.omics.models import OmicsBackend, omics_backends

OTHER_ACCOUNT = "210987654321"

#: Calls every function outside and after a mock, and prints the RuntimeError of each.
SCRIPT = """
from moto import mock_aws
from moto_omics_batch import results


def print_errors():
    for name, arguments in (("outputs", {}), ("task", {"task": "Call"}), ("clear", {})):
        try:
            getattr(results, name)(**arguments)
        except RuntimeError as error:
            print(name, error)


print_errors()
with mock_aws():
    results.outputs()
print_errors()
"""


@pytest.fixture
def mock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("MOTO_ACCOUNT_ID", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    with mock_aws():
        yield


def declared(account_id: str = ACCOUNT, region: str = REGION) -> tuple[int, int]:
    """Return how many outputs and tasks are declared in an account and region."""
    backend = omics_backends[account_id][region]
    assert isinstance(backend, OmicsBackend)
    found = backend.results.declared()
    return len(found["outputs"]), len(found["tasks"])


def test_functions_raise_runtime_error_without_a_mock() -> None:
    """In a process of its own: here, a server of another test may answer without a mock."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[1],
        env={**os.environ, "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"},
        timeout=60,
    )
    message = (
        "no mock is active: declarations belong to a mock and end with it. "
        "Call this inside mock_aws or omics_mock, or use the HTTP controls of a server"
    )
    # Before the mock, and after its end.
    expected = [f"{name} {message}" for name in ("outputs", "task", "clear")] * 2
    assert done.stdout.splitlines() == expected, done.stderr


def test_declarations_end_with_the_mock() -> None:
    with mock_aws():
        results.outputs()
        results.task("Call", cpus=2)
        assert declared() == (1, 1)
    with mock_aws():
        assert declared() == (0, 0)


def test_functions_have_the_arguments_that_can_be_declared() -> None:
    for function, members in ((results.outputs, MEMBERS), (results.task, ("task", *PROPERTIES))):
        parameters = inspect.signature(function).parameters
        assert set(parameters) == {*members, *WORDS, "account_id", "region"}
        positional = [n for n, p in parameters.items() if p.kind is not p.KEYWORD_ONLY]
        assert positional == (["task"] if "task" in members else [])


DECLARE: list[Callable[..., None]] = [
    results.outputs,
    lambda **where: results.task("Call", cpus=2, **where),
]


@pytest.mark.parametrize("declare", DECLARE, ids=["outputs", "task"])
def test_default_account_is_that_of_the_environment(
    mock: None, monkeypatch: pytest.MonkeyPatch, declare: Callable[..., None]
) -> None:
    declare()
    assert sum(declared()) == 1
    monkeypatch.setenv("MOTO_ACCOUNT_ID", OTHER_ACCOUNT)
    declare()
    declare()
    assert sum(declared(OTHER_ACCOUNT)) == 2
    results.clear(account_id=ACCOUNT)
    assert sum(declared()) == 0
    results.clear()
    assert sum(declared(OTHER_ACCOUNT)) == 0


@pytest.mark.parametrize("declare", DECLARE, ids=["outputs", "task"])
def test_declarations_apply_in_every_region_or_in_one(
    mock: None, monkeypatch: pytest.MonkeyPatch, declare: Callable[..., None]
) -> None:
    def in_regions() -> list[int]:
        return [sum(declared(region=region)) for region in (REGION, "eu-west-1")]

    assert sum(declared()) == 0
    declare()
    declare(region="eu-west-1")
    assert in_regions() == [1, 2]
    # A region that is used later has them too.
    assert sum(declared(region="us-west-2")) == 1
    results.clear(region="eu-west-1")
    assert in_regions() == [1, 0]
    declare(region="eu-west-1")
    results.clear()
    assert in_regions() == [0, 0]
    assert sum(declared(region="eu-central-1")) == 0


def test_an_unknown_keyword_argument_is_refused(mock: None) -> None:
    message = (
        r"^task\(\) has no keyword argument 'cpu'; did you mean 'cpus'\? There are account_id, "
    )
    with pytest.raises(TypeError, match=message):
        results.task("Call", cpu=2)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"^clear\(\) has no keyword argument 'what'; there are "):
        results.clear(what="outputs")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="positional argument"):
        results.outputs({})  # type: ignore[call-arg]
    assert declared() == (0, 0)


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ({"account_id": "1"}, "^account_id must be 12 digits, not '1'$"),
        ({"region": "us-east"}, "^HealthOmics is not in region 'us-east'; it is in "),
    ],
)
def test_an_unknown_account_or_region_is_refused(
    mock: None, where: dict[str, Any], message: str
) -> None:
    for declare in (*DECLARE, results.clear):
        with pytest.raises(ValueError, match=message):
            declare(**where)
    assert declared() == (0, 0)
