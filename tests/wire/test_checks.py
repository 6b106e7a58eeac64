"""The checks that are compiled from the model's shapes, and the views of its answers."""

from __future__ import annotations

import warnings
from datetime import datetime
from typing import Any

import pytest
from botocore.model import DenormalizedStructureBuilder, ListShape, MapShape, Shape, StructureShape

from moto_omics_batch.wire import model
from moto_omics_batch.wire.validation import _matcher, check_of, message
from moto_omics_batch.wire.views import iso, view


def _shape(**members: Any) -> StructureShape:
    return DenormalizedStructureBuilder().with_members(members).build_model()


def _told(shape: Shape, value: Any, path: str = "") -> list[str]:
    violations: list[str] = []
    check_of(shape)(value, path, violations)
    return violations


# -- the message --


def test_one_error_and_several_errors() -> None:
    assert message(["a"]) == "1 validation error detected: a"
    assert message(["a", "b"]) == "2 validation errors detected: a; b"


# -- all the shapes there are --


def _input_shapes() -> list[Shape]:
    found: dict[str, Shape] = {}

    def walk(shape: Shape) -> None:
        if shape.name in found:
            return
        found[shape.name] = shape
        if isinstance(shape, StructureShape):
            for member in shape.members.values():
                walk(member)
        elif isinstance(shape, ListShape):
            walk(shape.member)
        elif isinstance(shape, MapShape):
            walk(shape.key)
            walk(shape.value)

    for name in sorted(model.plane()):
        if shape := model.service().operation_model(name).input_shape:
            walk(shape)
    return list(found.values())


SHAPES = _input_shapes()


def test_every_shape_of_the_plane_can_be_checked_without_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for shape in SHAPES:
            check_of(shape)


def test_every_shape_that_has_a_type_refuses_the_others() -> None:
    for shape in SHAPES:
        if model.is_document(shape) or shape.type_name == "blob":
            continue
        value: Any
        for value in ("text", 5, 1.5, True, [], {}):
            fits = {
                "string": isinstance(value, str),
                "integer": value == 5 and value is not True,
                "boolean": value is True,
                "list": isinstance(value, list),
                "map": isinstance(value, dict),
                "structure": isinstance(value, dict),
            }[shape.type_name]
            told = [text for text in _told(shape, value, "here") if "must be of type" in text]
            assert bool(told) is not fits, (shape.name, value)


def test_every_limit_is_enforced_at_both_ends() -> None:
    checked = 0
    for shape in SHAPES:
        low, high = shape.metadata.get("min"), shape.metadata.get("max")
        if shape.type_name == "integer":
            for value, limit in ((high, None), (low, None)):
                assert value is None or limit is not None or not _told(shape, value)
            if high is not None:
                assert "less than or equal to" in _told(shape, high + 1, "x")[0]
            if low is not None:
                assert "greater than or equal to" in _told(shape, low - 1, "x")[0]
            checked += 1
        elif shape.type_name == "string" and high is not None:
            told = " ".join(_told(shape, "1" * (high + 1), "x"))
            assert f"Member must have length less than or equal to {high}" in told
            assert "Member must have length" not in " ".join(_told(shape, "1" * high, "x"))
            if low:
                told = " ".join(_told(shape, "1" * (low - 1), "x"))
                assert f"Member must have length greater than or equal to {low}" in told
            checked += 1
    assert checked > 60


def test_every_enum_takes_its_values_and_no_other() -> None:
    for shape in SHAPES:
        for value in shape.metadata.get("enum", ()):
            assert not _told(shape, value)
            told = _told(shape, value + "X", "x")
            assert told[-1].endswith(
                f"Member must satisfy enum value set: [{', '.join(shape.metadata['enum'])}]"
            )


def test_patterns_must_fit_as_a_whole() -> None:
    matches = _matcher("[0-9]+")
    assert matches("123")
    assert not any(map(matches, ("", "a1", "1a", "1\n", "\n1", "\u0661")))


FREE = r"[\p{L}||\p{M}||\p{Z}||\p{S}||\p{N}||\p{P}]+"


@pytest.mark.parametrize(
    "text", ["a", "a b", "|", "样本", "é", "\u00a0", "½", "🧬", "!" * 500, "a" * 128]
)
def test_free_text_takes(text: str) -> None:
    assert _matcher(FREE)(text)


@pytest.mark.parametrize(
    "text", ["", "\n", "a\n", "\t", "a\x00b", "\x7f", "\u200b", "\ud800", "é\n"]
)
def test_free_text_refuses(text: str) -> None:
    assert not _matcher(FREE)(text)


def test_a_pattern_that_takes_less_than_all_printable_text_is_looked_at() -> None:
    assert not _matcher("[a-z]+")("A")
    assert not _matcher("[^b]+")("abc")
    assert _matcher("[^b]+")("acd")


# -- nests --


def test_paths_lead_through_structures_lists_and_maps() -> None:
    shape = _shape(
        outer={
            "type": "structure",
            "members": {
                "items": {
                    "type": "list",
                    "member": {
                        "type": "map",
                        "key": {"type": "string"},
                        "value": {"type": "integer"},
                    },
                }
            },
        }
    )
    told = _told(shape, {"outer": {"items": [{}, {"a": 1, "b": "x"}]}})
    assert told == [
        "Value 'x' at 'outer.items.2.member.b.member' failed to satisfy constraint: "
        "Member must be of type integer"
    ]


