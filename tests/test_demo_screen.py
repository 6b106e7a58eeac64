"""Tests of the demo on a terminal: size, pauses, colours, and Ctrl-C."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from rich.console import Console

from moto_omics_batch import demo
from moto_omics_batch.demo.frame import STYLES, Bar
from moto_omics_batch.demo.screen import Screen
from tests.demo_console import observed, terminal


@pytest.mark.parametrize("width", [40, 60, 80, 100, 120])
def test_output_fits_the_width_of_the_terminal(width: int) -> None:
    screen = observed(width)
    text = screen.console.export_text(clear=False)
    # A frame is drawn over the one before; the recorded text has no newline between them.
    lines = re.split(r"\n|(?=╭─ )", text)
    assert max(map(len, lines)) <= 2 * width
    frame = " ".join(re.sub("[│\n]", " ", screen.frames[-1]).split())
    assert "CREATING → PENDING → SUBMITTING → INPROGRESS" in frame
    for text in screen.frames:
        assert max(map(len, text.splitlines())) <= width


@pytest.mark.parametrize("size", [(100, 40), (120, 30), (80, 24), (40, 24), (80, 15)])
def test_each_frame_fits_the_height_of_the_terminal(size: tuple[int, int]) -> None:
    screen = observed(*size)
    assert len(screen.heights) > 20
    assert max(screen.heights) < size[1]


def test_each_step_fits_40_rows() -> None:
    screen = observed(samples=2504)
    assert len(screen.steps) == 8
    assert max(screen.steps) < 40, screen.steps


@pytest.mark.parametrize("size", [(100, 40), (80, 24)])
def test_a_frame_has_batches_calls_events_and_legend(size: tuple[int, int]) -> None:
    screen = observed(*size, samples=2504)
    (frame,) = [text for text in screen.frames if "batch giab PROCESSED" in text][:1]
    assert "6 completed, 1 failed" in frame
    assert "1,565 of 2,504, 3 failed" in frame
    assert re.search(r'7x omics.get_batch\(batchId="\d{7}"\)', frame)
    assert re.search(r"run \d{7} FAILED RUN_TASK_FAILED", frame)
    assert all(f"━{status}" in frame for status in STYLES)


def test_a_low_terminal_shows_the_batches_only() -> None:
    screen = observed(80, 13)
    assert not [text for text in screen.frames if "cohort" in text and "boto3 calls" in text]
    assert [text for text in screen.frames if "pilot" in text and "boto3 calls" in text]


def test_progress_is_updated() -> None:
    screen = observed()
    text = "\n".join(screen.frames)
    assert all(f"{count} of 60" in text for count in range(8, 57, 8))
    file = screen.console.file
    assert isinstance(file, io.TextIOWrapper)
    file.seek(0)
    assert "\x1b[" in file.read()


@pytest.mark.parametrize(("width", "beside"), [(100, True), (60, False)])
def test_a_call_stands_beside_its_explanation(width: int, beside: bool) -> None:
    screen = observed(width)
    lines = screen.console.export_text(clear=False).splitlines()
    (note,) = [number for number, line in enumerate(lines) if "HG005 will fail." in line]
    assert ("faults.run_fails(" in lines[note]) == beside
    assert beside or "faults.run_fails(" in lines[note + 1]


def test_a_bar_has_a_cell_for_a_small_count() -> None:
    console = terminal(width=20)
    with console.capture():
        segments = list(console.render(Bar([(5, "red"), (2494, "green")], 4998)))
    cells = {str(segment.style): len(segment.text) for segment in segments if segment.text.strip()}
    assert cells == {"red": 1, "green": 9, "grey30": 10}


def test_without_colours_all_texts_remain() -> None:
    console = Console(
        file=io.StringIO(),
        width=100,
        height=40,
        force_terminal=True,
        _environ={"TERM": "xterm-256color", "NO_COLOR": "1"},
    )
    assert demo.run(Screen(console, speed=0), 20) == 0
    assert isinstance(console.file, io.StringIO)
    written = console.file.getvalue()
    assert "━completed" in written
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", written)


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


# -- pauses --


def test_at_speed_1_the_demo_takes_about_a_minute() -> None:
    screen = observed(speed=1)
    assert 45 < sum(screen.pauses) < 100
    assert max(screen.pauses) < 6


def test_the_speed_divides_the_pauses() -> None:
    normal, double, none = (observed(speed=speed) for speed in (1, 2, 0))
    assert [2 * seconds for seconds in double.pauses] == pytest.approx(normal.pauses)
    assert none.pauses == []


def test_plain_output_makes_no_pauses() -> None:
    pauses: list[float] = []
    screen = Screen(Console(file=io.StringIO()), sleep=pauses.append)
    assert demo.run(screen, 20) == 0
    assert pauses == []


# -- Ctrl-C --


@contextmanager
def demo_on_a_terminal() -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Start the demo with long pauses. Yields the process and the file of its terminal.

    The process is killed after 60 seconds: reading its terminal ends then.
    """
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    # A shell starts its background jobs with SIGINT ignored, and processes inherit that.
    code = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from moto_omics_batch.__main__ import main; sys.exit(main(['--speed', '0.001']))"
    )
    command = [sys.executable, "-c", code]
    environment = {**os.environ, "TERM": "xterm-256color", "PYTHONUTF8": "1"}
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=subprocess.STDOUT, env=environment
    )
    os.close(theirs)
    limit = threading.Timer(60, process.kill)
    limit.start()
    try:
        yield process, ours
    finally:
        limit.cancel()
        process.kill()
        process.wait()
        os.close(ours)


def test_ctrl_c_ends_a_pause_at_once() -> None:
    with demo_on_a_terminal() as (process, terminal_file):
        written = b""
        # The pause after the first step takes ten minutes.
        while b"SQS queue" not in written:
            written += os.read(terminal_file, 4096)
        process.send_signal(signal.SIGINT)
        # Read to the end first: a process that writes to a full terminal would not end.
        assert b"Traceback" not in written + _rest(terminal_file)
        assert process.wait() == 130


def _rest(terminal_file: int) -> bytes:
    """Read what the process has written before its end. Linux raises an error at the end."""
    written = b""
    try:
        while chunk := os.read(terminal_file, 4096):
            written += chunk
    except OSError:
        pass
    return written
