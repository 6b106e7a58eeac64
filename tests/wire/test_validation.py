"""The checks that are compiled from the shapes of the model."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from botocore.model import DenormalizedStructureBuilder, ListShape, MapShape, Shape, StructureShape

from moto_omics_batch.wire import model
from moto_omics_batch.wire.validation import _matcher, check_of
from tests.wire.raw import shortened, violation


def _shape(**members: Any) -> StructureShape:
    return DenormalizedStructureBuilder().with_members(members).build_model()


def _violations(shape: Shape, value: Any, path: str = "") -> list[str]:
    violations: list[str] = []
    check_of(shape)(value, path, violations)
    return violations


# -- all input shapes of the plane --


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


def test_a_shape_refuses_values_of_other_types() -> None:
    for shape in SHAPES:
        if model.is_document(shape) or shape.type_name == "blob":
            continue
        value: Any
        for value in ("text", 5, 1.5, True, [], {}):
            fits = {
                "string": isinstance(value, str),
                "integer": value == 5 and value is not True,
                "boolean": value is True,
                "timestamp": value in (5, 1.5) and value is not True,
                "list": isinstance(value, list),
                "map": isinstance(value, dict),
                "structure": isinstance(value, dict),
            }[shape.type_name]
            found = [
                text for text in _violations(shape, value, "here") if "must be of type" in text
            ]
            assert bool(found) is not fits, (shape.name, value)


def test_minimum_and_maximum_are_enforced() -> None:
    checked = 0
    for shape in SHAPES:
        low, high = shape.metadata.get("min"), shape.metadata.get("max")
        if shape.type_name == "integer":
            for value, limit in ((high, None), (low, None)):
                assert value is None or limit is not None or not _violations(shape, value)
            if high is not None:
                assert "less than or equal to" in _violations(shape, high + 1, "x")[0]
            if low is not None:
                assert "greater than or equal to" in _violations(shape, low - 1, "x")[0]
            checked += 1
        elif shape.type_name == "string" and high is not None:
            found = " ".join(_violations(shape, "1" * (high + 1), "x"))
            assert f"Member must have length less than or equal to {high}" in found
            assert "Member must have length" not in " ".join(_violations(shape, "1" * high, "x"))
            if low:
                found = " ".join(_violations(shape, "1" * (low - 1), "x"))
                assert f"Member must have length greater than or equal to {low}" in found
            checked += 1
    assert checked > 60


def test_an_enum_accepts_its_values_only() -> None:
    for shape in SHAPES:
        for value in shape.metadata.get("enum", ()):
            assert not _violations(shape, value)
            found = _violations(shape, value + "X", "x")
            assert found[-1].endswith(
                f"Member must satisfy enum value set: [{', '.join(shape.metadata['enum'])}]"
            )


def test_a_pattern_must_match_the_whole_text() -> None:
    matches = _matcher("[0-9]+")
    assert matches("123")
    assert not any(map(matches, ("", "a1", "1a", "1\n", "\n1", "\u0661")))


FREE = r"[\p{L}||\p{M}||\p{Z}||\p{S}||\p{N}||\p{P}]+"


@pytest.mark.parametrize(
    "text", ["a", "a b", "|", "样本", "é", "\u00a0", "½", "🧬", "!" * 500, "a" * 128]
)
def test_free_text_accepts(text: str) -> None:
    assert _matcher(FREE)(text)


@pytest.mark.parametrize(
    "text", ["", "\n", "a\n", "\t", "a\x00b", "\x7f", "\u200b", "\ud800", "é\n"]
)
def test_free_text_refuses(text: str) -> None:
    assert not _matcher(FREE)(text)


def test_a_pattern_for_some_of_printable_text_is_applied() -> None:
    assert not _matcher("[a-z]+")("A")
    assert not _matcher("[^b]+")("abc")
    assert _matcher("[^b]+")("acd")


@pytest.mark.parametrize("type_name", ["float", "double"])
def test_a_float_accepts_numbers_in_its_range(type_name: str) -> None:
    shape = Shape("Ratio", {"type": type_name, "min": 0, "max": 1})
    assert not any(_violations(shape, value) for value in (0, 0.5, 1))
    must = "Member must have value less than or equal to 1"
    assert _violations(shape, 1.5, "x") == [violation("'1.5'", "x", must)]
    must = "Member must be of type number"
    assert _violations(shape, True, "x") == [violation("'true'", "x", must)]


# -- structures, lists and maps --


def test_paths_through_structures_lists_and_maps() -> None:
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
    found = _violations(shape, {"outer": {"items": [{}, {"a": 1, "b": "x"}]}})
    assert found == [
        "Value 'x' at 'outer.items.2.member.b.member' failed to satisfy constraint: "
        "Member must be of type integer"
    ]


def test_the_result_is_a_copy_without_nulls_and_unknown_members() -> None:
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
    accepted = check_of(shape)(given, "", violations)
    assert violations == []
    assert accepted == {
        "requestId": "r",
        "tags": {"a": "b"},
        "defaultRunSetting": {
            "workflowId": "1",
            "roleArn": "arn:x",
            "parameters": {"kept": None, "zzz": {"a": None}},
        },
        "batchRunSettings": {"inlineSettings": [{"runSettingId": "s"}]},
    }
    accepted["tags"]["c"] = "d"
    assert given["tags"] == {"a": "b"}


def test_a_blob_is_decoded() -> None:
    shape = model.structure("CreateWorkflowRequest").members["definitionZip"]
    violations: list[str] = []
    assert check_of(shape)("UEs=", "z", violations) == b"PK"
    assert check_of(shape)("", "z", violations) == b""
    assert violations == []
    wrong: Any
    for wrong in ("UEs", "P K=", "é", 5, None, [], b"\xff"):
        assert _violations(shape, wrong, "z")[0].endswith("Member must be base64-encoded")


def test_an_unknown_type_of_shape_is_an_error() -> None:
    odd = Shape("Odd", {"type": "quaternion"})
    with pytest.raises(
        NotImplementedError, match=r"no check for shapes of type quaternion \(Odd\)"
    ):
        check_of(odd)


# -- bounded cost and length --

MAP_KEYS = "Map keys must satisfy constraint: "
TAGS = model.structure("CreateRunGroupRequest").members["tags"]


def _at_most(limit: int) -> str:
    return f"Member must have length less than or equal to {limit}"


def test_a_map_has_one_violation_for_all_its_keys() -> None:
    keys = ["", "ok", *(f"{n:03}" + "k" * 126 for n in range(500))]
    shown = f"'{{{', '.join(f'{key}=v' for key in keys)}}}'"
    assert _violations(TAGS, dict.fromkeys(keys, "v"), "tags") == [
        violation(
            shown,
            "tags",
            f"{MAP_KEYS}[{_at_most(128)}, Member must have length greater than or equal to 1]",
        )
    ]


def test_long_keys_are_shortened_in_values_and_paths() -> None:
    key = "k" * 1_000
    assert _violations(TAGS, {key: None}, "tags") == [
        violation(f"'{{{key}=null}}'", "tags", f"{MAP_KEYS}[{_at_most(128)}]"),
        violation("null", f"tags.{shortened(key)}.member", "Member must not be null"),
    ]


@pytest.mark.parametrize(("length", "found"), [(300, "9" * 300), (301, "9" * 300 + "...")])
def test_long_values_are_shortened(length: int, found: str) -> None:
    shape = model.structure("CancelRunBatchRequest").members["batchId"]
    text = f"Value '{found}' at 'x' failed to satisfy constraint: {_at_most(18)}"
    assert _violations(shape, "9" * length, "x") == [text]


def _seconds(action: Callable[[], object]) -> float:
    start = time.process_time()
    action()
    return time.process_time() - start


PATTERNS = {
    (shape.metadata["pattern"], shape.metadata.get("max")): shape
    for shape in SHAPES
    if shape.type_name == "string" and "pattern" in shape.metadata
}


@pytest.mark.parametrize("shape", PATTERNS.values(), ids=lambda shape: shape.name)
def test_a_pattern_takes_linear_time(shape: Shape) -> None:
    for start in ("", "arn:aws", "s3://bucket/"):
        for unit in (":", "/", ":000000000000", "-a", "9", "a", " "):
            text = start + unit * 200_000 + "\n"
            assert _seconds(partial(_violations, shape, text)) < 0.5, (start, unit)


def test_the_pattern_is_skipped_for_texts_far_over_the_maximum_length() -> None:
    shape = model.structure("CancelRunBatchRequest").members["batchId"]
    pattern = "Member must satisfy regular expression pattern: [0-9]+"
    for length, musts in ((19, 2), (36, 2), (37, 1), (10_000, 1)):
        expected = [violation(f"'{'x' * length}'", "id", m) for m in (_at_most(18), pattern)]
        assert _violations(shape, "x" * length, "id") == expected[:musts]


def test_a_pattern_without_a_maximum_length_refuses_texts_over_2048_characters() -> None:
    shape = model.structure("DefinitionRepository").members["fullRepositoryId"]
    assert "max" not in shape.metadata
    assert _violations(shape, "a/" + "b" * 2_046) == []
    long = "a/" + "b" * 2_047
    must = "Member must satisfy regular expression pattern: .+/.+"
    assert _violations(shape, long, "id") == [violation(f"'{long}'", "id", must)]


# -- times --


@pytest.mark.parametrize(
    ("given", "accepted"),
    [
        ("2026-10-01T12:00:00Z", "2026-10-01T12:00:00Z"),
        ("2026-10-01T14:00:00+02:00", "2026-10-01T12:00:00Z"),
        ("2026-10-01T12:00:00", "2026-10-01T12:00:00Z"),
        (0, "1970-01-01T00:00:00Z"),
    ],
)
def test_a_time_is_stored_in_utc(
    given: Any, accepted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    violations: list[str] = []
    assert check_of(Shape("When", {"type": "timestamp"}))(given, "when", violations) == accepted
    assert violations == []


@pytest.mark.parametrize("given", [True, "yesterday", [], {}])
def test_a_value_that_is_not_a_time(given: Any) -> None:
    found = _violations(Shape("When", {"type": "timestamp"}), given, "when")
    assert len(found) == 1
    assert found[0].endswith(
        "at 'when' failed to satisfy constraint: Member must be of type timestamp"
    )
