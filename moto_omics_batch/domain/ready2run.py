"""The READY2RUN workflows with a publicly known id (W5)."""

from __future__ import annotations

#: Workflow id → name, None where the name is not publicly known.
READY2RUN: dict[str, str | None] = {
    "1830181": "ESMFold for up to 800 residues",
    "2174942": None,
    "7330987": None,
}
