"""The engineSettings of Nextflow runs (L105, L106, L123). Other engines ignore them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .text import shorten

#: The engine whose runs have engine settings.
NEXTFLOW = "NEXTFLOW"

VERSIONS = ("22.04.0", "23.10.0", "24.10.8", "25.10.0", "26.04.0")
#: The version of runs that ask for none, and the only one with syntax v2.
DEFAULT_VERSION = VERSIONS[-1]

#: The short form of each version: ``26.04``.
_LONG_FORMS = {version.rpartition(".")[0]: version for version in VERSIONS}

_CHOICES = {
    "engineVersion": (*VERSIONS, *_LONG_FORMS),
    "syntaxVersion": ("v1", "v2"),
    "outputFormat": ("json", "text", "none"),
}

#: The profile of runs that name none; a workflow need not define it.
_DEFAULT_PROFILE = "standard"


def engine_version(settings: Any) -> str:
    """Return the version of Nextflow that runs with valid engineSettings use, in the long form.

    ``settings`` are None for runs without them.
    """
    asked: str | None = (settings or {}).get("engineVersion")
    return DEFAULT_VERSION if asked is None else _LONG_FORMS.get(asked, asked)


class EngineRules:
    """The rules for the engineSettings of the runs of one Nextflow workflow.

    ``profiles`` are those of the workflow, None when they are not known.
    """

    def __init__(self, profiles: Iterable[str] | None):
        self._profiles = None if profiles is None else sorted({_DEFAULT_PROFILE, *profiles})

    def problem(self, settings: Any, path: str = "") -> str | None:
        """Return why Nextflow cannot run with these engineSettings, None when it can.

        ``path`` is the path of the structure that has them, such as ``defaultRunSetting.``. A null
        counts as absent; unknown keys are accepted.
        """
        path = f"{path}engineSettings"
        if not isinstance(settings, dict):
            return f"'{path}' must be an object"
        for name, choice in _CHOICES.items():
            if (value := settings.get(name)) is not None and value not in choice:
                return f"'{path}.{name}' must be one of {', '.join(choice)}{_shown(value)}"
        version = engine_version(settings)
        if settings.get("syntaxVersion") == "v2" and version != DEFAULT_VERSION:
            return f"'{path}.syntaxVersion' v2 needs engineVersion {DEFAULT_VERSION}, not {version}"
        return self._profile_problem(settings.get("profile"), f"{path}.profile")

    def _profile_problem(self, profile: Any, path: str) -> str | None:
        """Check the names of profiles, which Nextflow separates with commas."""
        if profile is None:
            return None
        if not isinstance(profile, str):
            return f"'{path}' must be a text"
        if self._profiles is None:
            return None
        for name in profile.split(","):
            if name not in self._profiles:
                return f"'{path}' must be one of {', '.join(self._profiles)}{_shown(name)}"
        return None


def _shown(value: Any) -> str:
    return f", not '{shorten(value)}'" if isinstance(value, str) else ""
