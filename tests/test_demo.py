"""Tests of the demo: its samples, its plain output, and its exit codes."""

from __future__ import annotations

import ast
import os
import re
import runpy
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import pytest
from moto.moto_api._internal import mock_random

import moto_omics_batch
from conftest import Client, StartBatch
from moto_omics_batch import __main__, demo
from moto_omics_batch.demo import published, steps
from moto_omics_batch.demo.batches import is_deleted
from moto_omics_batch.demo.samples import MISTAKES, cohort, cohort_entries, pilot_entries
from moto_omics_batch.demo.screen import Screen
from tests.demo_console import plain, run_plain

PACKAGE = "moto_omics_batch"
EXAMPLE = Path(__file__).parent.parent / "examples" / "lambda_batch_watcher"


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


def test_the_pilot_has_twelve_samples_of_one_population() -> None:
    entries = pilot_entries()
    assert len({entry["runSettingId"] for entry in entries}) == 12
    assert {entry["runTags"]["population"] for entry in entries} == {"CEU"}
    assert entries[0]["runSettingId"] == "NA06984"


# -- plain output --


def test_a_pipe_gets_plain_lines() -> None:
    done = python("-m", PACKAGE, "--samples", "200", FORCE_COLOR="1", PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "\x1b" not in done.stdout
    lines = done.stdout.splitlines()
    assert lines[-1] == "All results are as expected. No request left this machine."
    assert "giab (inline, VPC): PROCESSED; submitted 7 of 7; runs: 6 completed, 1 failed" in lines


def test_statuses_are_in_the_order_of_the_service() -> None:
    code, lines = plain()
    assert code == 0
    matches = (re.match(r"cohort [^:]*: ([A-Z_]+);", line) for line in lines)
    statuses = list(dict.fromkeys(match[1] for match in matches if match))
    assert statuses == [
        "CREATING",
        "PENDING",
        "SUBMITTING",
        "INPROGRESS",
        "PROCESSED",
    ]


def test_submission_counts_increase() -> None:
    _, lines = plain(80)
    counts = [int(found) for found in re.findall(r"SUBMITTING; submitted (\d+) of 80", str(lines))]
    assert counts == [0, 10, 20, 30, 40, 50, 60, 70]


def test_run_statuses_change() -> None:
    _, lines = plain(80)
    pattern = r"INPROGRESS; submitted 80 of 80, 5 failed; runs: ([^']+)'"
    assert re.findall(pattern, str(lines)) == [
        "75 pending",
        "75 starting",
        "74 running, 1 stopping",
        "74 stopping, 1 failed",
    ]


def test_each_invalid_entry_is_listed_with_its_reason() -> None:
    _, lines = plain()
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
    _, lines = plain()
    start = lines.index("GetRun") + 1
    members = dict(line.split(maxsplit=1) for line in lines[start : start + 6])
    assert members["networkingMode"] == "VPC"
    assert re.fullmatch(r"vpc-[0-9a-f]{17}", members["vpcId"])
    assert members["status"] == "FAILED"
    assert members["failureReason"] == "RUN_TASK_FAILED"


def test_a_cohort_without_invalid_entries_has_no_table_of_failures() -> None:
    code, lines = plain(1)
    assert code == 0
    assert "ListRunsInBatch" not in lines


def test_the_environment_is_neither_used_nor_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    # No request is sent to the configured endpoint.
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    before = dict(os.environ)
    code, _ = run_plain(5)
    assert code == 0
    assert dict(os.environ) == before


def test_each_call_is_written_with_its_arguments_and_an_explanation() -> None:
    _, lines = plain()
    text = "\n".join(lines)
    assert (
        """
  # HG005 will fail.
  faults.run_fails(runSettingId="HG005", failureReason="RUN_TASK_FAILED")
"""
        in text
    )
    assert (
        """
      batchRunSettings={
          "inlineSettings": [
              {"runSettingId": "HG001", "name": "HG001/NA12878 (CEPH/Utah, female)", ...},
              # 6 more
          ],
      },
"""
        in text
    )
    (cancel,) = [line for line in lines if "omics.cancel_run_batch(" in line]
    assert re.fullmatch(r'  omics\.cancel_run_batch\(batchId="\d{7}"\)', cancel)


def test_calls_of_polling_are_written_once_for_each_batch() -> None:
    _, lines = plain()
    polled = [line for line in lines if line.startswith("  omics.get_batch(batchId=")]
    assert len(polled) == len(set(polled)) == 3


def test_events_are_received_from_the_queue() -> None:
    _, lines = plain()
    events = [line.removeprefix("  event: ") for line in lines if line.startswith("  event: ")]
    statuses = ["CREATING", "PENDING", "SUBMITTING", "INPROGRESS"]
    assert [event for event in events if " giab " in event] == [
        f"batch giab {status}" for status in [*statuses, "PROCESSED"]
    ]
    after = ["STOPPING", "CANCELLED", "RUNS_DELETING", "RUNS_DELETED"]
    assert [event for event in events if " pilot " in event] == [
        f"batch pilot {status}" for status in [*statuses, *after]
    ]
    runs = [event for event in events if event.startswith("run ")]
    assert [run.split()[2:] for run in runs] == [
        ["FAILED", "RUN_TASK_FAILED"],
        ["FAILED", "IMPORT_FAILED"],
    ]


def test_a_large_cohort_has_no_events_of_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "EVENTS_OF_RUNS", 59)
    code, lines = run_plain()
    assert code == 0
    assert "  event: batch giab PROCESSED" in lines
    assert not [line for line in lines if line.startswith("  event: run ")]


