"""The public types name the values that the backend uses, all of them and no others."""

from __future__ import annotations

from datetime import datetime
from typing import Any, get_args, get_type_hints, is_typeddict

import pytest
from botocore.client import BaseClient

from moto_omics_batch import faults as public_faults
from moto_omics_batch import results, types
from moto_omics_batch.domain import (
    declared_stores,
    declared_workflow,
    faults,
    output_declaration,
    run_words,
    tables,
    task_declaration,
)
from moto_omics_batch.domain.life import ProgressionKind
from moto_omics_batch.domain.lifecycle import Lifecycle, status_of
from moto_omics_batch.omics.resources.context import TRANSITIONS
from moto_omics_batch.omics.testing import config
from moto_omics_batch.wire.model import plane, service


def statuses(lifecycle: Lifecycle) -> set[str]:
    """Return the statuses of a resource."""
    return {status_of(state) for state in lifecycle.states}


def choices(keyword: str) -> list[set[str]]:
    """Return the values of a keyword argument, for each fault that has it."""
    specs = faults.FAULTS.values()
    words = [word for spec in specs for word in (*spec.match, *spec.effect)]
    return [set(word.choice) for word in words if word.name == keyword and word.choice]


def members(name: str) -> set[str]:
    """Return the members of a shape of the model that is an enumeration."""
    shape: Any = service().shape_for(name)
    return set(shape.enum)


@pytest.mark.parametrize(
    ("literal", "values"),
    [
        (types.BatchStatus, statuses(tables.BATCH)),
        (types.RunStatus, statuses(tables.RUN)),
        (types.TaskStatus, members("TaskStatus")),
        (types.WorkflowStatus, statuses(tables.WORKFLOW)),
        (types.ConfigurationStatus, statuses(tables.CONFIGURATION)),
        (types.SubmissionStatus, members("SubmissionStatus")),
        (types.FaultKind, set(faults.FAULTS)),
        (types.Operation, set(plane())),
        (types.Progression, set(get_args(ProgressionKind))),
        (types.TransitionKey, set(TRANSITIONS)),
        (types.Check, set(config.CHECKS)),
        (types.Engine, members("WorkflowEngine")),
        (types.FileType, members("FileType")),
        (types.WorkflowType, {declared_workflow.PRIVATE, declared_workflow.READY2RUN}),
    ],
)
def test_a_literal_has_the_values_that_exist(literal: Any, values: set[str]) -> None:
    assert set(get_args(literal)) == values
    assert len(get_args(literal)) == len(values)


@pytest.mark.parametrize(
    ("keyword", "literal"),
    [
        ("at", types.FaultAt),
        ("error", types.CallError),
        ("failureReason", types.RunFailureReason),
        ("reason", types.SubmissionFailureReason),
    ],
)
def test_a_keyword_of_faults_accepts_the_values_of_its_literal(keyword: str, literal: Any) -> None:
    found = choices(keyword)
    assert found
    assert all(values == set(get_args(literal)) for values in found)


def test_every_keyword_with_choices_has_a_literal() -> None:
    specs = faults.FAULTS.values()
    words = {w.name for spec in specs for w in (*spec.match, *spec.effect) if w.choice}
    assert words == {"at", "error", "failureReason", "reason"}


@pytest.mark.parametrize("kind", faults.FAULTS)
def test_the_function_of_a_fault_names_the_literals(kind: str) -> None:
    literals = {
        "at": types.FaultAt,
        "error": types.CallError,
        "failureReason": types.RunFailureReason,
        "operation": types.Operation,
        "reason": types.SubmissionFailureReason,
    }
    hints = get_type_hints(getattr(public_faults, kind))
    for name in faults.FAULTS[kind].keywords:
        if name not in ("times", "share"):
            assert hints[name] == (literals.get(name, str) | None), name


def test_advance_and_history_name_the_statuses_of_batches_and_runs() -> None:
    assert {*get_args(types.Status)} == {types.BatchStatus, types.RunStatus}
    assert get_type_hints(public_faults.advance)["to"] == types.Status
    assert get_type_hints(public_faults.history)["return"] == list[tuple[types.Status, datetime]]


def test_the_functions_of_results_have_the_types_of_the_declarations() -> None:
    for function, declaration in (
        (results.outputs, types.OutputsDeclaration),
        (results.task, types.TaskDeclaration),
    ):
        hints = get_type_hints(function)
        for name, hint in get_type_hints(declaration).items():
            assert hints[name] == (hint if name == "task" else hint | None), name


WORDS = set(run_words.WORDS)


@pytest.mark.parametrize(
    ("declaration", "required", "optional"),
    [
        (types.OmicsSettings, set(), set(config._KEYS)),
        (types.Quotas, set(), set(config.QUOTAS)),
        (
            types.ReferenceStoreDeclaration,
            {"id"},
            set(declared_stores._REFERENCE_STORE) - {"id"},
        ),
        (types.ReferenceDeclaration, {"id"}, set(declared_stores._REFERENCE) - {"id"}),
        (types.SequenceStoreDeclaration, {"id"}, set(declared_stores._SEQUENCE_STORE) - {"id"}),
        (types.ReadSetDeclaration, {"id"}, set(declared_stores._READ_SET) - {"id"}),
        (types.ReadSetFiles, set(), set(declared_stores._FILES)),
        (types.WorkflowDeclaration, {"id"}, set(declared_workflow._MEMBERS) - {"id"}),
        (
            types.VersionDeclaration,
            {"versionName"},
            set(declared_workflow._VERSION_MEMBERS) - {"versionName"},
        ),
        (types.Parameter, set(), set(declared_workflow._PARAMETER_MEMBERS)),
        (types.OutputsDeclaration, set(), {*output_declaration.MEMBERS, *WORDS}),
        (types.TaskDeclaration, {"task"}, {*task_declaration.PROPERTIES, *WORDS}),
        (types.TaskMetrics, set(), set(task_declaration.METRICS)),
        (types.Base64Body, {"base64"}, set()),
        (types.Transition, {"progression"}, {"times", "seconds"}),
        (
            types.ProgressionByResource,
            set(),
            {name.removeprefix("omics::") for name in TRANSITIONS},
        ),
    ],
)
def test_a_typed_dict_has_the_members_that_exist(
    declaration: Any, required: set[str], optional: set[str]
) -> None:
    assert is_typeddict(declaration)
    assert declaration.__required_keys__ == required
    assert declaration.__optional_keys__ == optional


def test_all_public_names_are_listed_and_exist() -> None:
    names = {
        name
        for name, value in vars(types).items()
        if not name.startswith("_")
        and (is_typeddict(value) or get_args(value) or name == "OmicsClient")
    }
    assert sorted(types.__all__) == types.__all__
    assert set(types.__all__) == names


def test_the_client_is_that_of_botocore_at_run_time() -> None:
    assert types.OmicsClient is BaseClient
