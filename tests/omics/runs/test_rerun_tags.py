"""Tags of a run that repeats another run: StartRun with runId."""

from __future__ import annotations

import pytest

from conftest import Answer, Client, StartBatch
from tests.omics.helpers import StartRun, run_ids

OUTPUT = {"roleArn": "arn:aws:iam::123456789012:role/omics", "outputUri": "s3://again"}


def change_tags(omics: Client, run: Answer) -> None:
    """Add the tag "added" to a run and remove its tag "cohort"."""
    omics.tag_resource(resourceArn=run["arn"], tags={"added": "later"})
    omics.untag_resource(resourceArn=run["arn"], tagKeys=["cohort"])


def tags_of(omics: Client, run: Answer) -> dict[str, str]:
    """Return the tags of a run, which GetRun and ListTagsForResource must agree on."""
    tags: dict[str, str] = omics.get_run(id=run["id"])["tags"]
    assert omics.list_tags_for_resource(resourceArn=run["arn"])["tags"] == tags
    return tags


@pytest.mark.our_choice("W2.7")
def test_rerun_has_the_tags_that_the_first_run_was_started_with(
    omics: Client, start_run: StartRun
) -> None:
    first = start_run(tags={"cohort": "giab", "sample": "HG002"})
    change_tags(omics, first)
    again = omics.start_run(runId=first["id"], **OUTPUT)
    assert again["tags"] == {"cohort": "giab", "sample": "HG002"}
    assert tags_of(omics, again) == {"cohort": "giab", "sample": "HG002"}
    assert tags_of(omics, first) == {"sample": "HG002", "added": "later"}


@pytest.mark.our_choice("W2.7")
@pytest.mark.parametrize("tags", [{"cohort": "other"}, {"new": "tag"}, {}])
def test_tags_of_the_request_replace_the_tags_of_the_first_run(
    omics: Client, start_run: StartRun, tags: dict[str, str]
) -> None:
    first = start_run(tags={"cohort": "giab", "sample": "HG002"})
    again = omics.start_run(runId=first["id"], tags=tags, **OUTPUT)
    assert again["tags"] == tags
    # A re-run of the re-run has the tags of the re-run.
    third = omics.start_run(runId=again["id"], **OUTPUT)
    assert tags_of(omics, third) == tags


@pytest.mark.our_choice("W2.7")
def test_changed_tags_of_a_rerun_are_its_own(omics: Client, start_run: StartRun) -> None:
    first = start_run(tags={"cohort": "giab"})
    again = omics.start_run(runId=first["id"], **OUTPUT)
    change_tags(omics, again)
    assert tags_of(omics, again) == {"added": "later"}
    assert tags_of(omics, first) == {"cohort": "giab"}


@pytest.mark.our_choice("W2.7", "B31")
def test_rerun_of_a_run_of_a_batch_has_its_run_tags(omics: Client, start_batch: StartBatch) -> None:
    """The tags of the batch are not those of its runs."""
    entries = [{"runSettingId": "s1", "runTags": {"sample": "HG002"}}, "s2"]
    batch_id = start_batch(entries, runTags={"cohort": "giab"}, tags={"batch": "yes"})
    while omics.get_batch(batchId=batch_id)["status"] != "INPROGRESS":
        pass
    ids = run_ids(omics, batch_id)
    run = omics.get_run(id=ids["s1"])
    change_tags(omics, run)
    again = omics.start_run(runId=ids["s1"], **OUTPUT)
    assert tags_of(omics, again) == {"cohort": "giab", "sample": "HG002"}
    assert tags_of(omics, omics.start_run(runId=ids["s2"], **OUTPUT)) == {"cohort": "giab"}
