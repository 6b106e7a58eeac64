"""TagResource, UntagResource and ListTagsForResource for every type of resource."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from conftest import ACCOUNT, ROLE, Answer, Client, MakeClient, StartBatch, Until, definition
from tests.omics.helpers import (
    StartRun,
    UntilRun,
    raises_conflict,
    raises_not_found,
    raises_validation,
    raises_violations,
)

#: Type of resource: a function that creates one with tags and returns its ARN.
CREATORS: dict[str, Callable[[Client, str, dict[str, str]], str]] = {
    "run": lambda omics, workflow, tags: str(
        omics.start_run(
            workflowId=workflow, roleArn=ROLE, outputUri="s3://results/solo", tags=tags
        )["arn"]
    ),
    "batch": lambda omics, workflow, tags: str(
        omics.start_run_batch(
            tags=tags,
            defaultRunSetting={
                "workflowId": workflow,
                "roleArn": ROLE,
                "outputUri": "s3://results/cohort",
                "runTags": {"of": "runs"},
            },
            batchRunSettings={"inlineSettings": [{"runSettingId": "s1"}]},
        )["arn"]
    ),
    "workflow": lambda omics, _, tags: str(
        omics.create_workflow(definitionZip=definition(), tags=tags)["arn"]
    ),
    "version": lambda omics, workflow, tags: str(
        omics.create_workflow_version(
            workflowId=workflow, versionName="v1.0", definitionZip=definition(), tags=tags
        )["arn"]
    ),
    "run group": lambda omics, _, tags: str(omics.create_run_group(tags=tags)["arn"]),
    "run cache": lambda omics, _, tags: str(
        omics.create_run_cache(cacheS3Location="s3://cache", tags=tags)["arn"]
    ),
    "configuration": lambda omics, _, tags: str(
        omics.create_configuration(name="lab-vpc", runConfigurations={}, tags=tags)["arn"]
    ),
}

CreateTagged = Callable[[dict[str, str]], str]


@pytest.fixture(params=CREATORS)
def create_tagged(request: pytest.FixtureRequest, omics: Client, workflow_id: str) -> CreateTagged:
    """``create_tagged({"a": "b"})`` creates a resource and returns its ARN, for each type."""
    return lambda tags: CREATORS[request.param](omics, workflow_id, tags)


def tags_of(omics: Client, arn: str) -> dict[str, str]:
    tags: dict[str, str] = omics.list_tags_for_resource(resourceArn=arn)["tags"]
    return tags


@pytest.mark.observed("W9")
def test_tags_of_a_create_request_are_returned(omics: Client, create_tagged: CreateTagged) -> None:
    tags = {"cohort": "giab", "Cohort": "", "a/b:c=d+e-f@g_h. ä": "x y"}
    assert tags_of(omics, create_tagged(tags)) == tags


@pytest.mark.documented("W9", "W1")
def test_tags_are_added_changed_and_removed(omics: Client, create_tagged: CreateTagged) -> None:
    arn = create_tagged({"a": "1", "b": "2"})
    response = omics.tag_resource(resourceArn=arn, tags={"b": "3", "c": ""})
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert tags_of(omics, arn) == {"a": "1", "b": "3", "c": ""}
    response = omics.untag_resource(resourceArn=arn, tagKeys=["a", "A", "never there"])
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert tags_of(omics, arn) == {"b": "3", "c": ""}
    omics.tag_resource(resourceArn=arn, tags={})
    assert tags_of(omics, arn) == {"b": "3", "c": ""}


@pytest.mark.documented("W9")
def test_resource_without_tags_has_an_empty_map(omics: Client, create_tagged: CreateTagged) -> None:
    assert tags_of(omics, create_tagged({})) == {}


@pytest.mark.documented("W9")
def test_resource_has_at_most_50_tags(omics: Client, create_tagged: CreateTagged) -> None:
    with raises_validation("tags: A resource can have 50 tags at most, not 51"):
        create_tagged({f"k{n}": "" for n in range(51)})
    fifty = {f"k{n}": "" for n in range(50)}
    arn = create_tagged(fifty)
    omics.tag_resource(resourceArn=arn, tags={"k7": "changed"})
    with raises_validation("tags: A resource can have 50 tags at most, not 51"):
        omics.tag_resource(resourceArn=arn, tags={"k50": ""})
    assert tags_of(omics, arn) == {**fifty, "k7": "changed"}


@pytest.mark.documented("W9")
@pytest.mark.parametrize("key", ["aws:cohort", "AWS:cohort"])
def test_aws_prefix_is_reserved(omics: Client, create_tagged: CreateTagged, key: str) -> None:
    with raises_validation(f"tags: Tag key '{key}' must not start with aws:"):
        create_tagged({key: "x"})
    arn = create_tagged({"aws": "x"})
    with raises_validation(f"tags: Tag key '{key}' must not start with aws:"):
        omics.tag_resource(resourceArn=arn, tags={key: "x"})
    assert tags_of(omics, arn) == {"aws": "x"}


@pytest.mark.documented("W9")
@pytest.mark.parametrize(
    ("tags", "character"), [({"a": "50%"}, "%"), ({"a": "x\ny"}, "\n"), ({"a?": "x"}, "?")]
)
def test_invalid_character_in_tag_is_rejected(
    omics: Client, tags: dict[str, str], character: str
) -> None:
    message = (
        f"tags: Tag '{next(iter(tags))}' holds a character that tags cannot have: {character!r}"
    )
    with raises_validation(message):
        omics.create_run_group(tags=tags)
    arn = omics.create_run_group()["arn"]
    with raises_validation(message):
        omics.tag_resource(resourceArn=arn, tags=tags)


@pytest.mark.documented("W9")
def test_key_and_value_lengths_are_limited(raw_omics: Client) -> None:
    arn = raw_omics.create_run_group(tags={"k" * 128: "v" * 256})["arn"]
    with raises_violations(
        f"Value '{'v' * 257}' at 'tags.k.member' must have length less than or equal to 256"
    ):
        raw_omics.tag_resource(resourceArn=arn, tags={"k": "v" * 257})
    for key, limit in (
        ("k" * 129, "less than or equal to 128"),
        ("", "greater than or equal to 1"),
    ):
        with raises_validation(
            f"1 validation error detected: Value '{{{key}=}}' at 'tags' failed to satisfy "
            f"constraint: Map keys must satisfy constraint: [Member must have length {limit}]"
        ):
            raw_omics.tag_resource(resourceArn=arn, tags={key: ""})


@pytest.mark.documented("W9")
def test_request_has_at_most_50_tags(omics: Client) -> None:
    arn = omics.create_run_group()["arn"]
    keys = [f"k{n}" for n in range(51)]
    with raises_violations(
        f"Value '{{{', '.join(f'{key}=' for key in keys)}}}' at 'tags' must have length "
        "less than or equal to 50"
    ):
        omics.tag_resource(resourceArn=arn, tags=dict.fromkeys(keys, ""))
    with raises_violations(
        f"Value '[{', '.join(keys)}]' at 'tagKeys' must have length less than or equal to 50"
    ):
        omics.untag_resource(resourceArn=arn, tagKeys=keys)


@pytest.mark.our_choice("W9", "B64")
def test_invalid_run_tags_fail_only_their_entry(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    run_tags: list[dict[str, str]] = [
        {"aws:lane": "1"},
        {f"own{n}": "" for n in range(21)},
        {f"k{n}": "own" for n in range(30)},
    ]
    entries = [{"runSettingId": f"s{n}", "runTags": tags} for n, tags in enumerate(run_tags)]
    batch_id = start_batch(entries, runTags={f"k{n}": "" for n in range(30)})
    until(batch_id, "INPROGRESS")
    runs = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    assert [run.get("submissionFailureMessage") for run in runs] == [
        "runTags: Tag key 'aws:lane' must not start with aws:",
        "runTags: A resource can have 50 tags at most, not 51",
        None,
    ]
    assert tags_of(omics, runs[2]["runArn"]) == run_tags[2]


# -- ARNs --


@pytest.mark.documented("W9")
@pytest.mark.parametrize(
    "resource",
    [
        f"arn:aws:omics:us-east-1:{ACCOUNT}:{name}"
        for name in (
            "run/7654321",
            "run/x",
            "runBatch/7654321",
            "workflow/7654321",
            "workflow/7654321/version/v1",
            "runGroup/7654321",
            "runCache/7654321",
            "configuration/none",
            "task/7654321",
            "run",
        )
    ]
    + ["arn:aws:s3:::results", "arn:x"],
)
def test_unknown_resource_is_not_found(omics: Client, resource: str) -> None:
    message = f"Resource {resource} not found"
    with raises_not_found(message):
        omics.list_tags_for_resource(resourceArn=resource)
    with raises_not_found(message):
        omics.tag_resource(resourceArn=resource, tags={"a": "b"})
    with raises_not_found(message):
        omics.untag_resource(resourceArn=resource, tagKeys=["a"])


@pytest.mark.documented("W9")
def test_arn_must_match_account_and_region(
    omics: Client, client: MakeClient, create_tagged: CreateTagged
) -> None:
    arn = create_tagged({"a": "b"})
    other_arns = arn.replace("us-east-1", "eu-west-1"), arn.replace(ACCOUNT, "111111111111")
    for other in (*other_arns, arn.replace("arn:aws:", "arn:aws-cn:"), f"{arn}x", f"{arn}/"):
        with raises_not_found(f"Resource {other} not found"):
            omics.list_tags_for_resource(resourceArn=other)
    with raises_not_found(f"Resource {arn} not found"):
        client("omics", "eu-west-1").list_tags_for_resource(resourceArn=arn)


@pytest.mark.documented("W9")
def test_arn_is_limited_to_150_characters(omics: Client) -> None:
    prefix = f"arn:aws:omics:us-east-1:{ACCOUNT}:configuration/"
    fits, too_long = (("n" * (size - len(prefix))) for size in (150, 151))
    for name in (fits, too_long):
        omics.create_configuration(name=name, runConfigurations={}, tags={"a": "b"})
    assert tags_of(omics, prefix + fits) == {"a": "b"}
    with raises_violations(
        f"Value '{prefix}{too_long}' at 'resourceArn' must have length less than or equal to 150"
    ):
        omics.list_tags_for_resource(resourceArn=prefix + too_long)
    with raises_violations(
        "Value 'run/1' at 'resourceArn' must satisfy regular expression pattern: arn:.+"
    ):
        omics.list_tags_for_resource(resourceArn="run/1")


@pytest.mark.documented("W9")
def test_keys_with_special_characters_are_removed(omics: Client) -> None:
    keys = ["a b", "x=y+z", "ä/日", "2F", "c:d@e"]
    arn = omics.create_run_group(tags=dict.fromkeys(keys, "v"))["arn"]
    omics.untag_resource(resourceArn=arn, tagKeys=keys[1:])
    assert tags_of(omics, arn) == {keys[0]: "v"}


@pytest.mark.documented("W2.8", "W9")
def test_tags_of_deleted_resources_are_not_found(
    omics: Client, start_run: StartRun, until_run: UntilRun
) -> None:
    run = start_run(tags={"a": "b"})
    group = omics.create_run_group(tags={"a": "b"})
    until_run(run["id"], "COMPLETED")
    assert tags_of(omics, run["arn"]) == {"a": "b"}
    omics.delete_run(id=run["id"])
    omics.delete_run_group(id=group["id"])
    for created in (run, group):
        with raises_not_found(f"Resource {created['arn']} not found"):
            omics.list_tags_for_resource(resourceArn=created["arn"])


# -- tags in responses --


@pytest.mark.documented("W2.9", "B19")
def test_get_run_returns_the_current_tags(
    omics: Client, start_run: StartRun, start_batch_run: Callable[..., str]
) -> None:
    for run_id in (start_run(tags={"a": "1"})["id"], start_batch_run(runTags={"a": "1"})):
        run = omics.get_run(id=run_id)
        assert run["tags"] == {"a": "1"}
        omics.tag_resource(resourceArn=run["arn"], tags={"b": "2"})
        omics.untag_resource(resourceArn=run["arn"], tagKeys=["a"])
        assert omics.get_run(id=run_id)["tags"] == tags_of(omics, run["arn"]) == {"b": "2"}


@pytest.mark.documented("B19", "B31")
def test_tags_of_a_batch_and_its_runs_are_separate(omics: Client, start_batch: StartBatch) -> None:
    entries: list[Any] = ["s1", {"runSettingId": "s2", "runTags": {"lane": "2", "site": "B"}}]
    batch_id = start_batch(entries, tags={"cohort": "giab"}, runTags={"site": "A"})
    batch = omics.get_batch(batchId=batch_id)
    for _ in range(3):
        omics.get_batch(batchId=batch_id)
    arns = [run["runArn"] for run in omics.list_runs_in_batch(batchId=batch_id)["runs"]]
    assert [tags_of(omics, arn) for arn in arns] == [{"site": "A"}, {"lane": "2", "site": "B"}]
    omics.tag_resource(resourceArn=batch["arn"], tags={"more": "x"})
    omics.tag_resource(resourceArn=arns[0], tags={"own": "y"})
    assert omics.get_batch(batchId=batch_id)["tags"] == {"cohort": "giab", "more": "x"}
    assert [tags_of(omics, arn) for arn in arns] == [
        {"site": "A", "own": "y"},
        {"lane": "2", "site": "B"},
    ]
    # The request parameters are returned unchanged.
    assert omics.get_batch(batchId=batch_id)["defaultRunSetting"]["runTags"] == {"site": "A"}


@pytest.mark.documented("W9", "W8")
def test_get_operations_return_the_current_tags(
    omics: Client, configuration: str, workflow_id: str
) -> None:
    version = {"workflowId": workflow_id, "versionName": "v1"}
    omics.create_workflow_version(**version, definitionZip=definition())
    group = omics.create_run_group()["id"]
    cache = omics.create_run_cache(cacheS3Location="s3://cache")["id"]
    gets: list[Callable[[], Answer]] = [
        lambda: omics.get_workflow(id=workflow_id),
        lambda: omics.get_workflow_version(**version),
        lambda: omics.get_run_group(id=group),
        lambda: omics.get_run_cache(id=cache),
        lambda: omics.get_configuration(name=configuration),
    ]
    for get in gets:
        omics.tag_resource(resourceArn=get()["arn"], tags={"a": "b"})
        assert get()["tags"] == {"a": "b"}


@pytest.mark.our_choice("B18")
def test_changed_tags_do_not_affect_idempotency(omics: Client) -> None:
    params = {"requestId": "g-1", "tags": {"a": "b"}}
    arn = omics.create_run_group(**params)["arn"]
    omics.tag_resource(resourceArn=arn, tags={"c": "d"})
    assert omics.create_run_group(**params)["arn"] == arn
    with raises_conflict("The requestId g-1 was used before with other parameters"):
        omics.create_run_group(**{**params, "tags": {"a": "b", "c": "d"}})
