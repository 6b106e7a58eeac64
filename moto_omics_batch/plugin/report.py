"""A section in the report of a failed test: what HealthOmics did in it.

While tests pass, references to the objects of each mock are kept until the end of the test, and
nothing is read from them. The text is made when a test has failed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from typing import NamedTuple

import pytest

from .._mock import before_end
from ..domain.call_log import Call, CallLog
from ..omics.models import OmicsBackend, omics_backends
from .backend_state import BackendState, MockState

#: The title of the section.
TITLE = "HealthOmics"

#: How many mocks of a test are reported, the last ones.
MOST_MOCKS = 3


class _Activity(NamedTuple):
    """What changes in a backend when a test calls it or injects a fault."""

    last_call: Call | None
    faults: int

    @classmethod
    def of(cls, backend: OmicsBackend) -> _Activity:
        """Return the present activity of a backend."""
        last = backend.calls.last
        return cls(last[-1] if last else None, backend.engine.faults.store.added)

    def differs(self, other: _Activity) -> bool:
        """Return whether there were calls or faults between two activities."""
        # Calls are compared by identity: two equal calls are two calls.
        return self.last_call is not other.last_call or self.faults != other.faults


_NONE = _Activity(None, 0)


class FailureReport:
    """Adds the section to the reports of failed tests."""

    def __init__(self) -> None:
        self._mocks: deque[MockState] = deque(maxlen=MOST_MOCKS)
        self._number = 0
        #: What was done before the test in the backends that existed then.
        self._before: dict[CallLog, _Activity] = {}
        before_end.append(self.keep)

    def pytest_unconfigure(self) -> None:
        """Keep nothing any more: the test run has ended."""
        if self.keep in before_end:
            before_end.remove(self.keep)

    def pytest_runtest_logstart(self) -> None:
        """Remember which backends of an earlier mock still exist, and what was done in them."""
        self._before = {b.calls: _Activity.of(b) for b in _backends()}

    def pytest_runtest_logfinish(self) -> None:
        """Drop the references to the objects of all mocks."""
        self._mocks.clear()
        self._before.clear()
        self._number = 0

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Add the section to the report of a phase that failed."""
        report = yield
        if report.failed and (text := self._section()):
            report.sections.append((TITLE, text))
        return report

    def keep(self) -> None:
        """Keep references to the backends of the active mock that the test has used.

        This is called before a mock removes its data, and when a phase of a test has failed.
        """
        states = [
            BackendState.of(backend, before.last_call)
            for backend in _backends()
            if (before := self._before.get(backend.calls, _NONE)).differs(_Activity.of(backend))
        ]
        if not states:
            return
        if self._mocks and _share(self._mocks[-1].backends, states):
            # The same mock, or one that kept the data of the one before.
            self._mocks[-1] = self._mocks[-1]._replace(backends=states)
            return
        self._number += 1
        self._mocks.append(MockState(self._number, states))

    def _section(self) -> str:
        """Return the section, empty if the test has not used HealthOmics.

        An error becomes the text of the section: it never fails a test run.
        """
        try:
            self.keep()
            if not self._mocks:
                return ""
            from .report_text import render

            return render(list(self._mocks), self._number)
        except Exception as error:
            return f"This section could not be written: {type(error).__name__}: {error}"


def _backends() -> list[OmicsBackend]:
    """Return the backends of all accounts and regions that exist now."""
    return [
        backend for regions in list(omics_backends.values()) for backend in list(regions.values())
    ]


def _share(some: list[BackendState], others: list[BackendState]) -> bool:
    """Return whether two lists have a backend in common, with the same data."""
    return any(state.calls is other.calls for state in some for other in others)
