"""CWL definitions: inputs, outputs and steps of the main file and those that it runs (L83)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from ..domain.tasks import TaskSpec
from .archive import Archive
from .cwl_files import CwlFiles, Process, entries, local_name, mapping
from .quantities import MAX_NAME, whole


def read(archive: Archive, main: str) -> dict[str, Any]:
    """Return what a CWL definition says, by wire name; nothing for what cannot be read."""
    found: dict[str, Any] = {}
    with suppress(Exception):
        files = CwlFiles(archive)
        process = files.open(main)
        if process is not None:
            found["tasks"] = _Steps(files).tasks(process)
            found["outputs"] = [name for name, _ in entries(process.body.get("outputs"))]
            found["parameterTemplate"] = {
                name: _parameter(entry) for name, entry in entries(process.body.get("inputs"))
            }
    return found


def _parameter(entry: Any) -> dict[str, Any]:
    """Return the entry of the parameterTemplate for an input."""
    about = mapping(entry)
    type = about.get("type") if about else entry
    nullable = "null" in type if isinstance(type, list) else str(type).endswith("?")
    return {
        "description": " ".join(str(about.get("label") or "").split())[:256],
        "optional": nullable or type == "null" or "default" in about,
    }


class _Asked(NamedTuple):
    """Hints and requirements by class; those of a process replace those around it."""

    hints: Mapping[str, Any]
    requirements: Mapping[str, Any]

    def within(self, inner: Mapping[str, Any]) -> _Asked:
        """Return what holds for a process or step that is within this one."""
        return _Asked(
            {**self.hints, **_by_class(inner.get("hints"))},
            {**self.requirements, **_by_class(inner.get("requirements"))},
        )

    def get(self, name: str) -> Mapping[str, Any]:
        """Return the requirement of a class, or else the hint."""
        return mapping(self.requirements.get(name) or self.hints.get(name))


def _by_class(section: Any) -> dict[str, Any]:
    """Return hints or requirements by class: ``cwltool:CUDARequirement`` → CUDARequirement."""
    if isinstance(section, list):
        section = {str(mapping(item).get("class")): item for item in section}
    return {
        name.rpartition("#")[2].rpartition(":")[2]: value
        for name, value in mapping(section).items()
    }


class _Steps:
    """Collects the tasks of a process: a tool is one, a workflow has those of its steps."""

    def __init__(self, files: CwlFiles):
        self._files = files
        self._tasks: dict[str, TaskSpec] = {}
        self._visited: set[int] = set()

    def tasks(self, process: Process) -> list[TaskSpec]:
        """Return the tasks of the main process, each name once."""
        stem = posixpath.splitext(posixpath.basename(process.file))[0]
        self._add(process, local_name(process.body.get("id")) or stem, _Asked({}, {}))
        return list(self._tasks.values())

    def _add(self, process: Process, name: str, outer: _Asked) -> None:
        asked, kind = outer.within(process.body), process.body.get("class")
        if kind == "CommandLineTool":
            spec = _spec(name[:MAX_NAME], process.body, asked)
            self._tasks.setdefault(spec.name, spec)
        # A workflow may run itself, in the file or by an alias of YAML.
        if kind != "Workflow" or id(process.body) in self._visited:
            return
        self._visited.add(id(process.body))
        for step_name, step in self._steps(process):
            if run := self._files.run_of(process, step.get("run")):
                self._add(run, step_name, asked.within(step))

    @staticmethod
    def _steps(process: Process) -> Iterator[tuple[str, Mapping[str, Any]]]:
        return ((name, mapping(step)) for name, step in entries(process.body.get("steps")))


def _spec(name: str, tool: Mapping[str, Any], asked: _Asked) -> TaskSpec:
    """Return the task of a tool (L33, L68)."""
    resources, docker = asked.get("ResourceRequirement"), asked.get("DockerRequirement")
    # ramMin is in MiB.
    mebibytes = whole(resources.get("ramMin") or resources.get("ramMax")) or 0
    image = docker.get("dockerPull") or docker.get("dockerImageId")
    reuse = asked.get("WorkReuse").get("enableReuse")
    return TaskSpec(
        name,
        cpus=whole(resources.get("coresMin") or resources.get("coresMax")) or 1,
        memory=max(-(-mebibytes // 1024), 1),
        gpus=whole(asked.get("CUDARequirement").get("cudaDeviceCountMin"), least=0) or 0,
        image=image if isinstance(image, str) else None,
        cacheable=bool(docker) and bool(tool.get("outputs")) and reuse is not False,
    )
