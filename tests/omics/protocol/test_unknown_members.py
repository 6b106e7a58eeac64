"""Members that are passed through: networking, and members that only later models have."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.loaders import Loader

from conftest import ROLE, Client, MakeClient, StartBatch, Until
from tests.omics.helpers import (
    PutSettings,
    SetProgression,
    clear_model_caches,
    raises_not_found,
    raises_validation,
    raises_violations,
    requires_member,
)

# -- networking --


@pytest.mark.documented("B16")
@pytest.mark.parametrize(
    ("mode", "in_vpc"), [("VPC", True), ("RESTRICTED", False), (None, False)], ids=str
)
def test_batch_with_each_networking_mode(
    omics: Client,
    start_batch: StartBatch,
    until: Until,
    configuration: str,
    mode: str | None,
    in_vpc: bool,
) -> None:
    networking = {"networkingMode": mode} if mode else {}
    if in_vpc:
        networking["configurationName"] = configuration
    batch_id = start_batch(["s1"], **networking)
    default = until(batch_id, "INPROGRESS")["defaultRunSetting"]
    assert {
        n: default[n] for n in default if n in ("networkingMode", "configurationName")
    } == networking
    run = omics.get_run(id=omics.list_runs_in_batch(batchId=batch_id)["runs"][0]["runId"])
    assert run.get("networkingMode") == mode
    assert ("vpcConfig" in run) == ("configuration" in run) == in_vpc
    if in_vpc:
        created = omics.get_configuration(name=configuration)
        assert run["configuration"] == {n: created[n] for n in ("name", "arn", "uuid")}
        assert run["vpcConfig"] == created["runConfigurations"]["vpcConfig"]


@pytest.mark.documented("B16")
def test_unknown_networking_mode_is_rejected(start_batch: StartBatch) -> None:
    with raises_violations(
        "Value 'PUBLIC' at 'defaultRunSetting.networkingMode' "
        "must satisfy enum value set: [RESTRICTED, VPC]"
    ):
        start_batch(networkingMode="PUBLIC")


@pytest.mark.our_choice("B16")
def test_vpc_mode_requires_a_configuration(omics: Client, start_batch: StartBatch) -> None:
    with raises_validation(
        "'defaultRunSetting.configurationName' is required when 'defaultRunSetting.networkingMode' "
        "is VPC",
    ):
        start_batch(networkingMode="VPC")
    with raises_not_found("Configuration lab-vpc not found"):
        start_batch(networkingMode="VPC", configurationName="lab-vpc")
    assert omics.list_batch()["items"] == []


@pytest.mark.our_choice("B16")
@pytest.mark.parametrize(
    "mode", [{}, {"networkingMode": "RESTRICTED"}], ids=["default", "explicit"]
)
def test_configuration_requires_vpc_mode(
    start_batch: StartBatch, configuration: str, mode: dict[str, str]
) -> None:
    with raises_validation(
        "'defaultRunSetting.configurationName' needs 'defaultRunSetting.networkingMode' to be VPC",
    ):
        start_batch(configurationName=configuration, **mode)


@pytest.mark.our_choice("B16")
def test_inactive_configuration_is_rejected(
    start_batch: StartBatch, progression: SetProgression, request: pytest.FixtureRequest
) -> None:
    progression("configuration", progression="manual", times=2)
    name = request.getfixturevalue("configuration")
    with raises_validation(f"Configuration {name} is not ACTIVE: its status is CREATING"):
        start_batch(networkingMode="VPC", configurationName=name)


# -- members of later botocore versions --


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
def test_later_members_are_stored_and_passed_to_the_runs(
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


# -- members of future models --

#: The structures to which AWS would add a member that applies to runs.
RUN_STRUCTURES = ("DefaultRunSetting", "InlineSetting", "StartRunRequest", "GetRunResponse")
#: The structures to which AWS would add a member that applies to the batch.
BATCH_STRUCTURES = (
    "StartRunBatchRequest",
    "StartRunBatchResponse",
    "GetBatchResponse",
    "BatchListItem",
)

AddMember = Callable[..., Client]


@pytest.fixture
def add_member(client: MakeClient) -> Iterator[AddMember]:
    """``add_member({"type": "string", "max": 5}, *RUN_STRUCTURES)`` returns a client.

    Its model and that of the backend have a member ``novelty`` of that shape in those structures.
    """
    load = Loader.load_service_model

    def make(shape: dict[str, Any], *structures: str) -> Client:
        def load_with_novelty(
            self: Loader, service: str, kind: str, *args: Any, **more: Any
        ) -> Any:
            model = load(self, service, kind, *args, **more)
            if (service, kind) != ("omics", "service-2"):
                return model
            model = copy.deepcopy(model)
            model["shapes"]["Novelty"] = shape
            for structure in structures:
                model["shapes"][structure]["members"]["novelty"] = {"shape": "Novelty"}
            return model

        patched.setattr(Loader, "load_service_model", load_with_novelty)
        clear_model_caches()
        return client("omics", parameter_validation=False)

    with pytest.MonkeyPatch.context() as patched:
        yield make
    clear_model_caches()


def start_batch_with_novelty(
    client: Client, workflow_id: str, default: Any, *overrides: Any, **top: Any
) -> str:
    """Start a batch with ``novelty`` in its defaults and in its entries; return its id."""
    entries = [{"runSettingId": f"s{n}"} for n in range(len(overrides) or 1)]
    for entry, value in zip(entries, overrides, strict=False):
        entry |= {"novelty": value} if value is not None else {}
    setting = {"workflowId": workflow_id, "roleArn": ROLE, "outputUri": "s3://results/x"}
    setting |= {"novelty": default} if default is not None else {}
    response = client.start_run_batch(
        defaultRunSetting=setting, batchRunSettings={"inlineSettings": entries}, **top
    )
    return str(response["id"])


def novelty_of_runs(client: Client, batch_id: str) -> list[Any]:
    """Return ``novelty`` from GetRun for each run of a batch."""
    for _ in range(3):
        client.get_batch(batchId=batch_id)
    runs = client.list_runs_in_batch(batchId=batch_id)["runs"]
    return [client.get_run(id=run["runId"]).get("novelty") for run in runs]


@pytest.mark.documented("B21")
def test_unknown_member_is_validated(add_member: AddMember, workflow_id: str) -> None:
    client = add_member({"type": "string", "max": 5, "pattern": "[a-z]+"}, *RUN_STRUCTURES)
    entry = "batchRunSettings.inlineSettings.1.member"
    with raises_violations(
        "Value 'Quite' at 'defaultRunSetting.novelty' must satisfy regular expression pattern: "
        "[a-z]+",
        f"Value 'toolong' at '{entry}.novelty' must have length less than or equal to 5",
    ):
        start_batch_with_novelty(client, workflow_id, "Quite", "toolong")
    assert client.list_batch()["items"] == []


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
def test_unknown_member_is_stored_and_passed_to_the_runs(
    add_member: AddMember, workflow_id: str, shape: dict[str, Any], value: Any, other: Any
) -> None:
    client = add_member(shape, *RUN_STRUCTURES)
    batch_id = start_batch_with_novelty(client, workflow_id, value, None, other)
    assert client.get_batch(batchId=batch_id)["defaultRunSetting"]["novelty"] == value
    assert novelty_of_runs(client, batch_id) == [value, other]


@pytest.mark.documented("B21")
def test_unknown_timestamp_is_stored_and_passed_to_the_runs(
    add_member: AddMember, workflow_id: str
) -> None:
    client = add_member({"type": "timestamp", "timestampFormat": "iso8601"}, *RUN_STRUCTURES)
    batch_id = start_batch_with_novelty(client, workflow_id, "2026-10-01T12:00:00Z")
    stored = client.get_batch(batchId=batch_id)["defaultRunSetting"]["novelty"]
    assert stored.isoformat() == "2026-10-01T12:00:00+00:00"
    assert novelty_of_runs(client, batch_id) == [stored]


@pytest.mark.documented("B21", "B30")
def test_unknown_member_may_belong_to_the_batch_or_to_the_runs_only(
    add_member: AddMember, workflow_id: str
) -> None:
    default_client = add_member({"type": "string"}, "DefaultRunSetting", "GetRunResponse")
    assert novelty_of_runs(
        default_client, start_batch_with_novelty(default_client, workflow_id, "common")
    ) == ["common"]
    entry_client = add_member({"type": "string"}, "InlineSetting", "GetRunResponse")
    assert novelty_of_runs(
        entry_client, start_batch_with_novelty(entry_client, workflow_id, None, "own", None)
    ) == ["own", None]


@pytest.mark.documented("B21", "B64")
def test_unknown_member_in_s3_file_is_validated_and_passed_to_the_run(
    add_member: AddMember, workflow_id: str, put_settings: PutSettings
) -> None:
    client = add_member({"type": "string", "max": 5}, *RUN_STRUCTURES)
    uri = put_settings(
        [{"runSettingId": "s1", "novelty": "own"}, {"runSettingId": "s2", "novelty": "toolong"}]
    )
    batch_id = client.start_run_batch(
        defaultRunSetting={
            "workflowId": workflow_id,
            "roleArn": ROLE,
            "outputUri": "s3://results/x",
            "novelty": "all",
        },
        batchRunSettings={"s3UriSettings": uri},
    )["id"]
    for _ in range(3):
        client.get_batch(batchId=batch_id)
    good, bad = client.list_runs_in_batch(batchId=batch_id)["runs"]
    assert client.get_run(id=good["runId"])["novelty"] == "own"
    assert bad["submissionFailureMessage"] == (
        "1 validation error detected: Value 'toolong' at 'novelty' failed to satisfy constraint: "
        "Member must have length less than or equal to 5"
    )


@pytest.mark.documented("B21")
def test_unknown_member_of_the_batch_is_returned(add_member: AddMember, workflow_id: str) -> None:
    client = add_member({"type": "string", "max": 5}, *BATCH_STRUCTURES)
    with raises_violations("Value 'toolong' at 'novelty' must have length less than or equal to 5"):
        start_batch_with_novelty(client, workflow_id, None, novelty="toolong")
    batch_id = start_batch_with_novelty(client, workflow_id, None, novelty="new")
    assert client.get_batch(batchId=batch_id)["novelty"] == "new"
    assert client.list_batch()["items"][0]["novelty"] == "new"


@pytest.mark.documented("B21")
def test_unknown_member_of_start_run_is_returned(add_member: AddMember, workflow_id: str) -> None:
    client = add_member({"type": "string"}, *RUN_STRUCTURES)
    run_id = client.start_run(
        workflowId=workflow_id, roleArn=ROLE, outputUri="s3://results/x", novelty="new"
    )["id"]
    assert client.get_run(id=run_id)["novelty"] == "new"


@pytest.mark.our_choice("B21", "B73")
def test_member_outside_the_model_is_ignored(
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
