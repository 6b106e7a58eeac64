"""S3: the objects, prefixes and patterns that the parameters of runs name."""

from __future__ import annotations

import time
from typing import Any

import pytest

from moto_omics_batch.omics.integrations.s3 import S3, uri_problem
from moto_omics_batch.omics.integrations.s3_inputs import Inputs

from .conftest import ACCOUNT, OTHER_ACCOUNT, REGION, Client, MakeClient

KEYS = ["reads/HG1_R1.fq.gz", "reads/HG1_R2.fq.gz", "reads/old/HG0.fq.gz", "ref.fa", "odd/[x].txt"]


@pytest.fixture
def s3(client: MakeClient) -> S3:
    """Buckets ``inputs`` with KEYS, ``far`` in eu-west-1, ``theirs`` of another account."""
    mine, theirs = client("s3"), client("s3", account=OTHER_ACCOUNT)
    mine.create_bucket(Bucket="inputs")
    for key in KEYS:
        mine.put_object(Bucket="inputs", Key=key, Body=b"")
    europe = {"LocationConstraint": "eu-west-1"}
    mine.create_bucket(Bucket="far", CreateBucketConfiguration=europe)
    mine.put_object(Bucket="far", Key="x", Body=b"")
    theirs.create_bucket(Bucket="theirs")
    return S3(ACCOUNT, REGION, "aws")


def not_found(uri: str) -> str:
    return f"S3 object not found: {uri}"


@pytest.mark.parametrize("patterns", [False, True])
def test_objects_buckets_and_prefixes(s3: S3, patterns: bool) -> None:
    expected = {
        "s3://inputs/ref.fa": None,
        "s3://inputs": None,
        "s3://inputs/": None,
        "s3://inputs/reads/": None,
        "s3://inputs/reads/old/": None,
        "s3://inputs/reads": not_found("s3://inputs/reads"),
        "s3://inputs/nothing/": not_found("s3://inputs/nothing/"),
        "s3://inputs/zzz/": not_found("s3://inputs/zzz/"),
        "s3://inputs/none": not_found("s3://inputs/none"),
        "s3://inputs/odd/[x].txt": None,
        "s3://far/x": "S3 bucket not located in us-east-1 region",
        "s3://theirs/": "S3 access denied for s3://theirs/",
        "s3:///x": uri_problem("s3:///x"),
    }
    inputs = Inputs(s3, patterns=patterns)
    assert {uri: inputs.uri_problem(uri, {}) for uri in expected} == expected


def test_patterns_need_a_matching_object(s3: S3) -> None:
    expected = {
        "s3://inputs/reads/*.gz": None,
        "s3://inputs/reads/*_R{1,2}.fq.gz": None,
        "s3://inputs/**.fq.gz": None,
        "s3://inputs/r*/": None,
        "s3://inputs/reads/*.bam": not_found("s3://inputs/reads/*.bam"),
        "s3://inputs/*.gz": not_found("s3://inputs/*.gz"),
        "s3://in*/ref.fa": not_found("s3://in*/ref.fa"),
    }
    inputs = Inputs(s3, patterns=True)
    assert {uri: inputs.uri_problem(uri, {}) for uri in expected} == expected


def test_for_other_engines_a_pattern_is_the_name_of_an_object(s3: S3, client: MakeClient) -> None:
    uri = "s3://inputs/reads/*.gz"
    assert Inputs(s3).uri_problem(uri, {}) == not_found(uri)
    client("s3").put_object(Bucket="inputs", Key="reads/*.gz", Body=b"")
    assert Inputs(s3).uri_problem(uri, {}) is None


def test_deleted_objects_match_no_prefix_and_no_pattern(s3: S3, client: MakeClient) -> None:
    bucket: Client = client("s3")
    status = {"Status": "Enabled"}
    bucket.put_bucket_versioning(Bucket="inputs", VersioningConfiguration=status)
    bucket.delete_object(Bucket="inputs", Key="odd/[x].txt")
    for uri in ("s3://inputs/odd/", "s3://inputs/odd/*"):
        assert Inputs(s3, patterns=True).uri_problem(uri, {}) == not_found(uri)


