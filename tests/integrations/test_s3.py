"""S3: objects by URI, their ETags, and the checks of buckets and objects."""

from __future__ import annotations

from typing import Any

import pytest
from moto.s3.models import s3_backends

from moto_omics_batch.omics.exceptions import (
    S3AccessDenied,
    S3ObjectNotFound,
    ValidationException,
)
from moto_omics_batch.omics.integrations.s3 import S3, texts, uri_problem

from .conftest import ACCOUNT, OTHER_ACCOUNT, REGION, Client, MakeClient

URI = "s3://inputs/a b/ü+1.bam"
NO_BUCKET = ["s3:///x", "s3://", "s3:///", "inputs/x", "S3://inputs/x", "", " s3://inputs/x"]


@pytest.fixture
def s3(client: MakeClient) -> S3:
    """Buckets ``inputs`` with one object, ``far`` in eu-west-1, ``theirs`` of another account."""
    mine, theirs = client("s3"), client("s3", account=OTHER_ACCOUNT)
    mine.create_bucket(Bucket="inputs")
    mine.put_object(Bucket="inputs", Key="a b/ü+1.bam", Body=b"ACGT")
    europe = {"LocationConstraint": "eu-west-1"}
    mine.create_bucket(Bucket="far", CreateBucketConfiguration=europe)
    mine.put_object(Bucket="far", Key="x", Body=b"")
    theirs.create_bucket(Bucket="theirs")
    theirs.put_object(Bucket="theirs", Key="x", Body=b"")
    return S3(ACCOUNT, REGION, "aws")


@pytest.fixture
def etag(s3: S3, client: MakeClient) -> str:
    answer = client("s3").head_object(Bucket="inputs", Key="a b/ü+1.bam")
    return str(answer["ETag"]).strip('"')


# -- reading --


def test_etag_is_returned_without_quotes(s3: S3, etag: str) -> None:
    assert s3.etag(URI) == etag


@pytest.mark.parametrize("uri", [*NO_BUCKET, "s3://inputs", "s3://inputs/"])
def test_etag_refuses_a_uri_without_bucket_and_key(uri: str) -> None:
    with pytest.raises(ValidationException) as raised:
        S3(ACCOUNT, REGION, "aws").etag(uri)
    assert type(raised.value) is ValidationException
    assert raised.value.message == (
        f"Invalid s3UriSettings '{uri}': it must be of the form s3://bucket/key"
    )


def test_etag_of_what_cannot_be_read(s3: S3) -> None:
    for uri in ("s3://inputs/none", "s3://nowhere/x"):
        with pytest.raises(S3ObjectNotFound, match=f"S3 object not found: {uri}$"):
            s3.etag(uri)
    for uri in ("s3://theirs/x", "s3://theirs/none"):
        with pytest.raises(S3AccessDenied, match=f"S3 access denied for {uri}$"):
            s3.etag(uri)


def test_read_returns_etag_and_content(s3: S3, etag: str) -> None:
    assert s3.read(URI) == (etag, b"ACGT")


def test_read_returns_none_for_what_does_not_exist(s3: S3) -> None:
    missing = ["s3://inputs", "s3://inputs/none", "s3://nowhere/x", "s3://theirs/x", *NO_BUCKET]
    assert [uri for uri in missing if s3.read(uri) is not None] == []


def test_an_object_behind_a_delete_marker_does_not_exist(s3: S3, client: MakeClient) -> None:
    bucket: Client = client("s3")
    status = {"Status": "Enabled"}
    bucket.put_bucket_versioning(Bucket="inputs", VersioningConfiguration=status)
    bucket.delete_object(Bucket="inputs", Key="a b/ü+1.bam")
    assert s3.read(URI) is None
    assert not s3.exists(URI)


# -- writing --


def test_put_stores_an_object(s3: S3, client: MakeClient) -> None:
    for body in (b"ACGT", b"TGCA"):
        assert s3.put("s3://inputs/new/a b.txt", body)
        found = client("s3").get_object(Bucket="inputs", Key="new/a b.txt")
        assert found["Body"].read() == body
    assert s3.put("s3://far/new", b"")


