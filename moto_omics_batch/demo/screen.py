"""The output of the demo: live progress on a terminal, otherwise plain lines."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich import box
from rich.console import Console, RenderableType
from rich.live import Live
from rich.padding import Padding
from rich.rule import Rule
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from .batches import BatchView
from .calls import format_call, one_line
from .frame import build_frame, highlighted, run_counts, submitted

#: The width from which a call stands beside its explanation, and the share of the explanation.
_BESIDE = 90
_NOTE_WIDTH = 26
#: The width of a call in plain lines.
_PLAIN_WIDTH = 92

#: Seconds of a pause at speed 1: for a step, a line of a call, a frame, a line of a text.
_STEP, _CALL, _FRAME, _LINE = 0.6, 0.25, 0.7, 0.4


class Screen:
    """Writes the output of the demo.

    ``live`` is true on a terminal with Unicode, unless ``plain`` is set. ``speed`` divides the
    pauses; 0 means no pauses. There are none if ``live`` is false.
    """

    def __init__(
        self,
        console: Console | None = None,
        plain: bool = False,
        speed: float = 1.0,
        sleep: Callable[[float], None] = time.sleep,
    ):
        self._console = console or Console()
        self.live = not (
            plain
            or not self._console.is_terminal
            or self._console.is_dumb_terminal
            or self._console.options.ascii_only
        )
        self._speed = speed if self.live else 0.0
        self._sleep = sleep
        self._steps = 0
        self._note = ""
        self._display: Live | None = None
        self._calls: Counter[str] = Counter()
        self.events: list[str] = []
        self._written: set[str] = set()

    # -- steps and texts --

    def step(self, title: str) -> None:
        """Begin a step of the demo: write its number and title."""
        self._steps += 1
        title = f"{self._steps}. {title}"
        self.draw(Rule(f"[bold]{title}", align="left", style="blue"), f"\n{title}")
        self._pause(_STEP)

    def note(self, text: str) -> None:
        """Set the explanation that is shown beside the next call."""
        self._note = text

    def call(self, name: str, arguments: Mapping[str, Any]) -> None:
        """Show a call: beside its explanation, or within `live_progress` in the next frame."""
        text = one_line(name, arguments)
        if self._display is not None:
            self._calls[text] += 1
        elif self.live or text not in self._written:
            self._written.add(text)
            self._write_call(name, arguments)

    def _write_call(self, name: str, arguments: Mapping[str, Any]) -> None:
        note, self._note = self._note, ""
        if not self.live:
            lines = format_call(name, arguments, _PLAIN_WIDTH).splitlines()
            comment = [f"  # {note}"] if note else []
            self.write("\n".join([*comment, *(f"  {line}" for line in lines)]))
            return
        width = self._console.width
        beside = width >= _BESIDE
        text = format_call(name, arguments, width - (_NOTE_WIDTH + 2 if beside else 2))
        grid = Table.grid(padding=(0, 1), expand=True)
        if beside:
            grid.add_column(width=_NOTE_WIDTH)
            grid.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
            grid.add_row(note, highlighted(text))
        else:
            grid.add_column(no_wrap=False)
            if note:
                grid.add_row(note)
            grid.add_row(Padding(highlighted(text), (0, 0, 0, 2)))
        self.draw(grid)
        self._pause(_STEP + _CALL * (text.count("\n") + 1))

    def write(self, text: str, style: str = "") -> None:
        """Write a text of one or more lines."""
        self.draw(Text(text, style), text)
        self._pause(_LINE * (text.count("\n") + 1))

    def code(self, source: str) -> None:
        """Write Python source."""
        syntax = Syntax(
            source.rstrip(), "python", theme="ansi_dark", background_color="default", word_wrap=True
        )
        indented = "\n".join(f"  {line}" for line in source.rstrip().splitlines())
        self.draw(Padding(syntax, (0, 0, 0, 2)), indented)
        self._pause(_LINE * (source.count("\n") + 1))

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Write a table; the texts of the last column may be long."""
        table = Table(title=title, title_justify="left", box=box.SIMPLE, title_style="bold")
        for name in columns:
            table.add_column(name, no_wrap=name != columns[-1], overflow="fold")
        for row in rows:
            table.add_row(*map(Text, row))
        self.draw(table, "\n".join([title, *("  " + "  ".join(row) for row in rows)]))
        self._pause(_LINE * (len(rows) + 2))

    # -- live progress --

    @contextmanager
    def live_progress(self) -> Iterator[None]:
        """Within this context, let `show_progress` update a frame in place. The last one remains.

        The frame has the batches, and the calls and events since the context was entered.
        """
        if not self.live:
            yield
            return
        self._calls.clear()
        self.events.clear()
        try:
            with Live(console=self._console, auto_refresh=False) as self._display:
                yield
        finally:
            self._display = None

    def show_progress(self, batches: Sequence[BatchView], events: Sequence[str]) -> None:
        """Show batches and new events: live, or as plain lines that have not been written yet."""
        self.events += events
        if self._display is not None:
            frame = build_frame(self._console, batches, self._calls, self.events)
            self.draw_frame(self._display, frame)
            self._pause(_FRAME)
            return
        for batch in batches:
            counts = f"submitted {submitted(batch)}; runs: {run_counts(batch)}"
            line = f"{batch.title}: {batch.statuses[-1]}; {counts}"
            if line not in self._written:
                self._written.add(line)
                self.write(line)
        for event in events:
            self.write(f"  event: {event}")

    # -- output --

    def draw(self, renderable: RenderableType, plain: str = "") -> None:
        """Write a renderable, or the text ``plain`` without a live terminal."""
        if self.live:
            self._console.print(renderable)
        else:
            self._console.print(plain, markup=False, highlight=False, soft_wrap=True)

    def draw_frame(self, display: Live, frame: RenderableType) -> None:
        """Show a frame of the live progress in place of the one before."""
        display.update(frame, refresh=True)

    def _pause(self, seconds: float) -> None:
        if self._speed:
            self._sleep(seconds / self._speed)
