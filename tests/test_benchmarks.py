"""Tests of the benchmarks. No test depends on measured times."""

from __future__ import annotations

import re

import pytest

from benchmarks import __main__ as benchmarks
from benchmarks.environment import Environment, canned, client, immediate, request_of
from benchmarks.measure import Figure, Sizes, best, ratio

TINY = Sizes(
    runs=300,
    few=20,
    rounds=1,
    live=20,
    few_live=2,
    waiting=20,
    stored=20,
    few_stored=2,
    touched=20,
    read_set=2_000,
    small_read_set=1_000,
)
LINES = {
    "get-batch": 1,
    "last-page": 1,
    "boto3": 2,
    "moto": 2,
    "list-runs": 1,
    "to-processed": 1,
    "memory": 1,
    "logs": 1,
    "logs-memory": 1,
    "nothing-due": 1,
    "quota": 3,
    "start-run": 1,
    "find-single-runs": 2,
    "find-runs-of-batch": 2,
    "touched-runs": 1,
    "last-page-of-store": 2,
    "get-read-set": 2,
    "import": 1,
    "pytest": 1,
    "shared-models": 1,
}


@pytest.mark.parametrize("name", benchmarks.BENCHMARKS)
def test_each_benchmark_prints_its_figures(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    benchmarks.main(["--only", name], TINY)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == LINES[name]
    for line in lines:
        assert re.search(r"-?\d+\.\d\d (x|ms|KB) ", line), line
        assert name == "moto" or re.search(r"<= [\d.]+ +(ok|OVER) ", line), line


def test_quick_and_full_measure_different_sizes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def figures(sizes: Sizes) -> list[Figure]:
        return [Figure(f"{sizes.runs} runs", sizes.rounds, "x", None, "")]

    monkeypatch.setattr(benchmarks, "BENCHMARKS", {"a": figures, "b": figures})
    benchmarks.main(["--quick", "--only", "b"])
    benchmarks.main([])
    lines = [line.split(" runs")[0] for line in capsys.readouterr().out.splitlines()]
    assert lines == ["10000", "100000", "100000"]


def test_an_unknown_benchmark_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        benchmarks.main(["--only", "everything"])
    assert "invalid choice: 'everything'" in capsys.readouterr().err


def test_the_verdict_of_a_figure() -> None:
    over, within = ratio("a : b", (3.0, 1.0), 2.0), ratio("a : b", (2.0, 1.0), 2.0)
    assert (over.value, over.verdict, within.verdict) == (3.0, "OVER", "ok")
    assert ratio("a : b", (3.0, 1.0), None).verdict == ""


def test_actions_are_measured_in_turn() -> None:
    calls: list[str] = []
    times = best(2, lambda: calls.append("a"), lambda: calls.append("b"))
    assert len(times) == 2
    turns = "".join(calls)
    assert re.fullmatch(r"aabb(a+b+){2}", turns)


def test_a_canned_response_is_that_of_moto_and_needs_no_moto() -> None:
    with immediate():
        environment = Environment()
        batch_id = environment.batch_of(3)
        canned_client = canned("omics", lambda omics: omics.get_batch(batchId=batch_id))
        response = environment.omics.get_batch(batchId=batch_id)
        environment.delete_batch(batch_id)
        assert environment.omics.list_batch()["items"] == []
        canned_response = canned_client.get_batch(batchId=batch_id)
    for each in (response, canned_response):
        del each["ResponseMetadata"]
    assert canned_response == response


def test_request_of_returns_the_request() -> None:
    with immediate():
        request = request_of(client("omics"), lambda omics: omics.list_batch(maxItems=7))
    assert request.method == "GET"
    assert str(request.url).endswith("/runBatch?maxItems=7")
