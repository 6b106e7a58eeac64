"""Inputs of runs that are in HealthOmics storage: ``omics://`` URIs (S180 to S182)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Protocol

from ...domain.outcomes import InjectedOutcome
from ...domain.run_selection import RunRef
from ...domain.runs import RunBlock
from ...domain.tables import RUN_STARTS
from ..integrations.s3 import texts
from .context import Context

_SCHEME = "omics://"

#: S180: in any case of letters, with or without the file.
_URI = re.compile(
    r"omics://(?P<account>\d{12})\.storage\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/(?P<store>\d+)/"
    r"(?:readset/(?P<id>\d+)(?:/(?:source1|source2|index))?"
    r"|reference/(?P<reference>\d+)(?:/(?:source|index))?)",
    re.ASCII | re.IGNORECASE,
)


class StoredFiles(Protocol):
    """Finds read sets and references."""

    def stored_status(
        self, kind: str, store_id: str, id: str, at: datetime, *, access: bool
    ) -> str | None:
        """Return the status of a read set or a reference ``at`` a time, None without one.

        ``kind`` is ``readset`` or ``reference``. An ``access`` to a read set is counted (S182).
        """
        ...

    @property
    def in_use(self) -> bool:
        """Whether there are any stores."""
        ...


class StorageInputs:
    """Fails runs whose inputs in storage cannot be read (`run_outcomes.NaturalOutcomes`).

    That is checked with ``check: ["omics"]`` only; a run counts as an access in any case.
    """

    def __init__(self, context: Context, stored: StoredFiles):
        self._context = context
        self._stored = stored

    def concerns(self, block: RunBlock, status: str) -> bool:
        """Return whether runs of a block that leave ``status`` read their inputs."""
        return status == RUN_STARTS and (
            self._stored.in_use or self._context.settings.checks("omics")
        )

    def outcome(
        self, run: RunRef, status: str, at: datetime, *, preview: bool
    ) -> InjectedOutcome | None:
        """Return how a run fails whose inputs cannot be read (S181)."""
        checked = self._context.settings.checks("omics")
        # The parameters in an object of S3 were read just before.
        file = run.block.parameters_file
        parameters = run.settings.get("parameters") if file is None else file.parameters
        for uri in _uris(parameters):
            problem = self._problem(uri, at, access=not preview)
            if problem is not None and checked:
                return problem
        return None

    def _problem(self, uri: str, at: datetime, *, access: bool) -> InjectedOutcome | None:
        found = _URI.fullmatch(uri)
        if found is None:
            return InjectedOutcome("INVALID_URI_INPUT", f"The provided URI is invalid: {uri:.300}.")
        own = self._context.account_id, self._context.region
        if (found["account"], found["region"].lower()) != own:
            return None
        kind, id = ("readset", found["id"]) if found["id"] else ("reference", found["reference"])
        status = self._stored.stored_status(kind, found["store"], id, at, access=access)
        if status is None:
            return InjectedOutcome(
                "INPUT_URI_NOT_FOUND", f"The provided URI does not exist: {uri:.300}."
            )
        return None if status == "ACTIVE" else InjectedOutcome("INACTIVE_OMICS_STORAGE_RESOURCE")


def _uris(parameters: Any) -> Iterator[str]:
    return (text for text in texts(parameters) if text[: len(_SCHEME)].lower() == _SCHEME)