def test_what_is_taken_in_is_a_copy_without_nulls_and_strangers() -> None:
    shape = model.structure("StartRunBatchRequest")
    given: dict[str, Any] = {
        "requestId": "r",
        "zzz": 1,
        "tags": {"a": "b"},
        "defaultRunSetting": {
            "workflowId": "1",
            "roleArn": "arn:x",
            "name": None,
            "zzz": [],
            "parameters": {"kept": None, "zzz": {"a": None}},
        },
        "batchRunSettings": {"inlineSettings": [{"runSettingId": "s", "name": None}]},
    }
    violations: list[str] = []
    taken = check_of(shape)(given, "", violations)
    assert violations == []
    assert taken == {
        "requestId": "r",
        "tags": {"a": "b"},
        "defaultRunSetting": {
            "workflowId": "1",
            "roleArn": "arn:x",
            "parameters": {"kept": None, "zzz": {"a": None}},
        },
        "batchRunSettings": {"inlineSettings": [{"runSettingId": "s"}]},
    }
    taken["tags"]["c"] = "d"
    assert given["tags"] == {"a": "b"}


def test_a_blob_is_decoded() -> None:
    shape = model.structure("CreateWorkflowRequest").members["definitionZip"]
    violations: list[str] = []
    assert check_of(shape)("UEs=", "z", violations) == b"PK"
    assert check_of(shape)("", "z", violations) == b""
    assert violations == []
    wrong: Any
    for wrong in ("UEs", "P K=", "é", 5, None, [], b"\xff"):
        assert _told(shape, wrong, "z")[0].endswith("Member must be base64-encoded")


def test_a_shape_of_an_unknown_type_is_an_error_of_ours() -> None:
    odd = Shape("Odd", {"type": "quaternion"})
    with pytest.raises(
        NotImplementedError, match=r"no check for shapes of type quaternion \(Odd\)"
    ):
        check_of(odd)


def test_deep_values_are_shown_without_an_end_to_the_stack() -> None:
    value: Any = 1
    for _ in range(150):
        value = {"a": [value]}
    told = _told(model.structure("BatchListItem").members["id"], value, "x")
    assert told[0].startswith("Value '{a=[{a=[")


# -- views --


def test_times_are_written_as_the_service_does() -> None:
    assert iso(datetime(2022, 11, 30, 22, 58, 22, 615865)) == "2022-11-30T22:58:22.615865Z"
    assert iso(datetime(2026, 1, 2)) == "2026-01-02T00:00:00.000000Z"


def test_a_view_shows_what_its_shape_has_and_nothing_else() -> None:
    now = datetime(2026, 10, 1)
    computed = {"id": "computed", "createdAt": now, "status": None, "shoeSize": 44}
    stored = {"name": "stored", "id": "stored", "colour": "blue", "totalRuns": None}
    shown = view("BatchListItem")(computed, stored)
    assert shown == {"id": "computed", "name": "stored", "createdAt": iso(now)}


def test_a_none_hides_what_later_layers_have() -> None:
    assert view("BatchListItem")({"name": None}, {"name": "stored"}) == {}


def test_values_that_are_empty_are_shown() -> None:
    assert view("GetBatchResponse")({"tags": {}, "totalRuns": 0}) == {"tags": {}, "totalRuns": 0}


def test_a_view_changes_nothing_of_what_is_stored() -> None:
    stored = {"name": "a", "createdAt": datetime(2026, 10, 1)}
    before = dict(stored)
    view("BatchListItem")(stored)
    assert stored == before


# -- the model --


def test_the_plane_is_told_by_the_host_prefix() -> None:
    plane = model.plane()
    assert {"StartRunBatch", "GetRun", "TagResource", "CreateConfiguration"} <= plane
    assert not {"CreateSequenceStore", "GetReadSet", "CreateVariantStore"} & plane
    prefixes = {
        name: model.host_prefix(model.service().operation_model(name))
        for name in ("StartRunBatch", "TagResource", "GetReadSet")
    }
    assert prefixes["StartRunBatch"] == "workflows-"
    assert prefixes["TagResource"] == "tags-"


def test_errors_have_the_status_of_the_model() -> None:
    found = {
        code: model.error_status(code)
        for code in (
            "ValidationException",
            "AccessDeniedException",
            "ResourceNotFoundException",
            "RequestTimeoutException",
            "ConflictException",
            "ThrottlingException",
            "ServiceQuotaExceededException",
            "InternalServerException",
        )
    }
    assert list(found.values()) == [400, 403, 404, 408, 409, 429, 402, 500]


# -- times --


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("2026-10-01T12:00:00Z", "2026-10-01T12:00:00Z"),
        ("2026-10-01T14:00:00+02:00", "2026-10-01T12:00:00Z"),
        ("2026-10-01T12:00:00", "2026-10-01T12:00:00Z"),
        (0, "1970-01-01T00:00:00Z"),
    ],
)
def test_a_time_is_taken_in_as_utc(given: Any, taken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    violations: list[str] = []
    assert check_of(Shape("When", {"type": "timestamp"}))(given, "when", violations) == taken
    assert violations == []


@pytest.mark.parametrize("given", [True, "yesterday", [], {}])
def test_what_is_no_time_is_told(given: Any) -> None:
    told = _told(Shape("When", {"type": "timestamp"}), given, "when")
    assert len(told) == 1
    assert told[0].endswith(
        "at 'when' failed to satisfy constraint: Member must be of type timestamp"
    )
