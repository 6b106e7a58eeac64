"""The features of the pytest plugin, each a small plugin of its own.

They are registered with pytest as soon as the backend is registered with moto, which may be in the
middle of a test: a test run that never imports moto pays nothing for them.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

import pytest


def _report(config: pytest.Config) -> object | None:
    if not config.getini("moto_omics_report"):
        return None
    from .report import FailureReport

    return FailureReport()


def _shared_models(config: pytest.Config) -> object | None:
    if not config.getini("moto_omics_shared_models"):
        return None
    from .shared_models import SharedModels

    return SharedModels(config)


def _transitions(config: pytest.Config) -> object:
    from .transitions import Transitions

    return Transitions()


def _unmatched(config: pytest.Config) -> object:
    from .unmatched import UnmatchedFaults

    return UnmatchedFaults()


def _guard(config: pytest.Config) -> object | None:
    if not config.getini("moto_omics_guard"):
        return None
    from .guard import Guard

    return Guard(config)


#: Name → a function that returns the feature, None if the options of the test run switch it off.
FEATURES: dict[str, Callable[[pytest.Config], object | None]] = {
    "report": _report,
    "transitions": _transitions,
    "unmatched": _unmatched,
    "guard": _guard,
    "shared_models": _shared_models,
}

_lock = Lock()


def register(config: pytest.Config) -> None:
    """Register the features with pytest; further calls change nothing.

    Features of another copy of this package, which belong to a moto that was imported before, are
    replaced.
    """
    with _lock:
        for name, make in FEATURES.items():
            _register_one(config, f"moto_omics_{name}", make)


def registered_during(config: pytest.Config, fixturedef: pytest.FixtureDef[Any]) -> None:
    """Tell the features that they were registered while this fixture was set up."""
    feature = config.pluginmanager.get_plugin("moto_omics_transitions")
    if feature is not None:
        feature.claim(fixturedef)


def _register_one(
    config: pytest.Config, name: str, make: Callable[[pytest.Config], object | None]
) -> None:
    manager = config.pluginmanager
    known = manager.get_plugin(name)
    if getattr(known, "made_by", None) is make:
        return
    if known is not None:
        manager.unregister(known)
    feature = make(config)
    if feature is not None:
        feature.made_by = make  # type: ignore[attr-defined]
        manager.register(feature, name)
