"""Tests of the demo: its output on a terminal and without one, and its exit codes."""

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
from moto_omics_batch.demo.calls import is_deleted
from moto_omics_batch.demo.samples import MISTAKES, cohort, cohort_entries
from moto_omics_batch.demo.screen import Bar, Screen

PACKAGE = "moto_omics_batch"


def terminal(width: int = 100, encoding: str = "utf-8") -> Console:
    """Return a console that treats its file as a terminal and records its output."""
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


def run_plain(samples: int = 60) -> tuple[int, list[str]]:
    """Run the demo with plain output. Returns (exit code, lines)."""
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


def test_the_cohort_does_not_repeat_a_name() -> None:
    assert len({name for name, _ in islice(cohort(), 20_000)}) == 20_000


@pytest.mark.parametrize(
    ("samples", "expected"), [(1, 0), (2, 1), (7, 3), (10, 5), (2504, 5), (100_000, 5)]
)
def test_a_cohort_of_any_size_has_different_invalid_entries(samples: int, expected: int) -> None:
    entries, invalid = cohort_entries(samples)
    assert len(entries) == samples
    assert len(set(invalid)) == expected <= len(MISTAKES)


# -- plain output --


def test_a_pipe_gets_plain_lines() -> None:
    done = python("-m", PACKAGE, "--samples", "200", FORCE_COLOR="1", PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "\x1b" not in done.stdout
    lines = done.stdout.splitlines()
    assert lines[-1] == "All results are as expected. No request left this machine."
    assert "giab (inline, VPC): PROCESSED; submitted 7 of 7; runs: 7 completed" in lines


def test_statuses_are_in_the_order_of_the_service() -> None:
    code, lines = run_plain()
    assert code == 0
    matches = (re.match(r"cohort [^:]*: ([A-Z_]+);", line) for line in lines)
    statuses = list(dict.fromkeys(match[1] for match in matches if match))
    assert statuses == [
        "CREATING",
        "PENDING",
        "SUBMITTING",
        "INPROGRESS",
        "PROCESSED",
        "RUNS_DELETING",
        "RUNS_DELETED",
    ]


def test_submission_counts_increase() -> None:
    _, lines = run_plain(80)
    counts = [int(found) for found in re.findall(r"SUBMITTING; submitted (\d+) of 80", str(lines))]
    assert counts == [0, 10, 20, 30, 40, 50, 60, 70]


def test_run_statuses_change() -> None:
    _, lines = run_plain(80)
    statuses = re.findall(r"INPROGRESS; submitted 80 of 80, 5 failed; runs: 75 (\w+)", str(lines))
    assert statuses == ["pending", "starting", "running", "stopping"]


def test_each_invalid_entry_is_listed_with_its_reason() -> None:
    _, lines = run_plain()
    _, invalid = cohort_entries(60)
    failures = [line.split(maxsplit=2) for line in lines if "ValidationException" in line]
    assert [failure[0] for failure in failures] == invalid
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


def test_a_run_of_the_vpc_batch_is_described() -> None:
    _, lines = run_plain()
    members = dict(line.split(maxsplit=1) for line in lines if line.startswith("  "))
    assert members["networkingMode"] == "VPC"
    assert members["configuration"].endswith(":configuration/demo-vpc")
    assert re.fullmatch(r"vpc-[0-9a-f]{17}", members["vpcId"])
    assert members["status"] == "COMPLETED"


def test_a_cohort_without_invalid_entries_has_no_table_of_failures() -> None:
    code, lines = run_plain(1)
    assert code == 0
    assert not [line for line in lines if "ListRunsInBatch" in line]


def test_the_environment_is_neither_used_nor_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    # No request is sent to the configured endpoint.
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    before = dict(os.environ)
    code, _ = run_plain(5)
    assert code == 0
    assert dict(os.environ) == before


# -- on a terminal --


@pytest.mark.parametrize("width", [40, 60, 120])
def test_live_output_fits_the_width_of_the_terminal(width: int) -> None:
    console = terminal(width)
    assert demo.run(Screen(console, pause=0), 200) == 0
    text = console.export_text()
    # An update is drawn over the one before; the recorded text has no newline between them.
    lines = re.split(r"\n|(?=╭─)", text)
    assert max(map(len, lines)) <= width
    joined = " ".join(text.split())
    assert "CREATING → PENDING → SUBMITTING → INPROGRESS" in joined.replace("│ │ ", "")
    assert "200 of 200, 5 failed" in text
    assert "195 completed" in text
    assert "HG00129" in text
    assert "All results are as expected" in text


def test_live_output_is_updated() -> None:
    console = terminal()
    demo.run(Screen(console, pause=0), 80)
    assert isinstance(console.file, io.TextIOWrapper)
    console.file.seek(0)
    drawn = console.file.read()
    assert all(f"{count} of 80" in drawn for count in range(10, 81, 10))
    assert "\x1b[" in drawn


def test_a_bar_has_a_cell_for_a_small_count() -> None:
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
def test_output_is_plain_without_a_unicode_terminal(console: Console) -> None:
    assert Screen(terminal()).live
    assert not Screen(console).live
    assert not Screen(terminal(), plain=True).live


# -- exit codes --


def test_main_runs_the_demo(capsys: pytest.CaptureFixture[str]) -> None:
    assert __main__.main(["--samples", "12", "--plain"]) == 0
    assert "submitted 12 of 12, 5 failed" in capsys.readouterr().out


@pytest.mark.parametrize("samples", ["0", "100001", "many"])
def test_an_invalid_number_of_samples_is_refused(
    samples: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        __main__.main(["--samples", samples])
    assert refused.value.code == 2
    error = f"argument --samples: '{samples}' is not a number from 1 to 100000"
    assert error in capsys.readouterr().err


def test_an_interrupt_exits_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(screen: Screen, samples: int) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "run", interrupted)
    assert __main__.main([]) == 130


def without(*modules: str) -> subprocess.CompletedProcess[str]:
    """Run the demo in an environment without these modules."""
    block = f"import sys; sys.modules.update(dict.fromkeys({modules!r}))"
    return python("-c", f"{block}; from {PACKAGE}.__main__ import main; sys.exit(main([]))")


def test_without_rich_it_exits_with_one_line() -> None:
    done = without("rich")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "pip install 'moto-omics-batch[demo]'" in done.stderr


def test_it_needs_only_rich_and_moto_without_extras() -> None:
    done = without("py_partiql_parser", "flask", "pytest")
    assert done.returncode == 0, done.stderr


def test_a_missing_demo_exits_with_the_command_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, f"{PACKAGE}.demo", None)
    monkeypatch.delattr(moto_omics_batch, "demo")
    with pytest.raises(SystemExit, match=r"pip install 'moto-omics-batch\[demo\]'"):
        __main__.main([])


def test_the_module_can_be_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [PACKAGE, "--plain", "--samples", "3"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(__main__.__file__, run_name="__main__")
    assert ended.value.code == 0


def test_a_batch_that_does_not_finish_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "MAX_POLLS", 2)
    code, lines = run_plain()
    assert code == 1
    assert lines[-3:] == [
        "not as expected: giab (inline, VPC): SUBMITTING, expected PROCESSED",
        "not as expected: cohort (JSON file in S3): SUBMITTING, expected PROCESSED",
        "Failed: some results are not as expected.",
    ]


def test_unexpected_results_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(omics: Client, batch_id: str) -> Sequence[dict[str, str]]:
        return []

    monkeypatch.setattr(demo, "failed_submissions", none)
    monkeypatch.setattr(demo, "is_deleted", lambda omics, batch_id: False)
    code, lines = run_plain(4)
    assert code == 1
    assert lines[-3].startswith("not as expected: failed submissions: [], expected ['HG0")
    assert lines[-2].startswith("not as expected: GetBatch still finds ")


def test_is_deleted(omics: Client, start_batch: StartBatch) -> None:
    assert not is_deleted(omics, start_batch())
    assert is_deleted(omics, "1")
