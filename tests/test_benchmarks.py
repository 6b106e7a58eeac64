"""The benchmarks run, and measure what they say; how fast anything is, no test asks."""

from __future__ import annotations

import re

import pytest

from benchmarks import __main__ as benchmarks
from benchmarks.lab import Lab, canned, client, immediate, request_of
from benchmarks.measure import Figure, Sizes, best, ratio

TINY = Sizes(runs=300, few=20, rounds=1)
LINES = {
    "get-batch": 1,
    "last-page": 1,
    "boto3": 2,
    "moto": 2,
    "list-runs": 1,
    "to-processed": 1,
    "memory": 1,
    "import": 1,
    "pytest": 1,
}


@pytest.mark.parametrize("name", benchmarks.BENCHMARKS)
def test_each_benchmark_prints_its_figures(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    benchmarks.main(["--only", name], TINY)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == LINES[name]
    for line in lines:
        assert re.search(r"-?\d+\.\d\d (x|ms) ", line), line
        assert name == "moto" or re.search(r"<= [\d.]+ +(ok|OVER) ", line), line


def test_quick_and_full_measure_different_sizes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def told(sizes: Sizes) -> list[Figure]:
        return [Figure(f"{sizes.runs} runs", sizes.rounds, "x", None, "")]

    monkeypatch.setattr(benchmarks, "BENCHMARKS", {"a": told, "b": told})
    benchmarks.main(["--quick", "--only", "b"])
    benchmarks.main([])
    lines = [line.split(" runs")[0] for line in capsys.readouterr().out.splitlines()]
    assert lines == ["10000", "100000", "100000"]


def test_an_unknown_benchmark_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        benchmarks.main(["--only", "everything"])
    assert "invalid choice: 'everything'" in capsys.readouterr().err


def test_a_figure_over_its_limit_says_so() -> None:
    over, within = ratio("a : b", (3.0, 1.0), 2.0), ratio("a : b", (2.0, 1.0), 2.0)
    assert (over.value, over.verdict, within.verdict) == (3.0, "OVER", "ok")
    assert ratio("a : b", (3.0, 1.0), None).verdict == ""


def test_actions_take_turns() -> None:
    calls: list[str] = []
    times = best(2, lambda: calls.append("a"), lambda: calls.append("b"))
    assert len(times) == 2
    turns = "".join(calls)
    assert re.fullmatch(r"aabb(a+b+){2}", turns)


def test_a_canned_answer_is_the_same_and_moto_does_not_work_for_it() -> None:
    with immediate():
        lab = Lab()
        batch_id = lab.batch_of(3)
        can = canned("omics", lambda omics: omics.get_batch(batchId=batch_id))
        live = lab.omics.get_batch(batchId=batch_id)
        lab.forget(batch_id)
        assert lab.omics.list_batch()["items"] == []
        answer = can.get_batch(batchId=batch_id)
    for told in (live, answer):
        del told["ResponseMetadata"]
    assert answer == live


def test_a_captured_request_is_the_one_that_was_sent() -> None:
    with immediate():
        request = request_of(client("omics"), lambda omics: omics.list_batch(maxItems=7))
    assert request.method == "GET"
    assert str(request.url).endswith("/runBatch?maxItems=7")
