"""Plain resources: workflows, run groups, run caches and configurations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from moto_omics_batch.domain.lifecycle import InvalidTransition, Lifecycle
from moto_omics_batch.domain.resource import Resource
from moto_omics_batch.domain.tables import CONFIGURATION, RUN_CACHE, RUN_GROUP, WORKFLOW
from tests.domain.helpers import MANUAL, START, UUID, at, timed


class FakeListener:
    """A ResourceListener that records (status, time)."""

    def __init__(self) -> None:
        self.changes: list[tuple[str, datetime]] = []

    def resource_changed(self, resource: Resource, at: datetime) -> None:
        self.changes.append((resource.status, at))


@pytest.fixture
def listener() -> FakeListener:
    return FakeListener()


def _resource(lifecycle: Lifecycle, listener: FakeListener, **arguments: Any) -> Resource:
    given: dict[str, Any] = {
        "params": {"name": "align", "tags": {"a": "b"}},
        "resolved": {"digest": "x"},
        **arguments,
    }
    return Resource(
        lifecycle,
        id="1234567",
        arn="arn:1234567",
        uuid=UUID,
        serial=3,
        now=START,
        listener=listener,
        **given,
    )


def test_a_new_resource_has_its_parameters(listener: FakeListener) -> None:
    params = {"name": "align", "tags": {"a": "b"}}
    workflow = _resource(WORKFLOW, listener, params=params, progression_key="workflow")
    assert (workflow.name, workflow.tags, workflow.resolved) == (
        "align",
        {"a": "b"},
        {"digest": "x"},
    )
    assert (workflow.status, workflow.progression_key, workflow.serial) == (
        "CREATING",
        "workflow",
        3,
    )
    workflow.tags["c"] = "d"
    assert params["tags"] == {"a": "b"}
    assert _resource(WORKFLOW, listener, params={}).name is None
    assert _resource(WORKFLOW, listener, params={"tags": None}).tags == {}


def test_an_automatic_step_notifies_the_listener(listener: FakeListener) -> None:
    workflow = _resource(WORKFLOW, listener)
    assert workflow.next_due(timed(5)) == at(5)
    assert workflow.next_due(MANUAL) is None
    workflow.step(at(5))
    assert (workflow.status, workflow.stable, workflow.status_message) == ("ACTIVE", True, None)
    workflow.step(at(6))
    assert listener.changes == [("ACTIVE", at(5))]


def test_a_resource_with_a_problem_fails(listener: FakeListener) -> None:
    workflow = _resource(WORKFLOW, listener, problem="Invalid zip file")
    assert workflow.status == "CREATING"
    workflow.step(at(1))
    assert workflow.status == "FAILED"
    assert workflow.status_message == "Invalid zip file"
    assert listener.changes == [("FAILED", at(1))]


def test_a_problem_does_not_stop_a_deletion(listener: FakeListener) -> None:
    configuration = _resource(CONFIGURATION, listener, problem="No such subnet")
    configuration.step(at(1))
    configuration.move("delete", at(2))
    assert (configuration.status, configuration.gone) == ("DELETING", False)
    configuration.step(at(3))
    assert (configuration.status, configuration.gone) == ("DELETED", True)


@pytest.mark.parametrize("lifecycle", [RUN_CACHE, RUN_GROUP], ids=lambda one: one.resource)
def test_a_resource_without_automatic_transitions_is_active_until_deleted(
    lifecycle: Lifecycle, listener: FakeListener
) -> None:
    resource = _resource(lifecycle, listener)
    assert (resource.status, resource.stable, resource.gone) == ("ACTIVE", True, False)
    resource.step(at(1))
    assert listener.changes == []
    resource.move("delete", at(2))
    assert resource.gone
    with pytest.raises(InvalidTransition, match="cannot delete"):
        resource.move("delete", at(3))
    assert len(listener.changes) == 1


def test_a_resource_can_start_in_another_state(listener: FakeListener) -> None:
    workflow = _resource(WORKFLOW, listener, state="ACTIVE")
    assert workflow.history == [(START, "ACTIVE")]
    assert workflow.stable
