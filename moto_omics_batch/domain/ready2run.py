"""The READY2RUN workflows whose ids are publicly known (W5): id → name, as far as that is known."""

from __future__ import annotations

READY2RUN: dict[str, str | None] = {
    "1830181": "ESMFold for up to 800 residues",
    "2174942": None,
    "7330987": None,
}
