"""Members that are handed through: the network of the seed, and members nobody has heard of."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.loaders import Loader

from conftest import ROLE, Client, MakeClient, StartBatch, Until
from tests.omics.helpers import (
    clear_model_caches,
    raises_not_found,
    raises_validation,
    raises_violations,
    requires_member,
)

# -- the network --------------------------------------------------------------------------------


@pytest.mark.documented("B16")
@pytest.mark.parametrize(
    ("mode", "known"), [("VPC", True), ("RESTRICTED", False), (None, False)], ids=str
)
def test_a_batch_runs_in_a_vpc_or_restricted(
    omics: Client,
    start_batch: StartBatch,
    until: Until,
    configuration: str,
    mode: str | None,
    known: bool,
) -> None:
    given = {"networkingMode": mode} if mode else {}
    if known:
        given["configurationName"] = configuration
    batch_id = start_batch(["s1"], **given)
    default = until(batch_id, "INPROGRESS")["defaultRunSetting"]
    assert {n: default[n] for n in default if n in ("networkingMode", "configurationName")} == given
    run = omics.get_run(id=omics.list_runs_in_batch(batchId=batch_id)["runs"][0]["runId"])
    assert run.get("networkingMode") == mode
    assert ("vpcConfig" in run) == ("configuration" in run) == known
    if known:
        made = omics.get_configuration(name=configuration)
        assert run["configuration"] == {n: made[n] for n in ("name", "arn", "uuid")}
        assert run["vpcConfig"] == made["runConfigurations"]["vpcConfig"]


@pytest.mark.documented("B16")
def test_an_unknown_networking_mode_is_refused(start_batch: StartBatch) -> None:
    with raises_violations(
        "Value 'PUBLIC' at 'defaultRunSetting.networkingMode' "
        "must satisfy enum value set: [RESTRICTED, VPC]"
    ):
        start_batch(networkingMode="PUBLIC")


@pytest.mark.our_choice("B16")
def test_a_vpc_needs_the_name_of_a_configuration(omics: Client, start_batch: StartBatch) -> None:
    with raises_validation(
        "'defaultRunSetting.configurationName' is required when 'defaultRunSetting.networkingMode' "
        "is VPC",
    ):
        start_batch(networkingMode="VPC")
    with raises_not_found("Configuration lab-vpc not found"):
        start_batch(networkingMode="VPC", configurationName="lab-vpc")
    assert omics.list_batch()["items"] == []


@pytest.mark.our_choice("B16")
@pytest.mark.parametrize("mode", [{}, {"networkingMode": "RESTRICTED"}], ids=["absent", "said"])
def test_a_configuration_without_a_vpc_mode_is_refused(
    start_batch: StartBatch, configuration: str, mode: dict[str, str]
) -> None:
    with raises_validation(
        "'defaultRunSetting.configurationName' needs 'defaultRunSetting.networkingMode' to be VPC",
    ):
        start_batch(configurationName=configuration, **mode)


@pytest.mark.our_choice("B16")
def test_a_configuration_that_is_not_active_is_refused(
    start_batch: StartBatch, progression: Callable[..., None], request: pytest.FixtureRequest
) -> None:
    progression("configuration", progression="manual", times=2)
    name = request.getfixturevalue("configuration")
    with raises_validation(f"Configuration {name} is not ACTIVE: its status is CREATING"):
        start_batch(networkingMode="VPC", configurationName=name)


# -- members that only later models have --------------------------------------------------------


@pytest.mark.documented("B21")
@pytest.mark.parametrize(
    ("member", "value"),
    [
        pytest.param(
            "sessionPolicy", "{}", marks=requires_member("DefaultRunSetting", "sessionPolicy")
        ),
        pytest.param(
            "scratchStorageMode",
            "LOCAL",
            marks=requires_member("DefaultRunSetting", "scratchStorageMode"),
        ),
    ],
)
def test_later_members_are_stored_handed_to_the_runs_and_returned(
    omics: Client, start_batch: StartBatch, until: Until, member: str, value: str
) -> None:
    batch_id = start_batch(["s1"], **{member: value})
    assert until(batch_id, "INPROGRESS")["defaultRunSetting"][member] == value
    run_id = omics.list_runs_in_batch(batchId=batch_id)["runs"][0]["runId"]
    assert omics.get_run(id=run_id)[member] == value


@pytest.mark.documented("B21")
@requires_member("DefaultRunSetting", "scratchStorageMode")
def test_later_members_are_validated(start_batch: StartBatch) -> None:
    with raises_violations(
        "Value 'BOTH' at 'defaultRunSetting.scratchStorageMode' "
        "must satisfy enum value set: [LOCAL, SHARED]"
    ):
        start_batch(scratchStorageMode="BOTH")


# -- members that no model has yet ---------------------------------------------------------------

#: The structures to which AWS would add a member that all runs, or each run, may set.
PLACES = ("DefaultRunSetting", "InlineSetting", "StartRunRequest", "GetRunResponse")
#: Those of a member that belongs to the batch.
BATCH_PLACES = (
    "StartRunBatchRequest",
    "StartRunBatchResponse",
    "GetBatchResponse",
    "BatchListItem",
)

Invent = Callable[..., Client]


@pytest.fixture
def invent(client: MakeClient) -> Iterator[Invent]:
    """``invent({"type": "string", "max": 5}, *PLACES)``: a client and a backend whose model has a
    member ``novelty`` of that shape in those structures."""
    load = Loader.load_service_model

    def make(shape: dict[str, Any], *places: str) -> Client:
        def load_with_novelty(
            self: Loader, service: str, kind: str, *args: Any, **more: Any
        ) -> Any:
            model = load(self, service, kind, *args, **more)
            if (service, kind) != ("omics", "service-2"):
                return model
            model = copy.deepcopy(model)
            model["shapes"]["Novelty"] = shape
            for place in places:
                model["shapes"][place]["members"]["novelty"] = {"shape": "Novelty"}
            return model

        patched.setattr(Loader, "load_service_model", load_with_novelty)
        clear_model_caches()
        return client("omics", parameter_validation=False)

    with pytest.MonkeyPatch.context() as patched:
        yield make
    clear_model_caches()


def started(novel: Client, workflow_id: str, default: Any, *own: Any, **top: Any) -> str:
    """A batch with ``novelty`` in its defaults and, where given, in its entries."""
    entries = [{"runSettingId": f"s{n}"} for n in range(len(own) or 1)]
    for entry, value in zip(entries, own, strict=False):
        entry |= {"novelty": value} if value is not None else {}
    setting = {"workflowId": workflow_id, "roleArn": ROLE, "outputUri": "s3://results/x"}
    setting |= {"novelty": default} if default is not None else {}
    answer = novel.start_run_batch(
        defaultRunSetting=setting, batchRunSettings={"inlineSettings": entries}, **top
    )
    return str(answer["id"])


def novelties(novel: Client, batch_id: str) -> list[Any]:
    """What GetRun tells of ``novelty`` for each run of a batch."""
    for _ in range(3):
        novel.get_batch(batchId=batch_id)
    runs = novel.list_runs_in_batch(batchId=batch_id)["runs"]
    return [novel.get_run(id=run["runId"]).get("novelty") for run in runs]


@pytest.mark.documented("B21")
def test_an_unheard_of_member_is_validated(invent: Invent, workflow_id: str) -> None:
    novel = invent({"type": "string", "max": 5, "pattern": "[a-z]+"}, *PLACES)
    entry = "batchRunSettings.inlineSettings.1.member"
    with raises_violations(
        "Value 'Quite' at 'defaultRunSetting.novelty' must satisfy regular expression pattern: "
        "[a-z]+",
        f"Value 'toolong' at '{entry}.novelty' must have length less than or equal to 5",
    ):
        started(novel, workflow_id, "Quite", "toolong")
    assert novel.list_batch()["items"] == []


@pytest.mark.documented("B21")
@pytest.mark.parametrize(
    ("shape", "value", "other"),
    [
        ({"type": "string"}, "a", "b"),
        ({"type": "integer"}, 1, 0),
        ({"type": "long"}, 2**40, 0),
        ({"type": "boolean"}, True, False),
        ({"type": "double"}, 0.5, 2),
        ({"type": "float"}, 0.5, 2),
        ({"type": "list", "member": {"shape": "RunName"}}, ["a"], ["b", "c"]),
        (
            {"type": "map", "key": {"shape": "RunName"}, "value": {"shape": "RunName"}},
            {"a": "b"},
            {},
        ),
        ({"type": "structure", "members": {"depth": {"shape": "RunName"}}}, {"depth": "a"}, {}),
        ({"type": "structure", "document": True, "members": {}}, {"any": [1, None]}, ["x"]),
    ],
    ids=lambda value: value.get("type") if isinstance(value, dict) and "type" in value else "",
)
def test_an_unheard_of_member_is_stored_handed_to_the_runs_and_returned(
    invent: Invent, workflow_id: str, shape: dict[str, Any], value: Any, other: Any
) -> None:
    novel = invent(shape, *PLACES)
    batch_id = started(novel, workflow_id, value, None, other)
    assert novel.get_batch(batchId=batch_id)["defaultRunSetting"]["novelty"] == value
    assert novelties(novel, batch_id) == [value, other]


@pytest.mark.documented("B21")
def test_an_unheard_of_time_is_stored_handed_to_the_runs_and_returned(
    invent: Invent, workflow_id: str
) -> None:
    novel = invent({"type": "timestamp", "timestampFormat": "iso8601"}, *PLACES)
    batch_id = started(novel, workflow_id, "2026-10-01T12:00:00Z")
    shown = novel.get_batch(batchId=batch_id)["defaultRunSetting"]["novelty"]
    assert shown.isoformat() == "2026-10-01T12:00:00+00:00"
    assert novelties(novel, batch_id) == [shown]


@pytest.mark.documented("B21", "B30")
def test_an_unheard_of_member_may_be_the_batchs_or_the_runs_alone(
    invent: Invent, workflow_id: str
) -> None:
    for_all = invent({"type": "string"}, "DefaultRunSetting", "GetRunResponse")
    assert novelties(for_all, started(for_all, workflow_id, "common")) == ["common"]
    for_each = invent({"type": "string"}, "InlineSetting", "GetRunResponse")
    assert novelties(for_each, started(for_each, workflow_id, None, "own", None)) == ["own", None]


@pytest.mark.documented("B21", "B64")
def test_an_unheard_of_member_in_an_s3_file_is_checked_and_handed_to_the_run(
    invent: Invent, workflow_id: str, put_settings: Callable[..., str]
) -> None:
    novel = invent({"type": "string", "max": 5}, *PLACES)
    uri = put_settings(
        [{"runSettingId": "s1", "novelty": "own"}, {"runSettingId": "s2", "novelty": "toolong"}]
    )
    batch_id = novel.start_run_batch(
        defaultRunSetting={
            "workflowId": workflow_id,
            "roleArn": ROLE,
            "outputUri": "s3://results/x",
            "novelty": "all",
        },
        batchRunSettings={"s3UriSettings": uri},
    )["id"]
    for _ in range(3):
        novel.get_batch(batchId=batch_id)
    good, bad = novel.list_runs_in_batch(batchId=batch_id)["runs"]
    assert novel.get_run(id=good["runId"])["novelty"] == "own"
    assert bad["submissionFailureMessage"] == (
        "1 validation error detected: Value 'toolong' at 'novelty' failed to satisfy constraint: "
        "Member must have length less than or equal to 5"
    )


@pytest.mark.documented("B21")
def test_an_unheard_of_member_of_the_batch_itself_is_returned(
    invent: Invent, workflow_id: str
) -> None:
    novel = invent({"type": "string", "max": 5}, *BATCH_PLACES)
    with raises_violations("Value 'toolong' at 'novelty' must have length less than or equal to 5"):
        started(novel, workflow_id, None, novelty="toolong")
    batch_id = started(novel, workflow_id, None, novelty="new")
    assert novel.get_batch(batchId=batch_id)["novelty"] == "new"
    assert novel.list_batch()["items"][0]["novelty"] == "new"


@pytest.mark.documented("B21")
def test_an_unheard_of_member_of_start_run_is_returned(invent: Invent, workflow_id: str) -> None:
    novel = invent({"type": "string"}, *PLACES)
    run_id = novel.start_run(
        workflowId=workflow_id, roleArn=ROLE, outputUri="s3://results/x", novelty="new"
    )["id"]
    assert novel.get_run(id=run_id)["novelty"] == "new"


@pytest.mark.our_choice("B21", "B73")
def test_a_member_that_the_model_does_not_know_is_ignored(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    def add(params: dict[str, Any], **_: Any) -> None:
        body = json.loads(params["body"])
        body["novelty"] = body["defaultRunSetting"]["novelty"] = {"x": 1}
        body["batchRunSettings"]["inlineSettings"][0]["novelty"] = "x"
        params["body"] = json.dumps(body).encode()

    omics.meta.events.register("before-call.omics.StartRunBatch", add)
    batch = until(start_batch(["s1"]), "PROCESSED")
    assert set(batch["defaultRunSetting"]) == {"workflowId", "roleArn", "outputUri"}
    assert batch["runSummary"]["completedRunCount"] == 1
