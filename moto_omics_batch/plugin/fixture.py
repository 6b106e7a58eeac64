"""The fixture ``omics_mock`` and its marker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

if TYPE_CHECKING:
    from .mock import OmicsMock

MARKER = "omics_mock"

#: Set while the fixture is active, if the faults are checked after the test function.
CHECKED = pytest.StashKey[bool]()


def marker_settings(item: pytest.Item) -> dict[str, Any]:
    """Return the keywords of all markers of a test; those of the closest marker apply.

    Fails the test, with its name, if a marker has positional arguments.
    """
    settings: dict[str, Any] = {}
    # pytest orders the marks of a parameter after those of the function.
    of_parameters = getattr(getattr(item, "callspec", None), "marks", ())
    markers = [mark for mark in of_parameters if mark.name == MARKER]
    for marker in (*markers, *item.iter_markers(MARKER)):
        if marker.args:
            _fail(item, f"takes keyword arguments only, not {marker.args[0]!r}")
        settings = {**marker.kwargs, **settings}
    return settings


def _fail(item: pytest.Item, message: str) -> NoReturn:
    pytest.fail(f"{item.nodeid}: @pytest.mark.{MARKER}: {message}", pytrace=False)


@contextmanager
def mock_for(item: pytest.Item) -> Iterator[OmicsMock]:
    """Start a mock with the settings of the markers of a test.

    Fails the test if a keyword does not exist or if its value is invalid.
    """
    from .mock import OmicsMock

    settings = marker_settings(item)
    # The faults are checked in the call phase: an error of the teardown would leave the test
    # itself passed.
    checked = settings.pop("assert_all_faults_matched", True)
    problem = ""
    with ExitStack() as stack:
        try:
            mock = OmicsMock(**settings, assert_all_faults_matched=False)
            stack.enter_context(mock)
        except (TypeError, ValueError) as error:
            problem = str(error)
        # Outside of the handler: pytest would show the first error as well.
        if problem:
            _fail(item, problem)
        if checked:
            item.stash[CHECKED] = True
            stack.callback(item.stash.__delitem__, CHECKED)
        yield mock
