"""Consoles for the tests of the demo, and runs of the demo on them. No run sleeps."""

from __future__ import annotations

import io
from functools import cache

from rich.console import Console, RenderableType
from rich.live import Live

from moto_omics_batch import demo


def terminal(width: int = 100, height: int = 40, encoding: str = "utf-8") -> Console:
    """Return a console that treats its file as a terminal and records its output."""
    return Console(
        file=io.TextIOWrapper(io.BytesIO(), encoding=encoding),
        width=width,
        height=height,
        force_terminal=True,
        color_system="truecolor",
        record=True,
        _environ={"TERM": "xterm-256color"},
    )


def run_plain(samples: int = 60) -> tuple[int, list[str]]:
    """Run the demo with plain output. Returns (exit code, lines)."""
    out = io.StringIO()
    code = demo.run(demo.Screen(Console(file=out, width=60), plain=True), samples)
    return code, out.getvalue().splitlines()


class Observed(demo.Screen):
    """A screen on a terminal that measures what it draws.

    ``frames`` has the text of each frame of the live progress, ``heights`` its rows. ``steps`` has
    the rows of each step, the last of its frames included. ``pauses`` has the pauses in seconds.
    """

    def __init__(self, width: int = 100, height: int = 40, speed: float = 0):
        self.console = terminal(width, height)
        self.frames: list[str] = []
        self.heights: list[int] = []
        self.steps: list[int] = []
        self.pauses: list[float] = []
        self._live: Live | None = None
        self._before = 0
        super().__init__(self.console, speed=speed, sleep=self.pauses.append)

    def step(self, title: str) -> None:
        self.steps.append(0)
        super().step(title)

    def draw(self, renderable: RenderableType, plain: str = "") -> None:
        self.steps[-1] += len(self.console.render_lines(renderable))
        super().draw(renderable, plain)

    def draw_frame(self, display: Live, frame: RenderableType) -> None:
        lines = self.console.render_lines(frame)
        self.heights.append(len(lines))
        self.frames.append("\n".join("".join(part.text for part in line) for line in lines))
        # A frame is drawn over the one before.
        self._before = self._before if display is self._live else 0
        self.steps[-1] += len(lines) - self._before
        self._live, self._before = display, len(lines)
        super().draw_frame(display, frame)


# Most tests only read what a run has written: they share the runs.


@cache
def plain(samples: int = 60) -> tuple[int, list[str]]:
    """Return the result of `run_plain`, which runs once for each number of samples."""
    return run_plain(samples)


@cache
def observed(width: int = 100, height: int = 40, speed: float = 0, samples: int = 60) -> Observed:
    """Return the screen of a run that was as expected, one for each choice of the arguments."""
    screen = Observed(width, height, speed)
    assert demo.run(screen, samples) == 0
    return screen
