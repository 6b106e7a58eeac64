"""Networking of runs: networkingMode and configurationName in StartRun and StartRunBatch."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from conftest import ACCOUNT, Answer, Client, MakeClient, StartBatch
from tests.omics.helpers import (
    SetProgression,
    StartRun,
    UntilRun,
    raises_not_found,
    raises_validation,
)

VPC = {"networkingMode": "VPC", "configurationName": "lab-vpc"}


@pytest.fixture(params=["", "defaultRunSetting."], ids=["single run", "batch"])
def start(
    request: pytest.FixtureRequest, start_run: StartRun, start_batch: StartBatch
) -> Callable[..., str]:
    """``start(networkingMode="VPC")`` calls StartRun or StartRunBatch and returns the id."""

    def start_run_or_batch(**settings: Any) -> str:
        return start_batch(**settings) if request.param else str(start_run(**settings)["id"])

    start_run_or_batch.settings_path = request.param  # type: ignore[attr-defined]
    return start_run_or_batch


def settings_path(start: Callable[..., str]) -> str:
    """Return the path of the run settings in the request."""
    return str(start.settings_path)  # type: ignore[attr-defined]


# -- RESTRICTED --


@pytest.mark.documented("W2.4", "B16")
@pytest.mark.parametrize("settings", [{}, {"networkingMode": "RESTRICTED"}])
def test_restricted_run_has_no_configuration_and_no_vpc(
    omics: Client,
    start_run: StartRun,
    start_batch_run: Callable[..., str],
    settings: dict[str, str],
) -> None:
    for run_id in (start_run(**settings)["id"], start_batch_run(**settings)):
        run = omics.get_run(id=run_id)
        # The default is RESTRICTED.
        assert run.get("networkingMode", "RESTRICTED") == "RESTRICTED"
        assert {"configuration", "vpcConfig"} & run.keys() == set()


# -- VPC --


@pytest.mark.documented("W2.1", "W2.4")
def test_start_run_returns_the_configuration(
    omics: Client, configuration: str, start_run: StartRun
) -> None:
    created = omics.get_configuration(name=configuration)
    run = start_run(**VPC)
    assert run["networkingMode"] == "VPC"
    assert run["configuration"] == {name: created[name] for name in ("name", "arn", "uuid")}
    assert created["arn"] == f"arn:aws:omics:us-east-1:{ACCOUNT}:configuration/lab-vpc"


@pytest.mark.documented("W2.4")
def test_get_run_returns_configuration_and_vpc(
    omics: Client, configuration: str, start_run: StartRun, start_batch_run: Callable[..., str]
) -> None:
    created = omics.get_configuration(name=configuration)
    for run_id in (start_run(**VPC)["id"], start_batch_run(**VPC)):
        run = omics.get_run(id=run_id)
        assert run["networkingMode"] == "VPC"
        assert run["configuration"] == {name: created[name] for name in ("name", "arn", "uuid")}
        assert run["vpcConfig"] == created["runConfigurations"]["vpcConfig"]
        assert re.fullmatch("vpc-[0-9a-f]{17}", run["vpcConfig"]["vpcId"])


@pytest.mark.documented("W2.9")
def test_list_runs_does_not_return_the_network(
    omics: Client, configuration: str, start_run: StartRun
) -> None:
    start_run(**VPC)
    absent = {"networkingMode", "configuration", "vpcConfig", "uuid", "tags", "outputUri"}
    assert absent & omics.list_runs()["items"][0].keys() == set()


@pytest.fixture
def network(client: MakeClient) -> Callable[..., dict[str, Any]]:
    """``network()`` creates subnets and a security group and returns a vpcConfig with vpcId."""
    ec2 = client("ec2")

    def build(subnets: int = 2) -> dict[str, Any]:
        vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        ids = [
            ec2.create_subnet(
                VpcId=vpc_id, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"us-east-1{'abc'[n]}"
            )["Subnet"]["SubnetId"]
            for n in range(subnets)
        ]
        group = ec2.create_security_group(VpcId=vpc_id, GroupName="omics", Description="runs")
        return {"securityGroupIds": [group["GroupId"]], "subnetIds": ids, "vpcId": vpc_id}

    return build


def create_configuration(omics: Client, name: str, network: dict[str, Any]) -> Answer:
    vpc = {member: ids for member, ids in network.items() if member != "vpcId"}
    response: Answer = omics.create_configuration(name=name, runConfigurations={"vpcConfig": vpc})
    return response


@pytest.mark.documented("W8")
def test_vpc_id_is_that_of_the_subnets(
    omics: Client,
    network: Callable[..., dict[str, Any]],
    start_run: StartRun,
    start_batch_run: Callable[..., str],
) -> None:
    first, other = network(), network(3)
    created = create_configuration(omics, "lab-vpc", first)
    create_configuration(omics, "other-vpc", other)
    assert created["runConfigurations"]["vpcConfig"] == first
    assert omics.get_run(id=start_run(**VPC)["id"])["vpcConfig"] == first
    assert omics.get_run(id=start_batch_run(**VPC))["vpcConfig"] == first
    in_other = start_run(**{**VPC, "configurationName": "other-vpc"})["id"]
    assert omics.get_run(id=in_other)["vpcConfig"] == other


@pytest.mark.our_choice("W8")
def test_subnet_unknown_to_ec2_is_ignored(
    omics: Client, network: Callable[..., dict[str, Any]]
) -> None:
    first = network(1)
    mixed = {**first, "subnetIds": ["subnet-0a1b2c3d", *first["subnetIds"]]}
    created = create_configuration(omics, "lab-vpc", mixed)
    assert created["runConfigurations"]["vpcConfig"] == mixed


@pytest.mark.documented("W8")
def test_subnets_of_another_region_are_ignored(
    client: MakeClient, network: Callable[..., dict[str, Any]]
) -> None:
    first = network(1)
    created = create_configuration(client("omics", "eu-west-1"), "lab-vpc", first)[
        "runConfigurations"
    ]["vpcConfig"]
    assert created["vpcId"] != first["vpcId"]
    assert re.fullmatch("vpc-[0-9a-f]{17}", created["vpcId"])


@pytest.mark.observed("W2.4")
def test_run_keeps_its_configuration_after_deletion(
    omics: Client, configuration: str, start_run: StartRun, until_run: UntilRun
) -> None:
    run_id = start_run(**VPC)["id"]
    before = until_run(run_id, "COMPLETED")
    omics.delete_configuration(name=configuration)
    new = omics.create_configuration(
        name=configuration,
        runConfigurations={"vpcConfig": {"securityGroupIds": ["sg-1"], "subnetIds": ["subnet-1a"]}},
    )
    after = omics.get_run(id=run_id)
    assert after["configuration"] == before["configuration"]
    assert after["vpcConfig"] == before["vpcConfig"]
    assert after["configuration"]["uuid"] != new["uuid"]


# -- errors --


@pytest.mark.our_choice("B16", "W2.4", "W13")
def test_vpc_mode_requires_a_configuration(start: Callable[..., str], configuration: str) -> None:
    member = settings_path(start)
    message = f"'{member}configurationName' is required when '{member}networkingMode' is VPC"
    with raises_validation(message):
        start(networkingMode="VPC")


@pytest.mark.our_choice("W2.4", "W13")
@pytest.mark.parametrize("settings", [{}, {"networkingMode": "RESTRICTED"}])
def test_configuration_requires_vpc_mode(
    start: Callable[..., str], configuration: str, settings: dict[str, str]
) -> None:
    member = settings_path(start)
    message = f"'{member}configurationName' needs '{member}networkingMode' to be VPC"
    with raises_validation(message):
        start(configurationName=configuration, **settings)


@pytest.mark.our_choice("B16", "W2.4")
def test_unknown_configuration_is_not_found(start: Callable[..., str]) -> None:
    with raises_not_found("Configuration lab-vpc not found"):
        start(**VPC)


@pytest.mark.our_choice("B16", "W2.4")
def test_inactive_configuration_is_rejected(
    omics: Client,
    start: Callable[..., str],
    workflow_id: str,
    progression: SetProgression,
) -> None:
    omics.get_workflow(id=workflow_id)
    progression("configuration", progression="manual", times=2)
    vpc = {"securityGroupIds": ["sg-1"], "subnetIds": ["subnet-1a"]}
    omics.create_configuration(name="lab-vpc", runConfigurations={"vpcConfig": vpc})
    with raises_validation("Configuration lab-vpc is not ACTIVE: its status is CREATING"):
        start(**VPC)
    omics.delete_configuration(name="lab-vpc")
    with raises_validation("Configuration lab-vpc is not ACTIVE: its status is DELETING"):
        start(**VPC)


@pytest.mark.our_choice("W2.4")
def test_configuration_without_vpc_is_rejected(omics: Client, start: Callable[..., str]) -> None:
    omics.create_configuration(name="lab-vpc", runConfigurations={})
    with raises_validation("Configuration lab-vpc has no vpcConfig, which VPC runs need"):
        start(**VPC)