def test_ids_are_the_same_in_each_run() -> None:
    before = mock_random.getstate()
    assert run_plain(4) == plain(4)
    assert mock_random.getstate() == before


# -- the published function --


def test_the_published_function_passes_with_magic_mock_and_fails_here() -> None:
    _, lines = plain(4)
    _, invalid = cohort_entries(4)
    end = [line for line in lines[lines.index("with MagicMock: passes") :] if "omics." not in line]
    assert end == [
        "with MagicMock: passes",
        "  {'done': True, 'failed': ['HG002']}",
        "with this mock: fails",
        "  ParamValidationError: Parameter validation failed:",
        '  Missing required parameter in input: "batchId"',
        '  Unknown parameter in input: "id", must be one of: batchId',
        "With batchId=... in both requests, the second mistake is found:",
        "with this mock: fails",
        "  KeyError: 'items'",
        "With the key 'runs' and a paginator:",
        "with this mock: passes",
        f"  {{'done': True, 'failed': {invalid}}}",
        "All results are as expected. No request left this machine.",
    ]


@pytest.mark.parametrize(
    ("name", "file"), [("as_published", "watcher_as_published.py"), ("corrected", "watcher.py")]
)
def test_the_functions_are_those_of_the_example(name: str, file: str) -> None:
    def body(path: Path, function: str) -> str:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        (found,) = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and node.name == function
        ]
        # The types of the example are those of boto3-stubs, which the demo does not need.
        return ast.dump(ast.Module(found.body[1:], []))

    assert body(Path(published.__file__), name) == body(EXAMPLE / file, "handler")


def test_magic_mock_accepts_the_second_mistake_too() -> None:
    handlers = (published.as_published, published.with_batch_id)
    results = {published.outcome(handler, "1", published.magic_mock()) for handler in handlers}
    assert results == {"{'done': True, 'failed': ['HG002']}"}


# -- exit codes --


def test_main_runs_the_demo(capsys: pytest.CaptureFixture[str]) -> None:
    assert __main__.main(["--samples", "12", "--plain", "--speed", "2"]) == 0
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


@pytest.mark.parametrize("speed", ["-1", "nan", "inf", "fast"])
def test_an_invalid_speed_is_refused(speed: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        __main__.main([f"--speed={speed}"])
    assert refused.value.code == 2
    assert f"argument --speed: '{speed}' is not a number from 0" in capsys.readouterr().err


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
    done = without("py_partiql_parser", "jsonpath_ng", "flask", "pytest")
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
    monkeypatch.setattr(steps, "MAX_POLLS", 2)
    code, lines = run_plain()
    assert code == 1
    assert lines[-2:] == [
        "not as expected: giab (inline, VPC): SUBMITTING, expected PROCESSED",
        "Failed: some results are not as expected.",
    ]


def test_unexpected_results_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(omics: Client, batch_id: str) -> Sequence[dict[str, str]]:
        return []

    monkeypatch.setattr(steps, "failed_submissions", none)
    monkeypatch.setattr(steps, "is_deleted", lambda omics, batch_id: False)
    code, lines = run_plain(4)
    assert code == 1
    assert lines[-3].startswith("not as expected: failed submissions: [], expected ['HG0")
    assert lines[-2].startswith("not as expected: pilot is deleted: False, expected True")


def test_is_deleted(omics: Client, start_batch: StartBatch) -> None:
    assert not is_deleted(omics, start_batch())
    assert is_deleted(omics, "1")
