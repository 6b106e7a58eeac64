"""What a call costs: by the size of the batch, by the place of the page, against boto3 alone."""

from __future__ import annotations

from collections.abc import Iterator

from moto.core.models import botocore_stubber

from .lab import Lab, canned, client, immediate, request_of
from .measure import Action, Figure, Sizes, best, ratio

#: The size of a page.
PAGE = 100


def get_batch(sizes: Sizes) -> Iterator[Figure]:
    """GetBatch does not cost more for a large batch."""
    with immediate():
        lab = Lab()
        large, small = lab.batch_of(sizes.runs), lab.batch_of(sizes.few)
        times = best(
            sizes.rounds,
            lambda: lab.omics.get_batch(batchId=large),
            lambda: lab.omics.get_batch(batchId=small),
        )
    yield ratio(f"GetBatch, {sizes.runs:,} runs : {sizes.few:,} runs", times, 1.25)


def _last_token(lab: Lab, batch_id: str, runs: int) -> str:
    """The token of the last page."""
    token, seen = "", PAGE
    while seen < runs:
        more = {"startingToken": token} if token else {}
        token = lab.omics.list_runs_in_batch(batchId=batch_id, **more)["nextToken"]
        seen += PAGE
    return token


def last_page(sizes: Sizes) -> Iterator[Figure]:
    """A page of ListRunsInBatch costs the same at the end as at the start."""
    with immediate():
        lab = Lab()
        batch_id = lab.batch_of(sizes.runs)
        token = _last_token(lab, batch_id, sizes.runs)
        last = lab.omics.list_runs_in_batch(batchId=batch_id, startingToken=token)
        assert len(last["runs"]) == PAGE
        assert "nextToken" not in last
        times = best(
            sizes.rounds,
            lambda: lab.omics.list_runs_in_batch(batchId=batch_id, startingToken=token),
            lambda: lab.omics.list_runs_in_batch(batchId=batch_id),
        )
    yield ratio(f"ListRunsInBatch, last page : first of {sizes.runs:,}", times, 1.1)


def against_boto3(sizes: Sizes) -> Iterator[Figure]:
    """GetBatch and a page of 100 runs, against boto3 with the same answer from a can."""
    with immediate():
        lab = Lab()
        batch_id = lab.batch_of(sizes.runs)
        can = canned("omics", lambda omics: omics.get_batch(batchId=batch_id))
        times = best(
            sizes.rounds,
            lambda: lab.omics.get_batch(batchId=batch_id),
            lambda: can.get_batch(batchId=batch_id),
        )
        yield ratio("GetBatch : boto3 alone", times, 2.0)
        page = canned("omics", lambda omics: omics.list_runs_in_batch(batchId=batch_id))
        times = best(
            sizes.rounds,
            lambda: lab.omics.list_runs_in_batch(batchId=batch_id),
            lambda: page.list_runs_in_batch(batchId=batch_id),
        )
        yield ratio(f"ListRunsInBatch, page of {PAGE} : boto3 alone", times, 2.0)


def moto_against_boto3(sizes: Sizes) -> Iterator[Figure]:
    """The same for cheap calls of moto's own, to compare with."""
    with immediate():
        vectors, sts = client("s3vectors"), client("sts")
        vectors.create_vector_bucket(vectorBucketName="vectors")
        get = {"vectorBucketName": "vectors"}
        can = canned("s3vectors", lambda vectors: vectors.get_vector_bucket(**get))
        times = best(
            sizes.rounds,
            lambda: vectors.get_vector_bucket(**get),
            lambda: can.get_vector_bucket(**get),
        )
        yield ratio("moto's own s3vectors GetVectorBucket : boto3 alone", times, None)
        who = canned("sts", lambda sts: sts.get_caller_identity())
        times = best(sizes.rounds, sts.get_caller_identity, who.get_caller_identity)
        yield ratio("moto's own sts GetCallerIdentity : boto3 alone", times, None)


def list_runs(sizes: Sizes) -> Iterator[Figure]:
    """A page of ListRuns against one of ListRunsInBatch, both measured within moto: boto3 would
    spend most of the time on the timestamps of ListRuns."""
    with immediate():
        lab = Lab()
        batch_id = lab.batch_of(sizes.runs)
        runs = request_of(lab.omics, lambda omics: omics.list_runs())
        in_batch = request_of(lab.omics, lambda omics: omics.list_runs_in_batch(batchId=batch_id))

        def served(request: object) -> Action:
            return lambda: botocore_stubber("before-send", request)  # type: ignore[arg-type]

        times = best(sizes.rounds, served(runs), served(in_batch))
    yield ratio("ListRuns : ListRunsInBatch, a page, within moto", times, 2.0)