def test_etags_of_objects_prefixes_and_patterns(s3: S3, client: MakeClient) -> None:
    etag = "etag:d41d8cd98f00b204e9800998ecf8427e"
    parameters = {
        "ref": ["s3://inputs/ref.fa", {"again": "s3://inputs/ref.fa"}],
        "reads": "s3://inputs/reads/",
        "none": ["s3://inputs/none", "s3://inputs", "s3://none/x/", "s3:///x", "ref.fa", 1],
        "bucket": "s3://inputs/",
        "pattern": "s3://inputs/reads/*.gz",
    }
    found = list(Inputs(s3).etags(parameters))
    assert found[0] == ("s3://inputs/ref.fa", etag)
    assert [uri for uri, _ in found] == ["s3://inputs/ref.fa", "s3://inputs/reads/", "s3://inputs/"]
    assert len({value for _, value in found}) == 3
    with_patterns = dict(Inputs(s3, patterns=True).etags(parameters))
    assert with_patterns.keys() - dict(found).keys() == {"s3://inputs/reads/*.gz"}
    client("s3").put_object(Bucket="inputs", Key="reads/HG1_R1.fq.gz", Body=b"new")
    changed = {uri for uri, value in with_patterns.items() if not _has(s3, uri, value)}
    assert changed == {"s3://inputs/reads/", "s3://inputs/", "s3://inputs/reads/*.gz"}


def _has(s3: S3, uri: str, etag: str) -> bool:
    """Return whether a URI still has an ETag."""
    return list(Inputs(s3, patterns=True).etags(uri)) == [(uri, etag)]


def test_the_etag_of_an_object_is_read_once_for_many_runs() -> None:
    class Counting(S3):
        count = 0

        def digests(self, document: Any) -> dict[str, str]:
            self.count += 1
            return {}

    s3 = Counting(ACCOUNT, REGION, "aws")
    inputs = Inputs(s3)
    for n in range(100):
        assert list(inputs.etags({"sample": n, "ref": ["s3://b/ref.fa", "s3://b/ref.fa"]})) == []
    assert s3.count == 1


def test_runs_in_a_vpc_may_use_other_regions(s3: S3) -> None:
    vpc, inputs = {"networkingMode": "VPC"}, Inputs(s3)
    assert inputs.uri_problem("s3://far/x", vpc) is None
    assert inputs.uri_problem("s3://far/none", vpc) == not_found("s3://far/none")
    assert Inputs(S3(ACCOUNT, "eu-west-1", "aws")).uri_problem("s3://far/x", {}) is None


def test_the_problem_of_parameters_is_the_first_one(s3: S3) -> None:
    def problem(parameters: Any) -> str | None:
        return Inputs(s3).problem({}, parameters)

    fasta = "s3://inputs/ref.fa"
    assert problem({"ref": fasta, "sample": "inputs/none", "other": "S3://inputs/none"}) is None
    assert problem({"ref": [fasta, {"x": "s3://inputs/1"}], "y": "s3://inputs/2"}) == (
        not_found("s3://inputs/1")
    )
    assert problem(None) is None


def test_the_check_of_many_prefixes_and_patterns_is_not_quadratic() -> None:
    class ManyObjects(S3):
        def bucket_problem(self, uri: str, settings: Any) -> None:
            return None

        def keys(self, bucket_name: str) -> list[str]:
            return [f"{n:06}/x.gz" for n in range(50_000)]

        def exists(self, uri: str) -> bool:
            return uri.endswith(".gz") and "*" not in uri

    inputs = Inputs(ManyObjects(ACCOUNT, REGION, "aws"), patterns=True)
    start = time.process_time()
    for n in range(0, 50_000, 10):
        for end in ("/", "/*.gz"):
            assert inputs.uri_problem(f"s3://b/{n:06}{end}", {}) is None
        assert inputs.uri_problem("s3://b/*/y.gz", {}) == not_found("s3://b/*/y.gz")
    assert time.process_time() - start < 5
