"""Configurations: creation, validation, quota and deletion."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from conftest import ACCOUNT, Client, MakeClient
from tests.omics.helpers import (
    SetProgression,
    StartRun,
    UntilRun,
    raises_conflict,
    raises_error,
    raises_not_found,
    raises_validation,
    raises_violations,
    requires_member,
)

VPC = {"securityGroupIds": ["sg-0a1b2c3d"], "subnetIds": ["subnet-0a1b2c3d", "subnet-0a1b2c3e"]}
MakeConfiguration = Callable[..., dict[str, Any]]


@pytest.fixture
def make_configuration(omics: Client) -> MakeConfiguration:
    """``make_configuration("lab-vpc")`` returns the response of CreateConfiguration."""

    def create(name: str, vpc: Any = VPC, **params: Any) -> dict[str, Any]:
        runs = {} if vpc is None else {"vpcConfig": vpc}
        response: dict[str, Any] = omics.create_configuration(
            name=name, runConfigurations=runs, **params
        )
        return response

    return create


@pytest.mark.documented("W8", "W1")
def test_configuration_is_creating_and_then_active(
    omics: Client, make_configuration: MakeConfiguration
) -> None:
    created = make_configuration("lab-vpc", description="for all", tags={"a": "b"})
    assert created["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert created["arn"] == f"arn:aws:omics:us-east-1:{ACCOUNT}:configuration/lab-vpc"
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", created["uuid"])
    assert (created["status"], created["name"]) == ("CREATING", "lab-vpc")
    described = omics.get_configuration(name="lab-vpc")
    for response in (created, described):
        response.pop("ResponseMetadata")
    assert described == {**created, "status": "ACTIVE"}
    assert (described["description"], described["tags"]) == ("for all", {"a": "b"})


@pytest.mark.documented("W8")
def test_vpc_config_is_returned_with_vpc_id(
    omics: Client, make_configuration: MakeConfiguration
) -> None:
    created = make_configuration("lab-vpc")["runConfigurations"]["vpcConfig"]
    vpc_id = created.pop("vpcId")
    assert re.fullmatch(r"vpc-[0-9a-f]{17}", vpc_id)
    assert created == VPC
    described = omics.get_configuration(name="lab-vpc")["runConfigurations"]
    assert described == {"vpcConfig": {**VPC, "vpcId": vpc_id}}


@requires_member("VpcConfig", "vpcOwnerAccountId")
@pytest.mark.documented("W8")
def test_vpc_owner_account_id_is_returned(make_configuration: MakeConfiguration) -> None:
    created = make_configuration("lab-vpc", {**VPC, "vpcOwnerAccountId": "111111111111"})
    assert created["runConfigurations"]["vpcConfig"]["vpcOwnerAccountId"] == "111111111111"


@pytest.mark.documented("W8")
def test_configuration_may_have_no_vpc(
    omics: Client, make_configuration: MakeConfiguration
) -> None:
    assert make_configuration("bare", None)["runConfigurations"] == {}
    assert omics.get_configuration(name="bare")["runConfigurations"] == {}


@pytest.mark.documented("W8")
def test_run_configurations_are_required(raw_omics: Client) -> None:
    with raises_violations("Value null at 'runConfigurations' must not be null"):
        raw_omics.create_configuration(name="lab-vpc")


@pytest.mark.documented("W8")
@pytest.mark.parametrize(
    ("vpc", "violation"),
    [
        (
            {**VPC, "subnetIds": [f"subnet-{n:08x}" for n in range(17)]},
            "Value '["
            + ", ".join(f"subnet-{n:08x}" for n in range(17))
            + "]' at 'runConfigurations.vpcConfig.subnetIds' must have length less than or equal "
            "to 16",
        ),
        (
            {**VPC, "securityGroupIds": [f"sg-{n}" for n in range(6)]},
            "Value '[sg-0, sg-1, sg-2, sg-3, sg-4, sg-5]' at 'runConfigurations.vpcConfig."
            "securityGroupIds' must have length less than or equal to 5",
        ),
        (
            {**VPC, "subnetIds": ["subnet-0a1b2c3g"]},
            "Value 'subnet-0a1b2c3g' at 'runConfigurations.vpcConfig.subnetIds.1.member' must "
            "satisfy regular expression pattern: subnet-[0-9a-f]+",
        ),
        (
            {**VPC, "securityGroupIds": ["sg-1", "group"]},
            "Value 'group' at 'runConfigurations.vpcConfig.securityGroupIds.2.member' must "
            "satisfy regular expression pattern: sg-[0-9a-f]+",
        ),
    ],
)
def test_violated_constraint_is_rejected(
    omics: Client, make_configuration: MakeConfiguration, vpc: dict[str, Any], violation: str
) -> None:
    with raises_violations(violation):
        make_configuration("lab-vpc", vpc)
    assert omics.list_configurations()["items"] == []


@pytest.mark.documented("W8")
@pytest.mark.parametrize("member", ["securityGroupIds", "subnetIds"])
@pytest.mark.parametrize("value", [[], None])
def test_vpc_config_requires_subnets_and_security_groups(
    make_configuration: MakeConfiguration, member: str, value: list[str] | None
) -> None:
    vpc = {name: ids for name, ids in VPC.items() if name != member}
    with raises_validation(f"'runConfigurations.vpcConfig.{member}' must hold at least one id"):
        make_configuration("lab-vpc", vpc if value is None else {**vpc, member: value})


@pytest.mark.our_choice("W0.6", "W8")
@pytest.mark.parametrize("name", ["default", "Default", "DEFAULT"])
def test_name_default_is_reserved(make_configuration: MakeConfiguration, name: str) -> None:
    with raises_validation(f"'name' cannot be '{name}': it is reserved"):
        make_configuration(name)
    make_configuration("default-2")


@pytest.mark.our_choice("W0.6")
def test_name_is_limited_to_128_characters(
    omics: Client, make_configuration: MakeConfiguration
) -> None:
    make_configuration("n" * 128)
    assert omics.get_configuration(name="n" * 128)["status"] == "ACTIVE"
    with raises_violations(
        f"Value '{'n' * 129}' at 'name' must have length less than or equal to 128"
    ):
        make_configuration("n" * 129)


@pytest.mark.our_choice("W8", "W13")
def test_name_is_unique(omics: Client, make_configuration: MakeConfiguration) -> None:
    make_configuration("lab-vpc", requestId="k-1")
    with raises_conflict("Configuration lab-vpc already exists"):
        make_configuration("lab-vpc")
    assert make_configuration("lab-vpc", requestId="k-1")["name"] == "lab-vpc"
    with raises_conflict("The requestId k-1 was used before with other parameters"):
        make_configuration("lab-vpc-2", requestId="k-1")
    make_configuration("LAB-VPC")
    assert len(omics.list_configurations()["items"]) == 2


@pytest.mark.documented("W8")
def test_account_has_at_most_ten_configurations(
    omics: Client, make_configuration: MakeConfiguration
) -> None:
    for n in range(10):
        make_configuration(f"vpc-{n}")
    message = "The account has 10 configurations, which is the maximum"
    with raises_error("ServiceQuotaExceededException", 402, message):
        make_configuration("vpc-10")
    omics.delete_configuration(name="vpc-3")
    make_configuration("vpc-10")
    with raises_error("ServiceQuotaExceededException", 402, message):
        make_configuration("vpc-11")


@pytest.mark.our_choice("W8")
def test_unknown_configuration_is_not_found(omics: Client) -> None:
    for operation in (omics.get_configuration, omics.delete_configuration):
        with raises_not_found("Configuration lab-vpc not found"):
            operation(name="lab-vpc")


@pytest.mark.documented("W8")
def test_list_configurations_returns_summaries(
    omics: Client, make_configuration: MakeConfiguration
) -> None:
    created = make_configuration("lab-vpc", description="for all", tags={"a": "b"})
    listed = omics.list_configurations()["items"]
    names = ("arn", "name", "description", "creationTime")
    assert listed == [{**{n: created[n] for n in names}, "status": "ACTIVE"}]


# -- deletion --


@pytest.mark.documented("W8")
def test_configuration_is_deleting_and_then_not_found(
    omics: Client, make_configuration: MakeConfiguration, progression: SetProgression
) -> None:
    progression("configuration", progression="manual", times=1)
    created = make_configuration("lab-vpc")
    assert omics.get_configuration(name="lab-vpc")["status"] == "ACTIVE"
    response = omics.delete_configuration(name="lab-vpc")
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert omics.get_configuration(name="lab-vpc")["status"] == "DELETING"
    with raises_conflict(
        "Cannot delete configuration lab-vpc: its status is DELETING, "
        "and it must be one of CREATING, ACTIVE, FAILED"
    ):
        omics.delete_configuration(name="lab-vpc")
    with raises_conflict("Configuration lab-vpc already exists"):
        make_configuration("lab-vpc")
    with raises_not_found("Configuration lab-vpc not found"):
        omics.get_configuration(name="lab-vpc")
    assert omics.list_configurations()["items"] == []
    assert make_configuration("lab-vpc")["uuid"] != created["uuid"]


@pytest.mark.our_choice("W8")
def test_creating_configuration_can_be_deleted(
    omics: Client, make_configuration: MakeConfiguration, progression: SetProgression
) -> None:
    progression("configuration", progression="manual", times=5)
    make_configuration("lab-vpc")
    omics.delete_configuration(name="lab-vpc")
    assert omics.get_configuration(name="lab-vpc")["status"] == "DELETING"


@pytest.mark.documented("W8")
@pytest.mark.parametrize("status", ["PENDING", "STARTING", "RUNNING", "STOPPING"])
@pytest.mark.parametrize("single", [True, False], ids=["single run", "batch run"])
def test_configuration_with_active_runs_cannot_be_deleted(
    omics: Client,
    configuration: str,
    start_run: StartRun,
    start_batch_run: Callable[..., str],
    until_run: UntilRun,
    status: str,
    single: bool,
) -> None:
    vpc = {"networkingMode": "VPC", "configurationName": configuration}
    run_id = start_run(**vpc)["id"] if single else start_batch_run(**vpc)
    if status != "PENDING":
        until_run(run_id, status)
    with raises_conflict(f"Configuration {configuration} cannot be deleted: active runs use it"):
        omics.delete_configuration(name=configuration)
    assert omics.get_configuration(name=configuration)["status"] == "ACTIVE"
    until_run(run_id, "COMPLETED")
    omics.delete_configuration(name=configuration)
    with raises_not_found(f"Configuration {configuration} not found"):
        omics.get_configuration(name=configuration)


# -- the service-linked role --


@pytest.mark.documented("W8")
def test_first_vpc_configuration_creates_the_service_linked_role(
    make_configuration: MakeConfiguration, client: MakeClient
) -> None:
    iam = client("iam")
    make_configuration("no-vpc", vpc=None)
    assert iam.list_roles()["Roles"] == []
    make_configuration("first")
    make_configuration("second")
    (role,) = iam.list_roles()["Roles"]
    assert role["RoleName"] == "AWSServiceRoleForHealthOmics"
    assert role["Arn"] == (
        f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/omics.amazonaws.com/"
        "AWSServiceRoleForHealthOmics"
    )
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "omics.amazonaws.com"}
