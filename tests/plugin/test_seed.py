"""The random streams of the backend are seeded whenever moto is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import moto
import pytest
import requests
from moto.moto_api._internal import mock_random
from moto.moto_api._internal.moto_random import MotoRandom

from moto_omics_batch import install
from moto_omics_batch.omics.resources import random_streams


@pytest.fixture
def seeds() -> Iterator[list[object]]:
    """Return the list of values that the random streams were seeded with."""
    state = mock_random.getstate()
    values: list[object] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(random_streams, "seeded", values.append)
        install()
        yield values
    install()
    mock_random.setstate(state)


@pytest.mark.parametrize(
    ("arguments", "keywords", "expected"),
    [
        ((42,), {}, 42),
        (("text", 1), {}, "text"),
        ((), {"a": b"bytes"}, b"bytes"),
        ((), {"a": 1.5, "version": 2}, 1.5),
        ((None,), {}, None),
        ((), {}, None),
        ((), {"version": 2}, None),
    ],
)
def test_the_first_argument_is_passed_on(
    seeds: list[object], arguments: tuple[Any, ...], keywords: dict[str, Any], expected: object
) -> None:
    mock_random.seed(*arguments, **keywords)
    assert seeds == [expected]


def test_moto_is_seeded_with_the_same_arguments(seeds: list[object]) -> None:
    mock_random.seed("text", version=1)
    other = MotoRandom()
    other.seed("text", version=1)
    assert mock_random.uuid4() == other.uuid4()
    assert seeds == ["text"]


def test_a_value_that_moto_refuses_is_not_passed_on(seeds: list[object]) -> None:
    seed: Any = mock_random.seed
    with pytest.raises(TypeError):
        seed([])
    with pytest.raises(TypeError):
        seed(1, 2, 3)
    assert seeds == []


def test_install_again_passes_a_value_on_once(seeds: list[object]) -> None:
    for _ in range(3):
        install()
    mock_random.seed(7)
    assert seeds == [7]


def test_a_seed_over_http(seeds: list[object]) -> None:
    with moto.mock_aws():
        url = "http://motoapi.amazonaws.com/moto-api/seed?a=42"
        assert requests.post(url, timeout=5).status_code == 200
    assert seeds == [42]


def test_another_generator_of_moto_is_not_observed(seeds: list[object]) -> None:
    MotoRandom().seed(1)
    assert seeds == []
