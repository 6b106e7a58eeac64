"""Runs in a VPC: what StartRun and StartRunBatch ask for, and what GetRun tells."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from conftest import ACCOUNT, Answer, Client, MakeClient, StartBatch
from tests.omics.helpers import StartRun, UntilRun, raises_not_found, raises_validation

VPC = {"networkingMode": "VPC", "configurationName": "lab-vpc"}


@pytest.fixture(params=["", "defaultRunSetting."], ids=["alone", "of a batch"])
def start(
    request: pytest.FixtureRequest, start_run: StartRun, start_batch: StartBatch
) -> Callable[..., str]:
    """``start("…{at}name…")(networkingMode="VPC")``: by StartRun or StartRunBatch → its id."""

    def by_either(**settings: Any) -> str:
        return start_batch(**settings) if request.param else str(start_run(**settings)["id"])

    by_either.at = request.param  # type: ignore[attr-defined]
    return by_either


def at(start: Callable[..., str]) -> str:
    """Where the settings stand in the request."""
    return str(start.at)  # type: ignore[attr-defined]


# -- restricted ----------------------------------------------------------------------------------


@pytest.mark.documented("W2.4", "B16")
@pytest.mark.parametrize("given", [{}, {"networkingMode": "RESTRICTED"}])
def test_a_restricted_run_has_neither_configuration_nor_vpc(
    omics: Client, start_run: StartRun, start_batch_run: Callable[..., str], given: dict[str, str]
) -> None:
    for run_id in (start_run(**given)["id"], start_batch_run(**given)):
        run = omics.get_run(id=run_id)
        # Absent means RESTRICTED.
        assert run.get("networkingMode", "RESTRICTED") == "RESTRICTED"
        assert {"configuration", "vpcConfig"} & run.keys() == set()


# -- in a VPC ------------------------------------------------------------------------------------


@pytest.mark.documented("W2.1", "W2.4")
def test_start_run_answers_with_the_configuration(
    omics: Client, configuration: str, start_run: StartRun
) -> None:
    made = omics.get_configuration(name=configuration)
    run = start_run(**VPC)
    assert run["networkingMode"] == "VPC"
    assert run["configuration"] == {name: made[name] for name in ("name", "arn", "uuid")}
    assert made["arn"] == f"arn:aws:omics:us-east-1:{ACCOUNT}:configuration/lab-vpc"


@pytest.mark.documented("W2.4")
def test_get_run_tells_of_the_network(
    omics: Client, configuration: str, start_run: StartRun, start_batch_run: Callable[..., str]
) -> None:
    made = omics.get_configuration(name=configuration)
    for run_id in (start_run(**VPC)["id"], start_batch_run(**VPC)):
        run = omics.get_run(id=run_id)
        assert run["networkingMode"] == "VPC"
        assert run["configuration"] == {name: made[name] for name in ("name", "arn", "uuid")}
        assert run["vpcConfig"] == made["runConfigurations"]["vpcConfig"]
        assert re.fullmatch("vpc-[0-9a-f]{17}", run["vpcConfig"]["vpcId"])


@pytest.mark.documented("W2.9")
def test_the_list_of_runs_does_not_tell_of_the_network(
    omics: Client, configuration: str, start_run: StartRun
) -> None:
    start_run(**VPC)
    told = {"networkingMode", "configuration", "vpcConfig", "uuid", "tags", "outputUri"}
    assert told & omics.list_runs()["items"][0].keys() == set()


@pytest.fixture
def network(client: MakeClient) -> Callable[..., dict[str, Any]]:
    """``network()`` → a vpcConfig of things that EC2 knows, with their vpcId."""
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


def configure(omics: Client, name: str, network: dict[str, Any]) -> Answer:
    vpc = {member: ids for member, ids in network.items() if member != "vpcId"}
    answer: Answer = omics.create_configuration(name=name, runConfigurations={"vpcConfig": vpc})
    return answer


@pytest.mark.documented("W8")
def test_the_vpc_is_that_of_the_subnets(
    omics: Client,
    network: Callable[..., dict[str, Any]],
    start_run: StartRun,
    start_batch_run: Callable[..., str],
) -> None:
    lab, other = network(), network(3)
    made = configure(omics, "lab-vpc", lab)
    configure(omics, "other-vpc", other)
    assert made["runConfigurations"]["vpcConfig"] == lab
    assert omics.get_run(id=start_run(**VPC)["id"])["vpcConfig"] == lab
    assert omics.get_run(id=start_batch_run(**VPC))["vpcConfig"] == lab
    in_other = start_run(**{**VPC, "configurationName": "other-vpc"})["id"]
    assert omics.get_run(id=in_other)["vpcConfig"] == other


@pytest.mark.our_choice("W8")
def test_a_subnet_that_ec2_does_not_know_is_passed_over(
    omics: Client, network: Callable[..., dict[str, Any]]
) -> None:
    lab = network(1)
    mixed = {**lab, "subnetIds": ["subnet-0a1b2c3d", *lab["subnetIds"]]}
    made = configure(omics, "lab-vpc", mixed)
    assert made["runConfigurations"]["vpcConfig"] == mixed


@pytest.mark.documented("W8")
def test_subnets_of_another_region_are_not_looked_at(
    client: MakeClient, network: Callable[..., dict[str, Any]]
) -> None:
    lab = network(1)
    made = configure(client("omics", "eu-west-1"), "lab-vpc", lab)["runConfigurations"]["vpcConfig"]
    assert made["vpcId"] != lab["vpcId"]
    assert re.fullmatch("vpc-[0-9a-f]{17}", made["vpcId"])


@pytest.mark.observed("W2.4")
def test_a_run_keeps_the_configuration_as_it_was(
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


# -- refusals ------------------------------------------------------------------------------------


@pytest.mark.our_choice("B16", "W2.4", "W13")
def test_vpc_needs_a_configuration(start: Callable[..., str], configuration: str) -> None:
    member = at(start)
    told = f"'{member}configurationName' is required when '{member}networkingMode' is VPC"
    with raises_validation(told):
        start(networkingMode="VPC")


@pytest.mark.our_choice("W2.4", "W13")
@pytest.mark.parametrize("given", [{}, {"networkingMode": "RESTRICTED"}])
def test_a_configuration_needs_vpc(
    start: Callable[..., str], configuration: str, given: dict[str, str]
) -> None:
    member = at(start)
    told = f"'{member}configurationName' needs '{member}networkingMode' to be VPC"
    with raises_validation(told):
        start(configurationName=configuration, **given)


@pytest.mark.our_choice("B16", "W2.4")
def test_a_configuration_that_is_unknown_is_not_found(start: Callable[..., str]) -> None:
    with raises_not_found("Configuration lab-vpc not found"):
        start(**VPC)


@pytest.mark.our_choice("B16", "W2.4")
def test_a_configuration_must_be_active(
    omics: Client,
    start: Callable[..., str],
    workflow_id: str,
    progression: Callable[..., None],
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
def test_a_configuration_must_have_a_vpc(omics: Client, start: Callable[..., str]) -> None:
    omics.create_configuration(name="lab-vpc", runConfigurations={})
    with raises_validation("Configuration lab-vpc has no vpcConfig, which VPC runs need"):
        start(**VPC)
