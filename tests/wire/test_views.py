"""Views of structures, and the response bodies of the results of operations."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from types import MappingProxyType
from typing import Any

import pytest
from botocore.model import DenormalizedStructureBuilder, Shape, StructureShape

from moto_omics_batch.wire import model
from moto_omics_batch.wire.views import Layers, Page, iso, item_view, render, view

NOW = datetime(2026, 10, 1)


def _output(operation: str) -> Shape | None:
    return model.service().operation_model(operation).output_shape


def _shape(**members: Any) -> StructureShape:
    return DenormalizedStructureBuilder().with_members(members).build_model()


# -- views --


def test_times_have_the_format_of_the_service() -> None:
    assert iso(datetime(2022, 11, 30, 22, 58, 22, 615865)) == "2022-11-30T22:58:22.615865Z"
    assert iso(datetime(2026, 1, 2)) == "2026-01-02T00:00:00.000000Z"


def test_a_view_returns_the_members_of_its_shape_only() -> None:
    computed = {"id": "computed", "createdAt": NOW, "status": None, "shoeSize": 44}
    stored = {"name": "stored", "id": "stored", "colour": "blue", "totalRuns": None}
    shown = view("BatchListItem")(computed, stored)
    assert shown == {"id": "computed", "name": "stored", "createdAt": iso(NOW)}


def test_a_none_hides_the_value_of_later_layers() -> None:
    assert view("BatchListItem")({"name": None}, {"name": "stored"}) == {}


def test_empty_values_are_returned() -> None:
    assert view("GetBatchResponse")({"tags": {}, "totalRuns": 0}) == {"tags": {}, "totalRuns": 0}


def test_a_view_does_not_change_its_layers() -> None:
    stored = {"name": "a", "createdAt": NOW}
    before = dict(stored)
    view("BatchListItem")(stored)
    assert stored == before


# -- rendering --


@pytest.mark.parametrize("operation", ["DeleteBatch", "CancelRunBatch", "GetBatch"])
def test_none_has_no_body(operation: str) -> None:
    assert render(_output(operation), None) is None


@pytest.mark.parametrize("kind", [dict, MappingProxyType])
def test_a_mapping_is_rendered_as_one_layer(kind: Callable[[dict[str, Any]], Any]) -> None:
    result = {"id": "1", "creationTime": NOW, "status": None, "shoeSize": 44}
    body = render(_output("GetBatch"), kind(result))
    assert body == {"id": "1", "creationTime": iso(NOW)}


def test_layers_are_rendered_as_by_a_view() -> None:
    layers = ({"id": "1", "name": None}, {"id": "2", "name": "x", "totalRuns": 3, "unknown": 4})
    body = render(_output("GetBatch"), Layers(*layers))
    assert body == view("GetBatchResponse")(*layers) == {"id": "1", "totalRuns": 3}


def test_no_layers_have_no_members() -> None:
    assert render(_output("GetBatch"), Layers()) == {}


def test_a_page_is_rendered_by_the_list_member_of_the_shape() -> None:
    items: list[Any] = [
        {"id": "1", "shoeSize": 44},
        Layers({"id": "2"}, {"id": "3", "createdAt": NOW}),
    ]
    expected = [{"id": "1"}, {"id": "2", "createdAt": iso(NOW)}]
    assert render(_output("ListBatch"), Page(items, None)) == {"items": expected}
    assert render(_output("ListBatch"), Page(items, "t")) == {"items": expected, "nextToken": "t"}
    runs = Page([{"runSettingId": "s1"}], None)
    assert render(_output("ListRunsInBatch"), runs) == {"runs": [{"runSettingId": "s1"}]}


def test_rendered_items_are_returned_as_they_are() -> None:
    items = [{"id": "1", "shoeSize": 44}]
    body = render(_output("ListBatch"), Page(items, None, rendered=True))
    assert body is not None
    assert body == {"items": items}
    assert body["items"] is items


def test_an_empty_page() -> None:
    assert render(_output("ListRuns"), Page([], None)) == {"items": []}


def test_members_have_their_wire_names() -> None:
    shape = _shape(
        entries={
            "type": "list",
            "member": {"type": "structure", "members": {"a": {"type": "string"}}},
        }
    )
    shape.members["entries"].serialization["name"] = "Entries"
    assert render(shape, Page([{"a": "1", "b": "2"}], None)) == {"Entries": [{"a": "1"}]}


def test_shapes_of_the_same_name_are_rendered_by_their_own_members() -> None:
    first, second = _shape(a={"type": "string"}), _shape(b={"type": "string"})
    assert first.name == second.name
    result = {"a": "1", "b": "2"}
    assert (render(first, result), render(second, result)) == ({"a": "1"}, {"b": "2"})


@pytest.mark.parametrize("result", ["text", 5, [{}], ({},), True])
def test_a_result_of_another_type_is_a_type_error(result: Any) -> None:
    message = f"cannot render a result of type {type(result).__name__}"
    with pytest.raises(TypeError, match=message):
        render(_output("GetBatch"), result)


@pytest.mark.parametrize("result", [{}, Layers(), Page([], None)])
def test_a_result_without_an_output_shape_is_a_type_error(result: Any) -> None:
    with pytest.raises(TypeError, match="without an output shape must return None"):
        render(_output("DeleteBatch"), result)


def test_a_page_needs_exactly_one_list_member() -> None:
    with pytest.raises(TypeError, match="has 0 list members, a page needs exactly one"):
        render(_output("GetBatch"), Page([], None))
    strings = {"type": "list", "member": {"type": "string"}}
    with pytest.raises(TypeError, match="has 2 list members"):
        item_view(_shape(a=strings, b=strings))


def test_every_list_operation_has_an_item_view() -> None:
    lists = [name for name in model.plane() if name.startswith("List") and "Tags" not in name]
    assert len(lists) == 25
    for name in lists:
        shape = _output(name)
        assert shape is not None
        assert item_view(shape)({"shoeSize": 44}) == {}
        (key,) = set(model.members(shape)) - {"nextToken"}
        assert render(shape, Page([], "t")) == {key: [], "nextToken": "t"}


def test_the_item_view_is_the_view_of_the_list_member() -> None:
    shape = _output("ListRuns")
    assert shape is not None
    item = {"id": "1", "creationTime": NOW, "unknown": 1}
    assert item_view(shape)(item) == view("RunListItem")(item)
    assert item_view(shape) is item_view(shape)


def _seconds(action: Callable[[], object]) -> float:
    """Return the best CPU time of several calls."""
    times = []
    for _ in range(15):
        start = time.process_time()
        for _ in range(5):
            action()
        times.append(time.process_time() - start)
    return min(times)


def test_a_page_costs_as_much_as_the_views_of_its_items() -> None:
    members = model.members(model.structure("RunListItem"))
    item = dict.fromkeys(members, "x")
    items, shape = [item] * 100, _output("ListRuns")
    by_view = _seconds(lambda: [view("RunListItem")(i) for i in items])
    assert _seconds(lambda: render(shape, Page(items, None))) < 1.5 * by_view
