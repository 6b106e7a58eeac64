"""Storage sizes of runs and the rules for tags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from moto_omics_batch.domain import tags
from moto_omics_batch.domain.storage import effective, rounded

# -- storage (W0.1, W2.2) --


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (0, 1200),
        (1, 1200),
        (1000, 1200),
        (1200, 1200),
        (1201, 2400),
        (2400, 2400),
        (2401, 4800),
        (5000, 7200),
        (42_000, 43_200),
        (100_000, 100_800),
    ],
)
def test_static_sizes_are_rounded_up(asked: int, given: int) -> None:
    assert rounded(asked) == given


STATIC, DYNAMIC = {"storageType": "STATIC"}, {"storageType": "DYNAMIC"}


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ((), ("DYNAMIC", None)),
        (({}, None, {}), ("DYNAMIC", None)),
        ((STATIC,), ("STATIC", 1200)),
        (({}, STATIC), ("STATIC", 1200)),
        ((DYNAMIC, STATIC), ("DYNAMIC", None)),
        ((STATIC, DYNAMIC), ("STATIC", 1200)),
        (({"storageCapacity": 5000},), ("DYNAMIC", None)),
        (({"storageCapacity": 5000}, STATIC), ("STATIC", 7200)),
        ((STATIC, {"storageCapacity": 5000}), ("STATIC", 7200)),
        (({**STATIC, "storageCapacity": 0}, {"storageCapacity": 5000}), ("STATIC", 1200)),
    ],
)
def test_the_most_specific_level_decides(
    levels: tuple[Mapping[str, Any] | None, ...], expected: tuple[str, int | None]
) -> None:
    assert effective(*levels) == expected


def test_ready2run_workflows_have_static_storage() -> None:
    assert effective({}, ready2run=True)[0] == "STATIC"


# -- tags (W9) --


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"cohort": "giab"},
        {"a": ""},
        {"owner:mail": "a.b+c@d-e.org/x=1 _"},
        {"Größe": "样本"},
        {"AWSome": "aws:x"},
        {str(n): "" for n in range(50)},
    ],
    ids=lambda given: str(given)[:30],
)
def test_valid_tags(given: dict[str, str]) -> None:
    assert tags.problem(given) is None


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({str(n): "" for n in range(51)}, "A resource can have 50 tags at most, not 51"),
        ({"aws:x": "1"}, "Tag key 'aws:x' must not start with aws:"),
        ({"AWS:x": "1"}, "Tag key 'AWS:x' must not start with aws:"),
        ({"a": "1", "b!": "2"}, "Tag 'b!' holds a character that tags cannot have: '!'"),
        ({"a": "1\n"}, "Tag 'a' holds a character that tags cannot have: '\\n'"),
        ({"a": "x,y"}, "Tag 'a' holds a character that tags cannot have: ','"),
        (
            {"k" * 301: "!"},
            f"Tag '{'k' * 300}...' holds a character that tags cannot have: '!'",
        ),
        ({"aws:" + "k" * 297: ""}, f"Tag key 'aws:{'k' * 296}...' must not start with aws:"),
    ],
    ids=lambda given: str(given)[:30],
)
def test_invalid_tags(given: dict[str, str], problem: str) -> None:
    assert tags.problem(given) == problem