def test_put_stores_nothing_where_s3_would_refuse_it(s3: S3, client: MakeClient) -> None:
    refused = ["s3://inputs", "s3://inputs/", "s3://nowhere/x", "s3://theirs/new", *NO_BUCKET]
    refused.append(f"s3://inputs/{'ü' * 513}")
    assert [uri for uri in refused if s3.put(uri, b"")] == []
    assert client("s3").list_objects_v2(Bucket="inputs")["KeyCount"] == 1
    theirs = client("s3", account=OTHER_ACCOUNT)
    assert theirs.list_objects_v2(Bucket="theirs")["KeyCount"] == 1
    assert s3.put(f"s3://inputs/{'ü' * 512}", b"")


def test_put_does_not_raise_where_moto_does(
    s3: S3, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    backend = s3_backends[ACCOUNT]["aws"]
    # An encryption that moto stores and then cannot apply.
    monkeypatch.setattr(backend.buckets["inputs"], "encryption", {"Rule": {}})
    assert not s3.put("s3://inputs/x", b"")
    assert "S3 object s3://inputs/x was not stored" in caplog.text
    assert s3.read("s3://inputs/x") is None


def test_digests_are_those_of_existing_objects(s3: S3, etag: str) -> None:
    document = {"reads": [URI, "s3://inputs/none"], "again": {"x": URI}, "n": 5, "s": "s3:///x"}
    assert s3.digests(document) == {URI: f"etag:{etag}"}


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ({"a": ["1", {"b": "2"}], "c": "3"}, ["1", "2", "3"]),
        ("alone", ["alone"]),
        ([1, None, True, 2.5, {}, []], []),
    ],
)
def test_texts_are_the_strings_of_a_document_in_order(document: Any, found: list[str]) -> None:
    assert list(texts(document)) == found


def test_texts_of_a_deep_document_need_no_recursion() -> None:
    document: Any = "deep"
    for _ in range(5000):
        document = [document]
    assert list(texts(document)) == ["deep"]


# -- checks --


@pytest.mark.parametrize("uri", NO_BUCKET)
def test_a_uri_that_names_no_bucket_is_reported_as_such(uri: str) -> None:
    problem = f"Invalid S3 URI '{uri}': it must begin with s3:// and name a bucket"
    assert uri_problem(uri) == problem
    unused = S3(ACCOUNT, REGION, "aws")
    assert unused.bucket_problem(uri, {}) == problem


@pytest.mark.parametrize("uri", ["s3://b", "s3://b/", "s3://b/k", "s3://b//k", "s3://b/k\nl"])
def test_a_uri_that_names_a_bucket_has_a_valid_form(uri: str) -> None:
    assert uri_problem(uri) is None


@pytest.mark.parametrize("settings", [{}, {"networkingMode": "RESTRICTED"}], ids=str)
def test_bucket_problem(s3: S3, settings: dict[str, str]) -> None:
    expected = {
        "s3://inputs": None,
        "s3://inputs/none": None,
        "s3://nowhere/x": "S3 object not found: s3://nowhere/x",
        "s3://theirs/x": "S3 access denied for s3://theirs/x",
        "s3://far/x": "S3 bucket not located in us-east-1 region",
    }
    assert {uri: s3.bucket_problem(uri, settings) for uri in expected} == expected


def test_keys_are_sorted(s3: S3, client: MakeClient) -> None:
    for key in ("b", "a/2", "a/1"):
        client("s3").put_object(Bucket="far", Key=key, Body=b"")
    assert s3.keys("far") == ["a/1", "a/2", "b", "x"]
    assert s3.keys("nowhere") == s3.keys("theirs") == []


def test_an_object_that_cannot_be_read_has_the_text_of_its_reason(s3: S3) -> None:
    assert s3.missing("s3://inputs/none") == "S3 object not found: s3://inputs/none"
    assert s3.missing("s3://nowhere/x") == "S3 object not found: s3://nowhere/x"
    assert s3.missing("s3://theirs/x") == "S3 access denied for s3://theirs/x"
    assert s3.missing("s3:///x") == "S3 object not found: s3:///x"


def test_s3_is_not_created_by_looking_it_up(client: MakeClient) -> None:
    unused = S3(ACCOUNT, REGION, "aws")
    assert unused.bucket_problem("s3://b", {}) == "S3 object not found: s3://b"
    assert unused.read("s3://b/k") is None
    assert not unused.put("s3://b/k", b"")
    assert dict(s3_backends) == {}
