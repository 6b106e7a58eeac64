"""The time of a call: for large batches, for late pages, and compared with boto3 alone."""

from __future__ import annotations

from collections.abc import Iterator

from moto.core.models import botocore_stubber

from .environment import Environment, canned, client, immediate, request_of
from .measure import Action, Figure, Sizes, best, ratio

#: The size of a page.
PAGE = 100


def get_batch(sizes: Sizes) -> Iterator[Figure]:
    """Compare GetBatch of a large and of a small batch."""
    with immediate():
        environment = Environment()
        large, small = environment.batch_of(sizes.runs), environment.batch_of(sizes.few)
        times = best(
            sizes.rounds,
            lambda: environment.omics.get_batch(batchId=large),
            lambda: environment.omics.get_batch(batchId=small),
        )
    yield ratio(f"GetBatch, {sizes.runs:,} runs : {sizes.few:,} runs", times, 1.25)


def _last_token(environment: Environment, batch_id: str, runs: int) -> str:
    """Return the token of the last page."""
    token, listed = "", PAGE
    while listed < runs:
        start = {"startingToken": token} if token else {}
        page = environment.omics.list_runs_in_batch(batchId=batch_id, **start)
        token = page["nextToken"]
        listed += PAGE
    return token


def last_page(sizes: Sizes) -> Iterator[Figure]:
    """Compare the last and the first page of ListRunsInBatch."""
    with immediate():
        environment = Environment()
        batch_id = environment.batch_of(sizes.runs)
        token = _last_token(environment, batch_id, sizes.runs)
        last = environment.omics.list_runs_in_batch(batchId=batch_id, startingToken=token)
        assert len(last["runs"]) == PAGE
        assert "nextToken" not in last
        times = best(
            sizes.rounds,
            lambda: environment.omics.list_runs_in_batch(batchId=batch_id, startingToken=token),
            lambda: environment.omics.list_runs_in_batch(batchId=batch_id),
        )
    yield ratio(f"ListRunsInBatch, last page : first of {sizes.runs:,}", times, 1.1)


def against_boto3(sizes: Sizes) -> Iterator[Figure]:
    """Compare GetBatch and a page of 100 runs with boto3 and a canned response."""
    with immediate():
        environment = Environment()
        batch_id = environment.batch_of(sizes.runs)
        alone = canned("omics", lambda omics: omics.get_batch(batchId=batch_id))
        times = best(
            sizes.rounds,
            lambda: environment.omics.get_batch(batchId=batch_id),
            lambda: alone.get_batch(batchId=batch_id),
        )
        yield ratio("GetBatch : boto3 alone", times, 2.0)
        alone = canned("omics", lambda omics: omics.list_runs_in_batch(batchId=batch_id))
        times = best(
            sizes.rounds,
            lambda: environment.omics.list_runs_in_batch(batchId=batch_id),
            lambda: alone.list_runs_in_batch(batchId=batch_id),
        )
        yield ratio(f"ListRunsInBatch, page of {PAGE} : boto3 alone", times, 2.0)


def moto_against_boto3(sizes: Sizes) -> Iterator[Figure]:
    """Compare two fast calls of moto with boto3 and a canned response, for reference."""
    with immediate():
        vectors, sts = client("s3vectors"), client("sts")
        vectors.create_vector_bucket(vectorBucketName="vectors")
        get = {"vectorBucketName": "vectors"}
        alone = canned("s3vectors", lambda vectors: vectors.get_vector_bucket(**get))
        times = best(
            sizes.rounds,
            lambda: vectors.get_vector_bucket(**get),
            lambda: alone.get_vector_bucket(**get),
        )
        yield ratio("moto's own s3vectors GetVectorBucket : boto3 alone", times, None)
        alone = canned("sts", lambda sts: sts.get_caller_identity())
        times = best(sizes.rounds, sts.get_caller_identity, alone.get_caller_identity)
        yield ratio("moto's own sts GetCallerIdentity : boto3 alone", times, None)


def list_runs(sizes: Sizes) -> Iterator[Figure]:
    """Compare a page of ListRuns with one of ListRunsInBatch, both without boto3.

    boto3 would spend most of the time on parsing the timestamps of ListRuns.
    """
    with immediate():
        environment = Environment()
        batch_id = environment.batch_of(sizes.runs)
        runs = request_of(environment.omics, lambda omics: omics.list_runs())
        in_batch = request_of(
            environment.omics, lambda omics: omics.list_runs_in_batch(batchId=batch_id)
        )

        def send(request: object) -> Action:
            return lambda: botocore_stubber("before-send", request)  # type: ignore[arg-type]

        times = best(sizes.rounds, send(runs), send(in_batch))
    yield ratio("ListRuns : ListRunsInBatch, a page, within moto", times, 2.0)
