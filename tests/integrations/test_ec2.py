"""EC2: the VPC of subnets, and the check of a vpcConfig."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from moto.ec2.models import ec2_backends

from moto_omics_batch.omics.integrations.ec2 import Ec2

from .conftest import ACCOUNT, OTHER_ACCOUNT, REGION, Client, MakeClient

NO_SUBNET, NO_GROUP = "subnet-0a1b2c3d", "sg-0a1b2c3d"


class Network(NamedTuple):
    """A VPC with subnets in the zones a, b and a, and one security group."""

    vpc: str
    subnets: list[str]
    groups: list[str]


def make_network(ec2: Client, block: str) -> Network:
    vpc = ec2.create_vpc(CidrBlock=f"{block}.0.0/16")["Vpc"]["VpcId"]
    zones = [f"{ec2.meta.region_name}{zone}" for zone in "aba"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"{block}.{n}.0/24", AvailabilityZone=zone)
        for n, zone in enumerate(zones)
    ]
    group = ec2.create_security_group(GroupName="lab", Description="lab", VpcId=vpc)
    return Network(vpc, [made["Subnet"]["SubnetId"] for made in subnets], [group["GroupId"]])


@pytest.fixture
def network(client: MakeClient) -> Network:
    return make_network(client("ec2"), "10.1")


@pytest.fixture
def shared(client: MakeClient) -> Network:
    return make_network(client("ec2", account=OTHER_ACCOUNT), "10.9")


@pytest.fixture
def ec2() -> Ec2:
    return Ec2(ACCOUNT, REGION)


def config(subnets: list[str], groups: list[str], **more: Any) -> dict[str, Any]:
    return {"subnetIds": subnets, "securityGroupIds": groups, **more}


def test_vpc_of_the_first_subnet_that_exists(network: Network, ec2: Ec2) -> None:
    assert ec2.vpc_of([NO_SUBNET, *network.subnets]) == network.vpc
    assert ec2.vpc_of([NO_SUBNET]) is None
    assert ec2.vpc_of([]) is None
    assert Ec2(ACCOUNT, "eu-west-1").vpc_of(network.subnets) is None


def test_vpc_of_a_shared_subnet_needs_its_owner(shared: Network, ec2: Ec2) -> None:
    assert ec2.vpc_of(shared.subnets) is None
    assert ec2.vpc_of(shared.subnets, OTHER_ACCOUNT) == shared.vpc


def test_a_network_in_one_vpc_has_no_problem(network: Network, ec2: Ec2) -> None:
    assert ec2.vpc_problem(config(network.subnets[:2], network.groups)) is None


def test_missing_subnets_are_reported_before_missing_groups(network: Network, ec2: Ec2) -> None:
    subnets, groups = [network.subnets[0], NO_SUBNET], [*network.groups, NO_GROUP]
    assert ec2.vpc_problem(config(subnets, groups)) == f"The subnet {NO_SUBNET} does not exist"
    assert ec2.vpc_problem(config(subnets[:1], groups)) == (
        f"The security group {NO_GROUP} does not exist"
    )


def test_all_must_be_of_one_vpc(network: Network, client: MakeClient, ec2: Ec2) -> None:
    other = make_network(client("ec2"), "10.2")
    both = ", ".join(sorted([network.vpc, other.vpc]))
    problem = f"Subnets and security groups must be of one VPC, not {both}"
    assert ec2.vpc_problem(config(network.subnets[:2], other.groups)) == problem
    mixed = [network.subnets[0], other.subnets[1]]
    assert ec2.vpc_problem(config(mixed, network.groups)) == problem


@pytest.mark.parametrize("chosen", [[0, 2], [1, 1]])
def test_one_subnet_in_a_zone(network: Network, ec2: Ec2, chosen: list[int]) -> None:
    subnets = [network.subnets[n] for n in chosen]
    assert ec2.vpc_problem(config(subnets, network.groups)) == (
        "There can be one subnet in an Availability Zone at most"
    )


def test_a_shared_network_exists_if_its_owner_is_named(shared: Network, ec2: Ec2) -> None:
    least = config(shared.subnets[:2], shared.groups)
    assert ec2.vpc_problem(least) == f"The subnet {shared.subnets[0]} does not exist"
    assert ec2.vpc_problem({**least, "vpcOwnerAccountId": OTHER_ACCOUNT}) is None


def test_ec2_is_not_created_by_looking_it_up(client: MakeClient, ec2: Ec2) -> None:
    assert ec2.vpc_of([NO_SUBNET]) is None
    assert ec2.vpc_problem(config([NO_SUBNET], [])) == f"The subnet {NO_SUBNET} does not exist"
    assert dict(ec2_backends) == {}
