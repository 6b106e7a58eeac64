"""The output of the demo: live progress on a terminal, otherwise plain lines."""

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

from .calls import BatchView

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
    """A bar with a segment for each (count, style); a count above 0 gets at least one cell."""

    def __init__(self, segments: Iterable[tuple[int, str]], total: int):
        self._segments = list(segments)
        self._total = max(total, 1)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(8, options.max_width)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width, done, drawn, bar = options.max_width, 0, 0, Text(no_wrap=True)
        for count, style in self._segments:
            done += count
            end = min(max(width * done // self._total, drawn + (count > 0)), width)
            bar.append("━" * (end - drawn), style)
            drawn = end
        yield bar.append("─" * (width - drawn), "grey30")


def _format_counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {name}" for name, number in counts.items()) or "none yet"


def _submitted(batch: BatchView) -> str:
    ok, failed, total = batch.submissions
    return f"{ok + failed:,} of {total:,}" + (f", {failed:,} failed" if failed else "")


def _panel(batch: BatchView) -> Panel:
    ok, failed, total = batch.submissions
    *earlier, current = batch.statuses
    statuses = Text(" → ".join([*earlier, ""]), "grey50").append(current, "bold bright_white")
    rows = Table.grid(padding=(0, 1), expand=True)
    rows.add_column(no_wrap=True)
    rows.add_column(ratio=1)
    rows.add_row("submitted", Bar([(failed, "red"), (ok, "green")], total))
    rows.add_row("", _submitted(batch))
    segments = [(number, _STYLES.get(name, "white")) for name, number in batch.runs.items()]
    rows.add_row("runs", Bar(segments, total))
    rows.add_row("", _format_counts(batch.runs))
    title = f"[bold]{batch.title}[/] {batch.id}"
    return Panel(Group(statuses, rows), title=title, title_align="left", border_style="blue")


class Screen:
    """Writes the output of the demo.

    ``live`` is true on a terminal with Unicode, unless ``plain`` is set. ``pause`` is the time in
    seconds between two updates of the live progress.
    """

    def __init__(self, console: Console | None = None, plain: bool = False, pause: float = 0.1):
        self._console = console or Console()
        self.live = not (
            plain
            or not self._console.is_terminal
            or self._console.is_dumb_terminal
            or self._console.options.ascii_only
        )
        self._pause = pause if self.live else 0.0
        self._display: Live | None = None
        self._written: set[str] = set()

    def write(self, text: str) -> None:
        """Write one line."""
        style = "bold" if self.live else None
        self._console.print(
            text, style=style, markup=False, highlight=False, soft_wrap=not self.live
        )

    @contextmanager
    def live_progress(self) -> Iterator[None]:
        """Update the progress in place within this context. The last state remains visible."""
        if not self.live:
            yield
            return
        with Live(console=self._console, auto_refresh=False) as self._display:
            yield

    def show_progress(self, batches: Sequence[BatchView]) -> None:
        """Show the batches: live, or as plain lines that have not been written yet."""
        if self._display is not None:
            self._display.update(Group(*map(_panel, batches)), refresh=True)
            time.sleep(self._pause)
            return
        for batch in batches:
            submitted, runs = _submitted(batch), _format_counts(batch.runs)
            line = f"{batch.title}: {batch.statuses[-1]}; submitted {submitted}; runs: {runs}"
            if line not in self._written:
                self._written.add(line)
                self.write(line)

    def write_table(
        self, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]
    ) -> None:
        """Write a table; the texts of the last column may be long."""
        if not self.live:
            self.write(title)
            for row in rows:
                self.write("  " + "  ".join(row))
            return
        table = Table(title=title, title_justify="left", box=box.SIMPLE, title_style="bold")
        for name in columns:
            table.add_column(name, no_wrap=name != columns[-1], overflow="fold")
        for row in rows:
            table.add_row(*map(Text, row))
        self._console.print(table)
