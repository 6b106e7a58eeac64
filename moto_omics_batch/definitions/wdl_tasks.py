"""The tasks of a WDL workflow: what their runtime sections ask for (L33, L68)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..domain.tasks import TaskSpec
from .quantities import MAX_NAME, gibibytes, whole

#: Longer texts and larger numbers are not computed.
_MAX_TEXT = 1_000
_MAX_NUMBER = 1e15

#: How deep the expressions of declarations are followed.
_MAX_DEPTH = 50

Values = Mapping[str, Any]


def tasks_of(miniwdl: Any, workflow: Any) -> list[TaskSpec]:
    """Return the tasks that a workflow and its sub-workflows call, each name once."""
    tasks: dict[str, TaskSpec] = {}
    _collect(miniwdl, workflow, {}, tasks, set())
    return list(tasks.values())


def _collect(
    miniwdl: Any, workflow: Any, given: Values, tasks: dict[str, TaskSpec], visited: set[int]
) -> None:
    """Add the tasks of a workflow that is called with the values ``given``."""
    for call in _calls(miniwdl, workflow.body):
        values = {name: _Expressions(given).value(e) for name, e in call.inputs.items()}
        values = {name: value for name, value in values.items() if value is not None}
        if isinstance(call.callee, miniwdl.Task):
            name = call.name[:MAX_NAME]
            tasks.setdefault(name, _spec(name, call.callee, values))
        elif id(call.callee) not in visited:
            visited.add(id(call.callee))
            _collect(miniwdl, call.callee, values, tasks, visited)


def _calls(miniwdl: Any, body: Any) -> Iterator[Any]:
    """Yield the calls of a body, those in scatters and conditions included."""
    for node in body:
        if isinstance(node, miniwdl.Call):
            yield node
        elif hasattr(node, "body"):
            yield from _calls(miniwdl, node.body)


def _spec(name: str, task: Any, given: Values) -> TaskSpec:
    """Return a task that is called with the values ``given``."""
    expressions = _Expressions(given)
    runtime = {key: expressions.value(e) for key, e in task.runtime.items()}
    image = _first(runtime.get("docker") or runtime.get("container"))
    gpus = whole(runtime.get("acceleratorCount") or runtime.get("gpuCount"), least=0)
    if gpus is None:
        wanted = runtime.get("gpu")
        gpus = int(wanted) if isinstance(wanted, bool) else whole(wanted, least=0) or 0
    accelerator = runtime.get("acceleratorType") or runtime.get("gpuType")
    has_image = "docker" in task.runtime or "container" in task.runtime
    volatile = getattr(task.meta.get("volatile"), "value", False)
    return TaskSpec(
        name,
        cpus=whole(runtime.get("cpu")) or 1,
        memory=gibibytes(runtime.get("memory"), decimal=True) or 1,
        gpus=gpus,
        accelerator=accelerator if isinstance(accelerator, str) else None,
        image=image if isinstance(image, str) else None,
        cacheable=has_image and bool(task.outputs) and volatile is not True,
    )


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


class _Expressions:
    """The values of simple expressions: literals, defaults of declarations, and their sums.

    ``given`` are the values of inputs by name; they replace the defaults.
    """

    def __init__(self, given: Values):
        self._given = given
        self._known: dict[int, Any] = {}
        self._depth = 0

    def value(self, expression: Any) -> Any:
        """Return the value of an expression as text, number or bool, None when it is not known.

        A list is that of an array.
        """
        if expression is None or self._depth > _MAX_DEPTH:
            return None
        read = getattr(self, f"_{type(expression).__name__.lower()}", None)
        if read is None:
            return None
        self._depth += 1
        value = read(expression)
        self._depth -= 1
        return None if _is_large(value) else value

    def _int(self, expression: Any) -> Any:
        return expression.value

    _float = _boolean = _int

    def _string(self, expression: Any) -> Any:
        # The first and the last part are the quotation marks.
        parts = [
            part if isinstance(part, str) else self.value(getattr(part, "expr", None))
            for part in expression.parts[1:-1]
        ]
        if any(not isinstance(part, (str, int, float)) for part in parts):
            return None
        return "".join(str(part) for part in parts)

    def _array(self, expression: Any) -> Any:
        return [self.value(item) for item in expression.items]

    def _get(self, expression: Any) -> Any:
        return None if expression.member else self.value(expression.expr)

    def _ident(self, expression: Any) -> Any:
        declaration = expression.referee
        if type(declaration).__name__ != "Decl":
            return None
        if declaration.name in self._given:
            return self._given[declaration.name]
        key = id(declaration)
        if key not in self._known:
            self._known[key] = self.value(declaration.expr)
        return self._known[key]

    def _apply(self, expression: Any) -> Any:
        if expression.function_name == "select_first":
            values = self.value(expression.arguments[0])
            values = values if isinstance(values, list) else []
            return next((value for value in values if value is not None), None)
        operands = [self.value(argument) for argument in expression.arguments]
        types = {type(operand) for operand in operands}
        if expression.function_name == "_add" and types <= {int, float, str}:
            one, other = operands
            return f"{one}{other}" if str in types else one + other
        if expression.function_name == "_mul" and types <= {int, float}:
            return operands[0] * operands[1]
        return None


def _is_large(value: Any) -> bool:
    if isinstance(value, (str, list)):
        return len(value) > _MAX_TEXT
    return isinstance(value, (int, float)) and not -_MAX_NUMBER < value < _MAX_NUMBER
