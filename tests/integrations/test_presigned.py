"""Presigned URLs into a bucket of the service (L90)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from moto import mock_aws

from moto_omics_batch.omics.integrations.presigned import SERVICE_ACCOUNT, MockBucket
from tests.integrations.conftest import ACCOUNT, REGION, MakeClient


@pytest.fixture
def bucket(client: MakeClient) -> MockBucket:
    return MockBucket(ACCOUNT, REGION, "aws")


def test_url_serves_what_was_stored(bucket: MockBucket) -> None:
    bucket.put("a/b c.zip", b"\x00\xff")
    response = requests.get(bucket.url("a/b c.zip", None), timeout=5)
    assert (response.status_code, response.content) == (200, b"\x00\xff")
    assert requests.get(bucket.url("other", None), timeout=5).status_code == 404


def test_url_is_signed_by_the_service(bucket: MockBucket) -> None:
    parts = urlsplit(bucket.url("a/b.zip", None))
    assert parts.scheme == "https"
    assert parts.netloc == f"omics-exports-{ACCOUNT}-{REGION}.s3.{REGION}.amazonaws.com"
    assert parts.path == "/a/b.zip"
    query = parse_qs(parts.query)
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert query["X-Amz-Expires"] == ["3600"]
    assert query["X-Amz-Credential"][0].endswith(f"/{REGION}/s3/aws4_request")
    assert len(query["X-Amz-Signature"][0]) == 64


def test_url_of_a_server_has_its_origin(bucket: MockBucket) -> None:
    url = bucket.url("a.zip", "http://127.0.0.1:5000")
    assert url.startswith(f"http://127.0.0.1:5000/{bucket.name}/a.zip?X-Amz-Algorithm=")


@pytest.mark.parametrize(
    ("region", "partition", "host"),
    [
        ("cn-north-1", "aws-cn", "s3.cn-north-1.amazonaws.com.cn"),
        ("us-gov-west-1", "aws-us-gov", "s3.us-gov-west-1.amazonaws.com"),
    ],
)
def test_other_partitions_have_their_own_domain(
    client: MakeClient, region: str, partition: str, host: str
) -> None:
    bucket = MockBucket(ACCOUNT, region, partition)
    url = bucket.serve("a", b"x", None)
    assert urlsplit(url).netloc == f"{bucket.name}.{host}"
    assert requests.get(url, timeout=5).content == b"x"


def test_users_do_not_see_the_bucket(client: MakeClient, bucket: MockBucket) -> None:
    bucket.put("a", b"x")
    assert client("s3").list_buckets()["Buckets"] == []
    owner = client("s3", account=SERVICE_ACCOUNT)
    assert [b["Name"] for b in owner.list_buckets()["Buckets"]] == [bucket.name]


def test_same_content_is_stored_once(bucket: MockBucket, monkeypatch: pytest.MonkeyPatch) -> None:
    from moto.s3.models import S3Backend

    stored = []
    put: Callable[..., Any] = S3Backend.put_object

    def put_and_count(self: Any, *args: Any, **kwargs: Any) -> Any:
        stored.append(args[:2])
        return put(self, *args, **kwargs)

    monkeypatch.setattr(S3Backend, "put_object", put_and_count)
    for body in (b"x", b"x", b"y"):
        bucket.put("a", body)
    assert stored == [(bucket.name, "a")] * 2
    assert requests.get(bucket.url("a", None), timeout=5).content == b"y"


def test_bucket_ends_with_the_mock() -> None:
    bucket = MockBucket(ACCOUNT, REGION, "aws")
    with mock_aws():
        url = bucket.serve("a", b"x", None)
        assert requests.get(url, timeout=5).content == b"x"
    with mock_aws():
        assert requests.get(url, timeout=5).status_code == 404
