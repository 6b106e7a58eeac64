"""How the demo looks: a live picture on a terminal, plain lines under a pipe."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.live import Live
from rich.measure import Measurement
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from .calls import Watched

_STYLES = {
    "pending": "grey50",
    "starting": "yellow",
    "running": "cyan",
    "stopping": "magenta",
    "completed": "green",
    "failed": "red",
    "cancelled": "dark_orange",
    "deleted": "grey35",
}


class Bar:
    """A bar of the full width, with a piece for each (count, style): one cell for a few of many."""

    def __init__(self, pieces: Iterable[tuple[int, str]], total: int):
        self._pieces = list(pieces)
        self._total = max(total, 1)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(8, options.max_width)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width, done, drawn, bar = options.max_width, 0, 0, Text(no_wrap=True)
        for count, style in self._pieces:
            done += count
            end = min(max(width * done // self._total, drawn + (count > 0)), width)
            bar.append("━" * (end - drawn), style)
            drawn = end
        yield bar.append("─" * (width - drawn), "grey30")


def _told(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {name}" for name, number in counts.items()) or "none yet"


def _submitted(batch: Watched) -> str:
    ok, failed, total = batch.submissions
    return f"{ok + failed:,} of {total:,}" + (f", {failed:,} failed" if failed else "")


def _panel(batch: Watched) -> Panel:
    ok, failed, total = batch.submissions
    *past, present = batch.statuses
    way = Text(" → ".join([*past, ""]), "grey50").append(present, "bold bright_white")
    rows = Table.grid(padding=(0, 1), expand=True)
    rows.add_column(no_wrap=True)
    rows.add_column(ratio=1)
    rows.add_row("submitted", Bar([(failed, "red"), (ok, "green")], total))
    rows.add_row("", _submitted(batch))
    pieces = [(number, _STYLES.get(name, "white")) for name, number in batch.runs.items()]
    rows.add_row("runs", Bar(pieces, total))
    rows.add_row("", _told(batch.runs))
    title = f"[bold]{batch.title}[/] {batch.id}"
    return Panel(Group(way, rows), title=title, title_align="left", border_style="blue")


class Screen:
    """Where the demo tells what happens.

    Live only on a terminal that can draw; ``pause`` is how many seconds a live picture stands.
    """

    def __init__(self, console: Console | None = None, plain: bool = False, pause: float = 0.1):
        can_draw = console or Console()
        self.live = not (
            plain
            or not can_draw.is_terminal
            or can_draw.is_dumb_terminal
            or can_draw.options.ascii_only
        )
        self._console = can_draw
        self._pause = pause if self.live else 0.0
        self._picture: Live | None = None
        self._lines: set[str] = set()

    def say(self, text: str) -> None:
        """A line of its own."""
        style = "bold" if self.live else None
        self._console.print(
            text, style=style, markup=False, highlight=False, soft_wrap=not self.live
        )

    @contextmanager
    def watching(self) -> Iterator[None]:
        """While batches are shown: what stays is the last picture."""
        if not self.live:
            yield
            return
        with Live(console=self._console, auto_refresh=False) as self._picture:
            yield

    def show(self, batches: Sequence[Watched]) -> None:
        """How the batches stand now."""
        if self._picture is not None:
            self._picture.update(Group(*map(_panel, batches)), refresh=True)
            time.sleep(self._pause)
            return
        for batch in batches:
            submitted, runs = _submitted(batch), _told(batch.runs)
            line = f"{batch.title}: {batch.statuses[-1]}; submitted {submitted}; runs: {runs}"
            if line not in self._lines:
                self._lines.add(line)
                self.say(line)

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Rows of text, the last column being the one that may be long."""
        if not self.live:
            self.say(title)
            for row in rows:
                self.say("  " + "  ".join(row))
            return
        table = Table(title=title, title_justify="left", box=box.SIMPLE, title_style="bold")
        for name in columns:
            table.add_column(name, no_wrap=name != columns[-1], overflow="fold")
        for row in rows:
            table.add_row(*map(Text, row))
        self._console.print(table)
