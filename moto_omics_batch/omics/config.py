"""``mock_aws(config={"omics": {…}})``: what a test may set, and a check of what it did set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from moto.core.config import default_user_config


def _names(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(v, str) and v for v in value)


def _ids(value: Any) -> bool:
    return _names(value) and all(v.isascii() and v.isdecimal() and len(v) <= 18 for v in value)


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


#: What ``check`` may name: the services at which HealthOmics checks what a request names.
CHECKS = ("ec2", "iam", "s3")

#: What ``quotas`` may name, each a whole number above 0.
QUOTAS = ("active_runs", "configurations", "stored_runs")


def _checks(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(v in CHECKS for v in value)


def _quotas(value: Any) -> bool:
    return isinstance(value, Mapping) and all(k in QUOTAS and _count(v) for k, v in value.items())


_KEYS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "check": (_checks, f"a list of {', '.join(CHECKS)}"),
    "quotas": (_quotas, f"whole numbers above 0 for {', '.join(QUOTAS)}"),
    "submissions_per_tick": (_count, "a whole number above 0"),
    "workflows": (_ids, "a list of workflow ids"),
    "configurations": (_names, "a list of configuration names"),
}


#: What a mock has that sets nothing; one object, so that nobody looks at it twice.
_NOTHING: Mapping[str, Any] = {}


def current() -> Mapping[str, Any]:
    """The settings of the mock that is active, empty when it has none."""
    config: Mapping[str, Any] = cast("Mapping[str, Any]", default_user_config)
    return config.get("omics", _NOTHING)  # type: ignore[no-any-return]


def check(config: Mapping[str, Any]) -> None:
    """Raises ValueError for a key or value that does not exist, and lists what does."""
    if not isinstance(config, Mapping):
        raise ValueError(f"config['omics'] must be a dict, not {config!r}")
    for key, value in config.items():
        if key not in _KEYS:
            raise ValueError(
                f"config['omics'] has no {key!r}; there are {', '.join(sorted(_KEYS))}"
            )
        valid, expected = _KEYS[key]
        if not valid(value):
            raise ValueError(f"config['omics'][{key!r}] must be {expected}, not {value!r}")
