"""State transitions of HealthOmics that a test sets do not outlive it.

What a test sets is restored after the test. What the set-up of a fixture sets is restored when the
fixture ends: a fixture of the session sets a transition for all tests.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from functools import partial
from typing import Any

import pytest
from moto.moto_api import state_manager

from ..omics.resources.context import TRANSITIONS

Transition = dict[str, Any]
#: Name in moto's state manager → transition, None where none is set.
Changes = dict[str, Transition | None]


def current() -> dict[str, Transition]:
    """Return the transitions of HealthOmics that are set, without the defaults."""
    found = state_manager._transitions
    if not found:
        return {}
    return {name: dict(found[name]) for name in TRANSITIONS if name in found}


def apply(changes: Mapping[str, Transition | None]) -> None:
    """Set transitions, and unset those that are None."""
    for name, transition in changes.items():
        if transition is None:
            state_manager.unset_transition(name)
        else:
            state_manager.set_transition(name, dict(transition))


def restore(before: Mapping[str, Transition]) -> None:
    """Set the transitions of HealthOmics to those that `current` returned."""
    apply(_difference(current(), before))


def _difference(before: Mapping[str, Transition], after: Mapping[str, Transition]) -> Changes:
    """Return what changed, with the later values."""
    if before == after:
        return {}
    return {
        name: after.get(name) for name in {**before, **after} if before.get(name) != after.get(name)
    }


class _Layers:
    """The changes of fixtures. Those of the fixture that was set up last apply."""

    def __init__(self) -> None:
        self._below: Changes = {}
        self._layers: list[Changes] = []

    def add(self, layer: Changes, before: Mapping[str, Transition]) -> None:
        """Add the changes of a fixture; ``before`` are the transitions before its set-up."""
        for name in layer:
            if not any(name in other for other in self._layers):
                self._below[name] = before.get(name)
        self._layers.append(layer)

    def remove(self, layer: Changes) -> Changes:
        """Undo the changes of a fixture, also if others were set up later and continue.

        Return what applies instead.
        """
        self._layers = [other for other in self._layers if other is not layer]
        changes = {}
        for name in layer:
            values = [other[name] for other in self._layers if name in other]
            changes[name] = values[-1] if values else self._below[name]
        apply(changes)
        return changes


class Transitions:
    """A pytest plugin that restores the state transitions of HealthOmics."""

    def __init__(self) -> None:
        self._layers = _Layers()
        #: The transitions before each fixture and test that is running, outermost first. What the
        #: set-up of an inner fixture changes does not count as a change of those around it.
        self._before: list[dict[str, Transition]] = []
        # The plugin may be registered in the middle of a test.
        self._at_registration: dict[str, Transition] | None = self._begin()

    def _begin(self) -> dict[str, Transition]:
        before = current()
        self._before.append(before)
        return before

    def _end(self, before: dict[str, Transition]) -> Changes:
        """Return what changed since `_begin` returned ``before``."""
        self._before = [other for other in self._before if other is not before]
        return _difference(before, current())

    def _add_layer(self, layer: Changes, before: Mapping[str, Transition]) -> None:
        if not layer:
            return
        self._layers.add(layer, before)
        self._exclude(layer)

    def _exclude(self, changes: Changes) -> None:
        """Let these changes not count as changes of what is running."""
        for before in self._before:
            before.update({name: value for name, value in changes.items() if value is not None})
            for name in [name for name, value in changes.items() if value is None]:
                before.pop(name, None)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any]
    ) -> Generator[None, object, object]:
        """Keep what a fixture changes until it ends."""
        layer: Changes = {}
        # Finalizers run in reverse order: this one after those of the fixture itself.
        fixturedef.addfinalizer(partial(self._end_fixture, layer))
        before = self._begin()
        try:
            return (yield)
        finally:
            layer.update(self._end(before))
            self._add_layer(layer, before)

    def _end_fixture(self, layer: Changes) -> None:
        if layer:
            self._exclude(self._layers.remove(layer))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None, object, object]:
        """Undo what a test changes."""
        return (yield from self._restoring(self._begin()))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self) -> Generator[None, object, object]:
        """Undo what fixtures change when they end, and what changed since a late registration."""
        if self._at_registration is not None:
            self._restore(self._at_registration)
            self._at_registration = None
        return (yield from self._restoring(self._begin()))

    def _restoring(self, before: dict[str, Transition]) -> Generator[None, object, object]:
        try:
            return (yield)
        finally:
            self._restore(before)

    def _restore(self, before: dict[str, Transition]) -> None:
        if self._end(before):
            restore(before)

    # -- registered in the middle of a test --

    def claim(self, fixturedef: pytest.FixtureDef[Any]) -> None:
        """Assign what changed since the registration to a fixture whose set-up ends now."""
        before = self._at_registration
        if before is not None:
            layer = self._end(before)
            self._add_layer(layer, before)
            fixturedef.addfinalizer(partial(self._end_fixture, layer))
            self._at_registration = self._begin()

    def pytest_runtest_logstart(self) -> None:
        """Forget the registration: it was before this test, and so were changes since."""
        if self._at_registration is not None:
            self._end(self._at_registration)
            self._at_registration = None
