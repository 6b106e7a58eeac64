"""A fault that a test injects, and that never matched, fails the test."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from .fixture import CHECKED


class UnmatchedFaults:
    """A pytest plugin that checks the faults of the fixture ``omics_mock`` after each test."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """Fail the test, in its call phase, unless it failed already."""
        result = yield
        if CHECKED in item.stash:
            from .mock import unmatched_faults

            message = unmatched_faults()
            if message:
                pytest.fail(message, pytrace=False)
        return result
