"""`python -m moto_omics_batch`: what it shows on a terminal and under a pipe, and how it ends."""

from __future__ import annotations

import io
import os
import re
import runpy
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import islice

import pytest
from rich.console import Console

import moto_omics_batch
from conftest import Client, StartBatch
from moto_omics_batch import __main__, demo
from moto_omics_batch.demo.calls import is_gone
from moto_omics_batch.demo.samples import MISTAKES, cohort, cohort_entries
from moto_omics_batch.demo.screen import Bar, Screen

PACKAGE = "moto_omics_batch"


def terminal(width: int = 100, encoding: str = "utf-8") -> Console:
    """A console that takes its file for a terminal and remembers what it showed."""
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    return Console(
        file=file,
        width=width,
        height=40,
        force_terminal=True,
        color_system="truecolor",
        record=True,
        _environ={"TERM": "xterm-256color"},
    )


def plain_run(samples: int = 60) -> tuple[int, list[str]]:
    """(exit code, lines) of the demo where it cannot draw."""
    out = io.StringIO()
    code = demo.run(Screen(Console(file=out, width=60), plain=True), samples)
    return code, out.getvalue().splitlines()


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **environment},
    )


# -- the samples --


def test_the_cohort_has_the_populations_of_1000_genomes() -> None:
    samples = list(islice(cohort(), 2504))
    assert len({name for name, _ in samples}) == 2504
    assert all(re.fullmatch(r"(HG|NA)\d{5}", name) for name, _ in samples)
    populations = Counter(code for _, code in samples)
    assert len(populations) == 26
    assert (populations["GBR"], populations["YRI"], populations["GWD"]) == (91, 108, 113)
    assert samples[0] == ("HG00096", "GBR")
    assert ("NA18486", "YRI") in samples


def test_the_cohort_goes_on_without_repeating_a_name() -> None:
    assert len({name for name, _ in islice(cohort(), 20_000)}) == 20_000


@pytest.mark.parametrize(
    ("samples", "mistakes"), [(1, 0), (2, 1), (7, 3), (10, 5), (2504, 5), (100_000, 5)]
)
def test_a_cohort_of_any_size_has_its_mistakes_in_different_entries(
    samples: int, mistakes: int
) -> None:
    entries, wrong = cohort_entries(samples)
    assert len(entries) == samples
    assert len(set(wrong)) == mistakes <= len(MISTAKES)


# -- under a pipe --


