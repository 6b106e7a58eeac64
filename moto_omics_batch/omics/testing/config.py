"""The settings of a mock, ``mock_aws(config={"omics": {…}})``, and their checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from moto.core.config import default_user_config

from ...domain.declared_workflow import DeclaredWorkflow, check_distinct, declared_workflow
from .account_state import SubmissionRates

if TYPE_CHECKING:
    from ...domain.declared_stores import DeclaredStore

#: The values of ``check``: the services at which HealthOmics checks what a request names.
CHECKS = ("ec2", "iam", "omics", "s3")

#: The keys of ``quotas``, each a whole number above 0.
QUOTAS = ("active_runs", "configurations", "stored_runs")


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def _is_names(value: Any) -> bool:
    return _is_list(value) and all(isinstance(v, str) and v for v in value)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_switch(value: Any) -> bool:
    return isinstance(value, bool)


def _is_checks(value: Any) -> bool:
    return _is_list(value) and all(v in CHECKS for v in value)


def _is_quotas(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        k in QUOTAS and _is_count(v) for k, v in value.items()
    )


def _is_any(value: Any) -> bool:
    return True


def _is_objects(value: Any) -> bool:
    return _is_list(value) and all(isinstance(item, Mapping) for item in value)


_KEYS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "check": (_is_checks, f"a list of {', '.join(CHECKS)}"),
    "infer_templates": (_is_switch, "True or False"),
    "logs": (_is_switch, "True or False"),
    "outputs": (_is_objects, "a list of dicts"),
    "reference_store": (_is_any, "an id or a dict"),
    "sequence_stores": (_is_list, "a list of ids and of dicts"),
    "quotas": (_is_quotas, f"whole numbers above 0 for {', '.join(QUOTAS)}"),
    "submissions_per_tick": (_is_count, "a whole number above 0"),
    "tasks": (_is_objects, "a list of dicts"),
    "workflows": (_is_list, "a list of workflow ids and of dicts"),
    "configurations": (_is_names, "a list of configuration names"),
}

#: The keys whose items are declarations.
_DECLARATIONS = ("outputs", "tasks", "workflows")

#: The keys of declared stores.
_STORES = ("reference_store", "sequence_stores")

#: The settings of a mock without any: one object, so that it is checked once.
_NONE: Mapping[str, Any] = {}


def check(config: Mapping[str, Any]) -> None:
    """Check settings. Raises ValueError for an unknown key or value, and lists what exists."""
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
        if key in _DECLARATIONS:
            _check_declarations(key, value)
    if any(key in config for key in _STORES):
        _check_stores(config)


def _check_stores(config: Mapping[str, Any]) -> None:
    from ...domain.declared_stores import check_distinct

    try:
        check_distinct(_declared_stores(config))
    except ValueError as wrong:
        keys = " and ".join(key for key in _STORES if key in config)
        raise ValueError(f"config['omics'], {keys}: {wrong}") from None


def _declared_stores(config: Mapping[str, Any]) -> list[DeclaredStore]:
    """Return the declared reference store, if there is one, and the sequence stores."""
    from ...domain.declared_stores import reference_store, sequence_stores

    found = [reference_store(config["reference_store"])] if "reference_store" in config else []
    return found + sequence_stores(config.get("sequence_stores", ()))


def _reader(key: str) -> Callable[[Any], object]:
    """Return how the declarations of a key are read; most mocks have none."""
    from ...domain.output_declaration import OutputDeclaration
    from ...domain.task_declaration import TaskDeclaration

    readers: dict[str, Callable[[Any], object]] = {
        "outputs": OutputDeclaration,
        "tasks": TaskDeclaration,
        "workflows": declared_workflow,
    }
    return readers[key]


def _check_declarations(key: str, objects: Sequence[Any]) -> None:
    read = _reader(key)
    for number, arguments in enumerate(objects):
        try:
            read(arguments)
        except ValueError as wrong:
            raise ValueError(f"config['omics'][{key!r}][{number}]: {wrong}") from None
    if key == "workflows":
        try:
            check_distinct(map(declared_workflow, objects))
        except ValueError as wrong:
            raise ValueError(f"config['omics'][{key!r}]: {wrong}") from None


class MockSettings:
    """The settings of the active mock, as the backend of one region sees them.

    ``rates`` replace the setting ``submissions_per_tick``.
    """

    def __init__(self, region: str, rates: SubmissionRates) -> None:
        self._config: Mapping[str, Any] = _NONE
        self._region = region
        self._rates = rates

    @staticmethod
    def _current() -> Mapping[str, Any]:
        user_config = cast("Mapping[str, Any]", default_user_config)
        config: Mapping[str, Any] = user_config.get("omics", _NONE)
        return config

    @property
    def outdated(self) -> bool:
        """Whether the active mock has other settings."""
        return self._current() is not self._config

    def refresh(self) -> None:
        """Take over the settings of the active mock.

        Raises ValueError for an unknown key or value.
        """
        config = self._current()
        check(config)
        self._config = config

    def checks(self, service: str) -> bool:
        """Return whether the checks at another service are on."""
        return service in self._config.get("check", ())

    def quota(self, name: str) -> int | None:
        """Return a quota, None when it is not set."""
        quota: int | None = self._config.get("quotas", {}).get(name)
        return quota

    @property
    def logs(self) -> bool:
        """Whether runs write logs to CloudWatch (L20)."""
        return bool(self._config.get("logs", False))

    @property
    def infer_templates(self) -> bool:
        """Whether definitions are read for parameters, tasks and errors (L81); the default."""
        return bool(self._config.get("infer_templates", True))

    @property
    def workflows(self) -> list[DeclaredWorkflow]:
        """The workflows that exist from the start."""
        return [declared_workflow(value) for value in self._config.get("workflows", ())]

    @property
    def reference_store(self) -> DeclaredStore | None:
        """The reference store that exists from the start, with its references."""
        if "reference_store" not in self._config:
            return None
        return _declared_stores({"reference_store": self._config["reference_store"]})[0]

    @property
    def sequence_stores(self) -> list[DeclaredStore]:
        """The sequence stores that exist from the start, with their read sets."""
        if "sequence_stores" not in self._config:
            return []
        return _declared_stores({"sequence_stores": self._config["sequence_stores"]})

    @property
    def configurations(self) -> list[str]:
        """The names of configurations that exist from the start."""
        return list(self._config.get("configurations", ()))

    @property
    def outputs(self) -> list[Mapping[str, Any]]:
        """The outputs of runs that are declared from the start (L57)."""
        return list(self._config.get("outputs", ()))

    @property
    def tasks(self) -> list[Mapping[str, Any]]:
        """The tasks that are declared from the start (L57)."""
        return list(self._config.get("tasks", ()))

    @property
    def entries_per_step(self) -> int | None:
        """How many entries of a batch one step submits, None for all."""
        return self._rates.get(self._region) or self._config.get("submissions_per_tick")
