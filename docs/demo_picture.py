"""The picture of the demo, docs/demo.svg: some calls and one frame of a real run.

The ids are those of the fixed seed of the demo, and nothing in the picture depends on the time.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.terminal_theme import TerminalTheme

from moto_omics_batch import demo

WIDTH = 100
SAMPLES = 2504

#: Like rich's own format, without fonts from the network. The dark window is readable on any page.
_FORMAT = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<title>A run of python -m moto_omics_batch: calls, two batches, their events</title>
<style>
.{unique_id}-matrix {{
font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
font-size: {char_height}px;
}}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""

#: Background, foreground, and the colours black to white and bright black to bright white.
_THEME = TerminalTheme(
    (22, 27, 34),
    (230, 237, 243),
    [
        *((72, 79, 88), (255, 123, 114), (63, 185, 80), (210, 153, 34)),
        *((88, 166, 255), (188, 140, 255), (57, 197, 207), (177, 186, 196)),
    ],
    [
        *((110, 118, 129), (255, 161, 152), (86, 211, 100), (227, 179, 65)),
        *((121, 192, 255), (210, 168, 255), (86, 212, 221), (255, 255, 255)),
    ],
)


def _console(record: bool) -> Console:
    return Console(
        file=io.StringIO(),
        width=WIDTH,
        height=40,
        force_terminal=True,
        color_system="truecolor",
        legacy_windows=False,
        record=record,
        _environ={"TERM": "xterm-256color"},
    )


class _Observer(demo.Screen):
    """A screen that keeps the calls of the picture, and the frame after the first failed run."""

    def __init__(self) -> None:
        super().__init__(_console(record=False), speed=0)
        self.calls: list[RenderableType] = []
        self.frame: RenderableType | None = None
        self._keep = False

    def call(self, name: str, arguments: Mapping[str, Any]) -> None:
        settings = arguments.get("batchRunSettings", arguments)
        self._keep = name in ("faults.run_fails", "omics.start_run_batch") and (
            "runSettingId" in settings or "s3UriSettings" in settings
        )
        super().call(name, arguments)
        self._keep = False

    def draw(self, renderable: RenderableType, plain: str = "") -> None:
        if self._keep:
            self.calls.append(renderable)
        super().draw(renderable, plain)

    def draw_frame(self, display: Live, frame: RenderableType) -> None:
        if self.frame is None and any(event.startswith("run ") for event in self.events):
            self.frame = frame
        super().draw_frame(display, frame)


@cache
def _draw() -> str:
    """Run the demo and return the picture."""
    screen = _Observer()
    assert demo.run(screen, SAMPLES) == 0
    assert screen.frame is not None
    console = _console(record=True)
    console.print(Group(*screen.calls, screen.frame))
    return console.export_svg(
        title="python -m moto_omics_batch",
        theme=_THEME,
        code_format=_FORMAT,
        unique_id="demo",
    )


def _text(svg: str) -> str:
    """Return the characters of a picture, with all ids of seven digits alike."""
    found = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    characters = re.sub(r"\s", "", html.unescape("".join(found)))
    return re.sub(r"\d{7}", "0000000", characters)


def picture(present: str) -> str:
    """Return the picture of the demo as SVG.

    Returns ``present``, the content of the file, if its text is the same. Releases of rich and moto
    differ in the drawing and in the ids.
    """
    new = _draw()
    return present if _text(present) == _text(new) else new
