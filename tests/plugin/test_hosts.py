"""The hosts that the backend answers, and the host prefix of requests to other hosts."""

from __future__ import annotations

import re

import moto
import pytest

from moto_omics_batch._install import without_host_prefix
from moto_omics_batch.omics.urls import url_bases

HOSTS = [
    "workflows-omics.us-east-1.amazonaws.com",
    "tags-omics.eu-west-1.amazonaws.com",
    "storage-omics.us-west-2.amazonaws.com",
    "control-storage-omics.us-west-2.amazonaws.com",
    "analytics-omics.ap-southeast-1.amazonaws.com",
    "omics.il-central-1.amazonaws.com",
    "workflows-omics-fips.us-gov-west-1.amazonaws.com",
    "omics-fips.us-east-1.amazonaws.com",
    "workflows-omics.cn-north-1.amazonaws.com.cn",
    "omics.cn-northwest-1.amazonaws.com.cn",
    "workflows-omics.us-east-1.api.aws",
    "omics-fips.us-east-1.api.aws",
    "omics.us-east-1.amazonaws.com:443",
]

#: Hosts with similar names: buckets, other services, other words.
OTHER_HOSTS = [
    "omics.s3.amazonaws.com",
    "omics.s3.us-east-1.amazonaws.com",
    "omics.s3-us-west-2.amazonaws.com",
    "workflows-omics.s3.us-east-1.amazonaws.com",
    "omics.s3.dualstack.us-east-1.amazonaws.com",
    "omics.s3-accelerate.amazonaws.com",
    "omics.s3-website-us-east-1.amazonaws.com",
    "omics.s3-fips.us-east-1.amazonaws.com",
    "my-omics.us-east-1.amazonaws.com",
    "genomics.us-east-1.amazonaws.com",
    "omicsdata.us-east-1.amazonaws.com",
    "omics-data.us-east-1.amazonaws.com",
    "s3.us-east-1.amazonaws.com",
    "batch.us-east-1.amazonaws.com",
    "omics.example.com",
    "omics.us-east-1.example.com",
    "omics.execute-api.us-east-1.amazonaws.com",
    "workflows.omics.us-east-1.amazonaws.com",
]


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_hosts_of_the_service_are_answered(host: str, scheme: str) -> None:
    assert any(re.match(base, f"{scheme}://{host}") for base in url_bases)
    found = moto.backends.get_service_from_url(f"{scheme}://{host}/runBatch")
    assert found == "omics"


@pytest.mark.parametrize("host", OTHER_HOSTS)
def test_other_hosts_are_not_answered(host: str) -> None:
    assert not any(re.match(base, f"https://{host}/key") for base in url_bases)


def test_all_endpoints_of_botocore_are_answered() -> None:
    """FIPS and dual-stack endpoints in all regions and partitions are included."""
    import boto3
    from botocore.config import Config

    session = boto3.Session(aws_access_key_id="a", aws_secret_access_key="b")
    regions = [
        region
        for partition in ("aws", "aws-cn", "aws-us-gov")
        for region in session.get_available_regions("omics", partition)
    ]
    assert "us-east-1" in regions
    for region in [*regions, "cn-north-1", "us-gov-west-1"]:
        for kind in ({}, {"use_fips_endpoint": True}, {"use_dualstack_endpoint": True}):
            config = Config(**kind)  # type: ignore[arg-type]
            client = session.client("omics", region_name=region, config=config)
            host = client.meta.endpoint_url.removeprefix("https://")
            for prefix in ("workflows-", "tags-", ""):
                url = f"https://{prefix}{host}/runBatch"
                assert any(re.match(base, url) for base in url_bases), url


@pytest.mark.parametrize("bucket", ["omics", "workflows-omics", "tags-omics"])
def test_a_bucket_named_omics_is_answered_by_s3(
    monkeypatch: pytest.MonkeyPatch, bucket: str
) -> None:
    import boto3
    from botocore.config import Config

    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    with moto.mock_aws():
        for style in ("virtual", "path"):
            config = Config(s3={"addressing_style": style})
            s3 = boto3.client("s3", region_name="us-east-1", config=config)
            s3.create_bucket(Bucket=bucket)
            s3.put_object(Bucket=bucket, Key="runs.json", Body=b"[]")
            assert s3.get_object(Bucket=bucket, Key="runs.json")["Body"].read() == b"[]"
            s3.delete_object(Bucket=bucket, Key="runs.json")
            s3.delete_bucket(Bucket=bucket)


# -- the host prefix --


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://workflows-127.0.0.1:5000/run", "http://127.0.0.1:5000/run"),
        ("http://tags-localhost:5000/tags/x", "http://localhost:5000/tags/x"),
        ("https://control-storage-moto.internal/x", "https://moto.internal/x"),
        ("http://storage-host/x", "http://host/x"),
        ("http://analytics-host", "http://host"),
        ("http://workflows-[::1]:5000/run", "http://[::1]:5000/run"),
        # Hosts of AWS keep their prefixes.
        *[
            (url, url)
            for url in (
                "https://workflows-omics.us-east-1.amazonaws.com/run",
                "https://workflows-omics-fips.us-east-1.api.aws/run",
                "https://tags-omics.cn-north-1.amazonaws.com.cn:443/run",
                "https://workflows-vpce-0a1b.omics.us-east-1.vpce.amazonaws.com/run",
            )
        ],
        # No prefix, and names of AWS outside the host.
        ("http://127.0.0.1:5000/workflows-x", "http://127.0.0.1:5000/workflows-x"),
        ("http://workflows-host/amazonaws.com", "http://host/amazonaws.com"),
        ("http://workflows-evilamazonaws.com/run", "http://evilamazonaws.com/run"),
    ],
)
def test_the_prefix_is_removed_from_hosts_other_than_those_of_aws(url: str, expected: str) -> None:
    params = {"url": url, "method": "GET"}
    without_host_prefix(params, model=None)
    assert params == {"url": expected, "method": "GET"}


def test_a_request_without_a_url_is_not_changed() -> None:
    params: dict[str, object] = {}
    without_host_prefix(params)
    assert params == {}
