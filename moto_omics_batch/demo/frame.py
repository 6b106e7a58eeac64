"""One frame of the live progress: batches, the latest calls, the latest events, a legend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.highlighter import ReprHighlighter
from rich.measure import Measurement
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from .batches import BatchView

#: Status of a run → its colour.
STYLES = {
    "pending": "grey62",
    "starting": "yellow",
    "running": "cyan",
    "stopping": "magenta",
    "completed": "green",
    "failed": "red",
    "cancelled": "dark_orange",
    "deleted": "grey42",
}
#: The width from which calls and events stand beside the batches.
BESIDE = 100
#: The number of lines of (calls, events), from the most to the least; the first that fits is used.
SIZES = ((4, 9), (4, 6), (3, 4), (2, 3), (2, 0), (0, 0))
#: The height of a console from which the panel of a batch has all of its rows.
_ROOMY = 30


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


def submitted(batch: BatchView) -> str:
    """Return the text of the submission counts of a batch."""
    ok, failed, total = batch.submissions
    return f"{ok + failed:,} of {total:,}" + (f", {failed:,} failed" if failed else "")


def run_counts(batch: BatchView) -> Text:
    """Return the run counts of a batch, in the colours of the statuses."""
    counts = (Text(f"{number:,} {name}", STYLES[name]) for name, number in batch.runs.items())
    return Text(", ").join(counts) or Text("none yet", "grey62")


def legend() -> Text:
    """Return the statuses of runs in their colours."""
    return Text(" ").join(Text(f"━{name}", style) for name, style in STYLES.items())


def highlighted(call: str) -> Text:
    """Return the text of a call in colours."""
    return ReprHighlighter()(Text(call, "default"))


def _batch(batch: BatchView, compact: bool) -> Panel:
    """Return a panel for a batch: five rows, or three if ``compact`` is true."""
    ok, failed, total = batch.submissions
    *earlier, current = batch.statuses
    statuses = Text(" → ".join([*earlier, ""]), "grey62").append(current, "bold")
    rows = Table.grid(padding=(0, 1), expand=True)
    rows.add_column(no_wrap=True)
    rows.add_column(ratio=1)
    segments = [(number, STYLES[name]) for name, number in batch.runs.items()]
    if compact:
        counts = Text.assemble(f"submitted {submitted(batch)}; runs: ", run_counts(batch))
        rows.add_row("runs", Bar(segments, total))
        content = Group(statuses, rows, counts)
    else:
        rows.add_row("submitted", Bar([(failed, "red"), (ok, "green")], total))
        rows.add_row("", submitted(batch))
        rows.add_row("runs", Bar(segments, total))
        rows.add_row("", run_counts(batch))
        content = Group(statuses, rows)
    title = f"[bold]{batch.title}[/] {batch.id}"
    return Panel(content, title=title, title_align="left", border_style="blue")


def _lines(title: str, lines: Sequence[Text], size: int) -> Panel:
    """Return a panel with the last ``size`` lines."""
    shown = Text("\n", no_wrap=True, overflow="ellipsis").join(lines[-size:])
    return Panel(
        shown, title=title, title_align="left", border_style="grey50", height=size + 2, padding=0
    )


def _layout(
    batches: RenderableType, calls: Panel | None, events: Panel | None, width: int
) -> RenderableType:
    panels = [panel for panel in (calls, events) if panel]
    if width < BESIDE or not panels:
        return Group(batches, *panels, legend())
    columns = Table.grid(expand=True)
    columns.add_column(ratio=3)
    columns.add_column(ratio=2)
    columns.add_row(batches, Group(*panels))
    return Group(columns, legend())


def build_frame(
    console: Console,
    batches: Sequence[BatchView],
    calls: Mapping[str, int],
    events: Sequence[str],
) -> RenderableType:
    """Return a frame that leaves at least one row of the console free.

    ``calls`` maps the text of a call to the number of times that it was made.
    """
    call_lines = [Text(f"{n}x ") + highlighted(t) for t, n in calls.items()]
    event_lines = [Text(line, "red" if "FAILED" in line else "default") for line in events]
    compact = console.height < _ROOMY
    panels = Group(*(_batch(batch, compact) for batch in batches))
    for call_size, event_size in SIZES:
        frame = _layout(
            panels,
            _lines("boto3 calls", call_lines, call_size) if call_size else None,
            _lines("EventBridge events in SQS", event_lines, event_size) if event_size else None,
            console.width,
        )
        if len(console.render_lines(frame)) < console.height:
            break
    return frame
