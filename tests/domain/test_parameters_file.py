"""The parameters in the object that parametersUri names."""

from __future__ import annotations

import pytest

from moto_omics_batch.domain.parameters_file import ParametersFile, parse


def test_an_object_is_kept_as_it_is_and_as_parameters() -> None:
    body = b' {"a": [1, null]}\n'
    assert parse(body) == ParametersFile(body, {"a": [1, None]})
    assert parse(b"{}") == ParametersFile(b"{}", {})


NESTED = b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
TOO_LARGE = b'{"a": ' + b"9" * 5000 + b"}"


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"[]", b"[1]", b'"{}"', b"null", b"{'a': 1}", b"\xff{}"),
        *(b'{"a": NaN}', b'{"a": 1e999}', NESTED, TOO_LARGE),
    ],
    ids=lambda body: repr(body[:20]),
)
def test_anything_else_has_no_parameters(body: bytes) -> None:
    assert parse(body) is None
