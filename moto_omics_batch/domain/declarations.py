"""What a test declares about the results of runs, and which declarations fit a run (L57)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any, Generic, TypeVar

from .output_declaration import OutputDeclaration
from .output_files import Outputs
from .placeholders import RunValues
from .run_selection import RunRef
from .run_words import WORDS
from .runs import RunBlock
from .task_declaration import TaskDeclaration

Arguments = Mapping[str, Any]

Declaration = OutputDeclaration | TaskDeclaration

#: The words that can differ between the runs of a block.
_OF_ONE_RUN = ("runId", "runSettingId", "name")


Declared = TypeVar("Declared", OutputDeclaration, TaskDeclaration)


class _Index(Generic[Declared]):
    """Declarations by the most selective of their words, so that a run finds its own at once."""

    def __init__(self) -> None:
        self._number = count()
        #: Word → value → (number, declaration). The word None stands for all runs.
        self._by_word: dict[str | None, dict[str | None, list[tuple[int, Declared]]]] = {}

    def add(self, declaration: Declared) -> None:
        """Add a declaration behind all others."""
        word = next((word for word in WORDS if word in declaration.words), None)
        value = declaration.words[word] if word is not None else None
        found = self._by_word.setdefault(word, {}).setdefault(value, [])
        found.append((next(self._number), declaration))

    def fitting(self, values: RunValues) -> list[Declared]:
        """Return the declarations that fit a run, in the order in which they were added."""
        found = [
            (number, declaration)
            for word, by_value in self._by_word.items()
            for number, declaration in by_value.get(values.get(word) if word else None, ())
            if all(values.get(name) == value for name, value in declaration.words.items())
        ]
        found.sort(key=lambda entry: entry[0])
        return [declaration for _, declaration in found]

    def may_fit(self, values: RunValues) -> bool:
        """Return whether a declaration can fit runs of a block; ``values`` are of any of them."""
        return any(
            word in _OF_ONE_RUN or (values.get(word) if word else None) in by_value
            for word, by_value in self._by_word.items()
        )

    def __bool__(self) -> bool:
        return bool(self._by_word)


class Declarations:
    """The declarations of one account and region: those of the settings, then those of calls."""

    def __init__(self) -> None:
        self._configured = list[OutputDeclaration](), list[TaskDeclaration]()
        self._called = list[OutputDeclaration](), list[TaskDeclaration]()
        self._outputs = _Index[OutputDeclaration]()
        self._tasks: dict[str, _Index[TaskDeclaration]] = {}

    # -- declaring --

    def configure(self, outputs: Iterable[Arguments], tasks: Iterable[Arguments]) -> None:
        """Replace the declarations of the settings of the mock. Raises ValueError."""
        self._configured = (
            [OutputDeclaration(arguments) for arguments in outputs],
            [TaskDeclaration(arguments) for arguments in tasks],
        )
        self._index_all()

    def add_outputs(self, arguments: Arguments) -> None:
        """Declare outputs. Raises ValueError for what does not exist, and lists what exists."""
        self.add(OutputDeclaration(arguments))

    def add_task(self, arguments: Arguments) -> None:
        """Declare a task. Raises ValueError for what does not exist, and lists what exists."""
        self.add(TaskDeclaration(arguments))

    def add(self, declaration: Declaration) -> None:
        """Add a declaration that was read already: backends of several regions share it."""
        if isinstance(declaration, OutputDeclaration):
            self._called[0].append(declaration)
            self._outputs.add(declaration)
        else:
            self._called[1].append(declaration)
            self._index_task(declaration)

    def clear(self) -> None:
        """Remove the declarations of calls; those of the settings of the mock stay."""
        for declarations in self._called:
            declarations.clear()
        self._index_all()

    def shown(self) -> dict[str, list[dict[str, Any]]]:
        """Return all declarations as JSON, with shortened bodies, in the order that counts."""
        (outputs, tasks), (more_outputs, more_tasks) = self._configured, self._called
        return {
            "outputs": [declaration.shown for declaration in (*outputs, *more_outputs)],
            "tasks": [declaration.shown for declaration in (*tasks, *more_tasks)],
        }

    def _index_all(self) -> None:
        self._outputs, self._tasks = _Index(), {}
        for outputs, tasks in (self._configured, self._called):
            for output in outputs:
                self._outputs.add(output)
            for task in tasks:
                self._index_task(task)

    def _index_task(self, declaration: TaskDeclaration) -> None:
        self._tasks.setdefault(declaration.task, _Index()).add(declaration)

    # -- what fits a run --

    @property
    def any_outputs(self) -> bool:
        """Whether outputs of any run were declared."""
        return bool(self._outputs)

    @property
    def any_tasks(self) -> bool:
        """Whether any task was declared."""
        return bool(self._tasks)

    def may_have_outputs(self, block: RunBlock) -> bool:
        """Return whether declared outputs can fit runs of a block; no run is looked at."""
        return self.any_outputs and self._outputs.may_fit(RunValues(RunRef(block, 0)))

    def outputs_for(self, run: RunRef) -> Outputs | None:
        """Return the declared outputs of a run, None when no declaration fits it.

        All that fit add up; a later one replaces a file or a value. A declaration does not fit a
        run that lacks the value of one of its placeholders.
        """
        values = RunValues(run)
        declared = [d.outputs(values) for d in self._outputs.fitting(values)]
        fitting = [outputs for outputs in declared if outputs is not None]
        if len(fitting) < 2:
            return fitting[0] if fitting else None
        merged = Outputs({}, {}, sum((outputs.problems for outputs in fitting), ()))
        for outputs in fitting:
            merged = merged._replace(
                files={**merged.files, **outputs.files}, values={**merged.values, **outputs.values}
            )
        return merged

    def task_for(self, run: RunRef, name: str) -> Mapping[str, Any]:
        """Return the declared properties of one task of a run, empty when there are none.

        All declarations that fit add up; a later one replaces a property or a metric.
        """
        index = self._tasks.get(name)
        fitting = index.fitting(RunValues(run)) if index is not None else []
        if len(fitting) == 1:
            return fitting[0].properties
        merged: dict[str, Any] = {}
        for declaration in fitting:
            metrics = {**merged.get("metrics", {}), **declaration.properties.get("metrics", {})}
            merged |= declaration.properties
            if metrics:
                merged["metrics"] = metrics
        return merged