def test_under_a_pipe_it_prints_plain_lines() -> None:
    done = python("-m", PACKAGE, "--samples", "200", FORCE_COLOR="1", PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "\x1b" not in done.stdout
    lines = done.stdout.splitlines()
    assert lines[-1] == "All as announced; nothing left this machine."
    assert "giab (inline, VPC): PROCESSED; submitted 7 of 7; runs: 7 completed" in lines


def test_the_statuses_come_in_the_order_of_the_service() -> None:
    code, lines = plain_run()
    assert code == 0
    told = (re.match(r"cohort [^:]*: ([A-Z_]+);", line) for line in lines)
    statuses = list(dict.fromkeys(found[1] for found in told if found))
    assert statuses == [
        "CREATING",
        "PENDING",
        "SUBMITTING",
        "INPROGRESS",
        "PROCESSED",
        "RUNS_DELETING",
        "RUNS_DELETED",
    ]


def test_submissions_are_seen_to_grow() -> None:
    _, lines = plain_run(80)
    counts = [int(found) for found in re.findall(r"SUBMITTING; submitted (\d+) of 80", str(lines))]
    assert counts == [0, 10, 20, 30, 40, 50, 60, 70]


def test_runs_are_seen_to_move() -> None:
    _, lines = plain_run(80)
    seen = re.findall(r"INPROGRESS; submitted 80 of 80, 5 failed; runs: 75 (\w+)", str(lines))
    assert seen == ["pending", "starting", "running", "stopping"]


def test_each_mistake_is_told_with_its_reason() -> None:
    _, lines = plain_run()
    _, wrong = cohort_entries(60)
    failures = [line.split(maxsplit=2) for line in lines if "ValidationException" in line]
    assert [failure[0] for failure in failures] == wrong
    assert [failure[2] for failure in failures] == [
        "Invalid outputUri 'https://cohort-results/GBR/HG00106': "
        "it must begin with s3:// and name a bucket",
        "Unexpected workflow parameters: read_group",
        "Missing required workflow parameters: reads",
        "1 validation error detected: Value '100001' at 'priority' failed to satisfy constraint: "
        "Member must have value less than or equal to 100000",
        "1 validation error detected: Value 'high' at 'priority' failed to satisfy constraint: "
        "Member must be of type integer",
    ]


def test_a_run_of_the_vpc_batch_is_shown() -> None:
    _, lines = plain_run()
    shown = dict(line.split(maxsplit=1) for line in lines if line.startswith("  "))
    assert shown["networkingMode"] == "VPC"
    assert shown["configuration"].endswith(":configuration/lab-vpc")
    assert re.fullmatch(r"vpc-[0-9a-f]{17}", shown["vpcId"])
    assert shown["status"] == "COMPLETED"


def test_a_cohort_without_mistakes_has_no_table_of_failures() -> None:
    code, lines = plain_run(1)
    assert code == 0
    assert not [line for line in lines if "ListRunsInBatch" in line]


def test_the_environment_stays_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    # The endpoint of another mock, or of nothing at all, is not asked.
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    before = dict(os.environ)
    code, _ = plain_run(5)
    assert code == 0
    assert dict(os.environ) == before


# -- on a terminal --


@pytest.mark.parametrize("width", [40, 60, 120])
def test_on_a_terminal_it_draws_within_the_width(width: int) -> None:
    console = terminal(width)
    assert demo.run(Screen(console, pause=0), 200) == 0
    text = console.export_text()
    # A picture is drawn over the one before, from where that ended.
    lines = re.split(r"\n|(?=╭─)", text)
    assert max(map(len, lines)) <= width
    words = " ".join(text.split())
    assert "CREATING → PENDING → SUBMITTING → INPROGRESS" in words.replace("│ │ ", "")
    assert "200 of 200, 5 failed" in text
    assert "195 completed" in text
    assert "HG00129" in text
    assert "All as announced" in text


def test_the_picture_moves() -> None:
    console = terminal()
    demo.run(Screen(console, pause=0), 80)
    assert isinstance(console.file, io.TextIOWrapper)
    console.file.seek(0)
    drawn = console.file.read()
    assert all(f"{count} of 80" in drawn for count in range(10, 81, 10))
    assert "\x1b[" in drawn


def test_a_bar_shows_a_few_of_many() -> None:
    console = terminal(width=20)
    with console.capture():
        segments = list(console.render(Bar([(5, "red"), (2494, "green")], 4998)))
    cells = {str(segment.style): len(segment.text) for segment in segments if segment.text.strip()}
    assert cells == {"red": 1, "green": 9, "grey30": 10}


@pytest.mark.parametrize(
    "console",
    [
        Console(file=io.StringIO(), force_terminal=True, _environ={"TERM": "dumb"}),
        terminal(encoding="ascii"),
        Console(file=io.StringIO()),
    ],
    ids=["dumb", "ascii", "no terminal"],
)
def test_what_cannot_draw_gets_plain_lines(console: Console) -> None:
    assert Screen(terminal()).live
    assert not Screen(console).live
    assert not Screen(terminal(), plain=True).live


# -- how it ends --


def test_main_runs_the_demo(capsys: pytest.CaptureFixture[str]) -> None:
    assert __main__.main(["--samples", "12", "--plain"]) == 0
    assert "submitted 12 of 12, 5 failed" in capsys.readouterr().out


@pytest.mark.parametrize("samples", ["0", "100001", "many"])
def test_a_batch_that_cannot_be_is_refused(
    samples: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        __main__.main(["--samples", samples])
    assert refused.value.code == 2
    assert "argument --samples: " in capsys.readouterr().err


def test_an_interrupt_ends_it_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(screen: Screen, samples: int) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "run", interrupted)
    assert __main__.main([]) == 130


def without(*modules: str) -> subprocess.CompletedProcess[str]:
    """The demo in an environment that lacks these."""
    missing = f"import sys; sys.modules.update(dict.fromkeys({modules!r}))"
    return python("-c", f"{missing}; from {PACKAGE}.__main__ import main; sys.exit(main([]))")


def test_without_rich_it_ends_with_one_line() -> None:
    done = without("rich")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "pip install 'moto-omics-batch[demo]'" in done.stderr


def test_it_needs_no_more_than_rich_and_plain_moto() -> None:
    done = without("py_partiql_parser", "flask", "pytest")
    assert done.returncode == 0, done.stderr


def test_a_missing_demo_ends_with_the_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, f"{PACKAGE}.demo", None)
    monkeypatch.delattr(moto_omics_batch, "demo")
    with pytest.raises(SystemExit, match=r"pip install 'moto-omics-batch\[demo\]'"):
        __main__.main([])


def test_the_module_can_be_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [PACKAGE, "--plain", "--samples", "3"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(__main__.__file__, run_name="__main__")
    assert ended.value.code == 0


def test_a_batch_that_is_stuck_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "LOOKS", 2)
    code, lines = plain_run()
    assert code == 1
    assert lines[-3:] == [
        "not as announced: giab (inline, VPC): SUBMITTING where PROCESSED was expected",
        "not as announced: cohort (JSON file in S3): SUBMITTING where PROCESSED was expected",
        "Not as announced.",
    ]


def test_a_failure_that_nobody_announced_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(omics: Client, batch_id: str) -> Sequence[dict[str, str]]:
        return []

    monkeypatch.setattr(demo, "failed_submissions", none)
    monkeypatch.setattr(demo, "is_gone", lambda omics, batch_id: False)
    code, lines = plain_run(4)
    assert code == 1
    assert lines[-3].startswith("not as announced: failed submissions: [] where ['HG0")
    assert lines[-2].startswith("not as announced: GetBatch still finds ")


def test_a_batch_that_exists_is_not_gone(omics: Client, start_batch: StartBatch) -> None:
    assert not is_gone(omics, start_batch())
    assert is_gone(omics, "1")
