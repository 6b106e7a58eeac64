"""The tags that the service gives a read set (S151)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: S151: the tags that the service gives a read set.
SERVICE_TAGS = {"aws:omics:subjectId": "subjectId", "aws:omics:sampleId": "sampleId"}


def service_tags(source: Mapping[str, Any]) -> dict[str, str]:
    """Return the tags of a source with those of the service (S151)."""
    return {
        **(source.get("tags") or {}),
        **{tag: source[member] for tag, member in SERVICE_TAGS.items()},
    }
