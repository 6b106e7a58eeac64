"""Tags of everything that has an ARN: given at creation, added, changed, removed."""

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

#: How each kind of resource is made, with tags, → its ARN.
MAKERS: dict[str, Callable[[Client, str, dict[str, str]], str]] = {
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

MakeTagged = Callable[[dict[str, str]], str]


@pytest.fixture(params=MAKERS)
def tagged(request: pytest.FixtureRequest, omics: Client, workflow_id: str) -> MakeTagged:
    """``tagged({"a": "b"})`` → the ARN of a new resource of every kind in turn."""
    return lambda tags: MAKERS[request.param](omics, workflow_id, tags)


def tags_of(omics: Client, arn: str) -> dict[str, str]:
    tags: dict[str, str] = omics.list_tags_for_resource(resourceArn=arn)["tags"]
    return tags


@pytest.mark.observed("W9")
def test_tags_given_at_creation_are_read_back(omics: Client, tagged: MakeTagged) -> None:
    given = {"cohort": "giab", "Cohort": "", "a/b:c=d+e-f@g_h. ä": "x y"}
    assert tags_of(omics, tagged(given)) == given


@pytest.mark.documented("W9", "W1")
def test_tags_are_added_changed_and_removed(omics: Client, tagged: MakeTagged) -> None:
    arn = tagged({"a": "1", "b": "2"})
    answer = omics.tag_resource(resourceArn=arn, tags={"b": "3", "c": ""})
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert tags_of(omics, arn) == {"a": "1", "b": "3", "c": ""}
    answer = omics.untag_resource(resourceArn=arn, tagKeys=["a", "A", "never there"])
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert tags_of(omics, arn) == {"b": "3", "c": ""}
    omics.tag_resource(resourceArn=arn, tags={})
    assert tags_of(omics, arn) == {"b": "3", "c": ""}


@pytest.mark.documented("W9")
def test_a_resource_without_tags_has_none(omics: Client, tagged: MakeTagged) -> None:
    assert tags_of(omics, tagged({})) == {}


@pytest.mark.documented("W9")
def test_a_resource_has_fifty_tags_at_most(omics: Client, tagged: MakeTagged) -> None:
    with raises_validation("tags: A resource can have 50 tags at most, not 51"):
        tagged({f"k{n}": "" for n in range(51)})
    fifty = {f"k{n}": "" for n in range(50)}
    arn = tagged(fifty)
    omics.tag_resource(resourceArn=arn, tags={"k7": "changed"})
    with raises_validation("tags: A resource can have 50 tags at most, not 51"):
        omics.tag_resource(resourceArn=arn, tags={"k50": ""})
    assert tags_of(omics, arn) == {**fifty, "k7": "changed"}


@pytest.mark.documented("W9")
@pytest.mark.parametrize("key", ["aws:cohort", "AWS:cohort"])
def test_keys_of_aws_are_reserved(omics: Client, tagged: MakeTagged, key: str) -> None:
    with raises_validation(f"tags: Tag key '{key}' must not start with aws:"):
        tagged({key: "x"})
    arn = tagged({"aws": "x"})
    with raises_validation(f"tags: Tag key '{key}' must not start with aws:"):
        omics.tag_resource(resourceArn=arn, tags={key: "x"})
    assert tags_of(omics, arn) == {"aws": "x"}


@pytest.mark.documented("W9")
@pytest.mark.parametrize(
    ("tags", "strange"), [({"a": "50%"}, "%"), ({"a": "x\ny"}, "\n"), ({"a?": "x"}, "?")]
)
def test_tags_hold_letters_digits_and_a_few_signs(
    omics: Client, tags: dict[str, str], strange: str
) -> None:
    told = f"tags: Tag '{next(iter(tags))}' holds a character that tags cannot have: {strange!r}"
    with raises_validation(told):
        omics.create_run_group(tags=tags)
    arn = omics.create_run_group()["arn"]
    with raises_validation(told):
        omics.tag_resource(resourceArn=arn, tags=tags)


@pytest.mark.documented("W9")
def test_lengths_of_keys_and_values(raw_omics: Client) -> None:
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
def test_fifty_tags_at_most_in_one_request(omics: Client) -> None:
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
def test_tags_that_a_run_of_a_batch_cannot_have_fail_it_alone(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    own: list[dict[str, str]] = [
        {"aws:lane": "1"},
        {f"own{n}": "" for n in range(21)},
        {f"k{n}": "own" for n in range(30)},
    ]
    entries = [{"runSettingId": f"s{n}", "runTags": tags} for n, tags in enumerate(own)]
    batch_id = start_batch(entries, runTags={f"k{n}": "" for n in range(30)})
    until(batch_id, "INPROGRESS")
    runs = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    assert [run.get("submissionFailureMessage") for run in runs] == [
        "runTags: Tag key 'aws:lane' must not start with aws:",
        "runTags: A resource can have 50 tags at most, not 51",
        None,
    ]
    assert tags_of(omics, runs[2]["runArn"]) == own[2]


# -- ARNs ----------------------------------------------------------------------------------------


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
def test_a_resource_that_is_unknown_is_not_found(omics: Client, resource: str) -> None:
    told = f"Resource {resource} not found"
    with raises_not_found(told):
        omics.list_tags_for_resource(resourceArn=resource)
    with raises_not_found(told):
        omics.tag_resource(resourceArn=resource, tags={"a": "b"})
    with raises_not_found(told):
        omics.untag_resource(resourceArn=resource, tagKeys=["a"])


@pytest.mark.documented("W9")
def test_an_arn_names_its_account_and_region(
    omics: Client, client: MakeClient, tagged: MakeTagged
) -> None:
    arn = tagged({"a": "b"})
    elsewhere = arn.replace("us-east-1", "eu-west-1"), arn.replace(ACCOUNT, "111111111111")
    for other in (*elsewhere, arn.replace("arn:aws:", "arn:aws-cn:"), f"{arn}x", f"{arn}/"):
        with raises_not_found(f"Resource {other} not found"):
            omics.list_tags_for_resource(resourceArn=other)
    with raises_not_found(f"Resource {arn} not found"):
        client("omics", "eu-west-1").list_tags_for_resource(resourceArn=arn)


@pytest.mark.documented("W9")
def test_an_arn_is_at_most_150_long(omics: Client) -> None:
    frame = f"arn:aws:omics:us-east-1:{ACCOUNT}:configuration/"
    fits, too_long = (("n" * (size - len(frame))) for size in (150, 151))
    for name in (fits, too_long):
        omics.create_configuration(name=name, runConfigurations={}, tags={"a": "b"})
    assert tags_of(omics, frame + fits) == {"a": "b"}
    with raises_violations(
        f"Value '{frame}{too_long}' at 'resourceArn' must have length less than or equal to 150"
    ):
        omics.list_tags_for_resource(resourceArn=frame + too_long)
    with raises_violations(
        "Value 'run/1' at 'resourceArn' must satisfy regular expression pattern: arn:.+"
    ):
        omics.list_tags_for_resource(resourceArn="run/1")


@pytest.mark.documented("W9")
def test_keys_of_any_letters_are_removed(omics: Client) -> None:
    keys = ["a b", "x=y+z", "ä/日", "2F", "c:d@e"]
    arn = omics.create_run_group(tags=dict.fromkeys(keys, "v"))["arn"]
    omics.untag_resource(resourceArn=arn, tagKeys=keys[1:])
    assert tags_of(omics, arn) == {keys[0]: "v"}


@pytest.mark.documented("W2.8", "W9")
def test_the_tags_of_what_was_deleted_are_gone(
    omics: Client, start_run: StartRun, until_run: UntilRun
) -> None:
    run = start_run(tags={"a": "b"})
    group = omics.create_run_group(tags={"a": "b"})
    until_run(run["id"], "COMPLETED")
    assert tags_of(omics, run["arn"]) == {"a": "b"}
    omics.delete_run(id=run["id"])
    omics.delete_run_group(id=group["id"])
    for made in (run, group):
        with raises_not_found(f"Resource {made['arn']} not found"):
            omics.list_tags_for_resource(resourceArn=made["arn"])


# -- where tags are shown ------------------------------------------------------------------------


@pytest.mark.documented("W2.9", "B19")
def test_get_run_shows_the_tags_as_they_are_now(
    omics: Client, start_run: StartRun, start_batch_run: Callable[..., str]
) -> None:
    for run_id in (start_run(tags={"a": "1"})["id"], start_batch_run(runTags={"a": "1"})):
        run = omics.get_run(id=run_id)
        assert run["tags"] == {"a": "1"}
        omics.tag_resource(resourceArn=run["arn"], tags={"b": "2"})
        omics.untag_resource(resourceArn=run["arn"], tagKeys=["a"])
        assert omics.get_run(id=run_id)["tags"] == tags_of(omics, run["arn"]) == {"b": "2"}


@pytest.mark.documented("B19", "B31")
def test_the_tags_of_a_batch_and_of_its_runs_are_apart(
    omics: Client, start_batch: StartBatch
) -> None:
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
    # What was given stays as it was given.
    assert omics.get_batch(batchId=batch_id)["defaultRunSetting"]["runTags"] == {"site": "A"}


@pytest.mark.documented("W9", "W8")
def test_the_details_show_the_tags_as_they_are_now(
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
def test_tags_that_changed_do_not_make_a_repeated_request_another_one(omics: Client) -> None:
    given = {"requestId": "g-1", "tags": {"a": "b"}}
    arn = omics.create_run_group(**given)["arn"]
    omics.tag_resource(resourceArn=arn, tags={"c": "d"})
    assert omics.create_run_group(**given)["arn"] == arn
    with raises_conflict("The requestId g-1 was used before with other parameters"):
        omics.create_run_group(**{**given, "tags": {"a": "b", "c": "d"}})
