"""``config={"omics": {"check": ["ec2"]}}``: subnets and security groups of a configuration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from conftest import Answer, Client, MakeClient
from tests.omics.helpers import raises_validation, requires_member

OTHER = "111111111111"
GONE_SUBNET, GONE_GROUP = "subnet-0a1b2c3d", "sg-0a1b2c3d"
Settings = Callable[..., None]
Create = Callable[..., Answer]


class Network(NamedTuple):
    """A VPC with subnets in zones a, b and again a, and with two security groups."""

    vpc: str
    subnets: list[str]
    groups: list[str]


def make_network(ec2: Client, block: str) -> Network:
    vpc = ec2.create_vpc(CidrBlock=f"{block}.0.0/16")["Vpc"]["VpcId"]
    region = ec2.meta.region_name
    subnets = [
        ec2.create_subnet(
            VpcId=vpc, CidrBlock=f"{block}.{number}.0/24", AvailabilityZone=f"{region}{zone}"
        )["Subnet"]["SubnetId"]
        for number, zone in enumerate("aba")
    ]
    groups = [
        ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
        for name in ("first", "second")
    ]
    return Network(vpc, subnets, groups)


@pytest.fixture
def network(client: MakeClient, settings: Settings) -> Network:
    """The check is on, and there is a network."""
    settings(check=["ec2"])
    return make_network(client("ec2"), "10.1")


@pytest.fixture
def create(omics: Client) -> Create:
    def make(subnets: list[str], groups: list[str], **more: Any) -> Answer:
        vpc = {"subnetIds": subnets, "securityGroupIds": groups, **more}
        answer: Answer = omics.create_configuration(
            name="lab", runConfigurations={"vpcConfig": vpc}
        )
        return answer

    return make


@pytest.mark.our_choice("W8")
def test_nothing_is_checked_by_default(create: Create, client: MakeClient) -> None:
    make_network(client("ec2"), "10.1")
    assert create([GONE_SUBNET], [GONE_GROUP])["status"] == "CREATING"


@pytest.mark.our_choice("W8")
@pytest.mark.parametrize("others", [["iam"], ["s3"], ["iam", "s3"]])
def test_the_other_checks_do_not_look_at_networks(
    settings: Settings, create: Create, others: list[str]
) -> None:
    settings(check=others)
    assert create([GONE_SUBNET], [GONE_GROUP])["status"] == "CREATING"


@pytest.mark.documented("W8")
def test_subnets_and_groups_of_one_vpc_are_fine(
    network: Network, create: Create, omics: Client
) -> None:
    created = create(network.subnets[:2], network.groups)
    expected = {
        "subnetIds": network.subnets[:2],
        "securityGroupIds": network.groups,
        "vpcId": network.vpc,
    }
    assert created["runConfigurations"]["vpcConfig"] == expected
    found = omics.get_configuration(name="lab")
    assert found["status"] == "ACTIVE"
    assert found["runConfigurations"]["vpcConfig"] == expected


@pytest.mark.documented("W8")
def test_the_default_network_is_fine(
    settings: Settings, client: MakeClient, create: Create
) -> None:
    settings(check=["ec2"])
    ec2 = client("ec2")
    subnets = {
        subnet["AvailabilityZone"]: subnet["SubnetId"]
        for subnet in ec2.describe_subnets()["Subnets"]
    }
    groups = [ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]]
    assert len(subnets) > 1
    assert create(list(subnets.values()), groups)["status"] == "CREATING"


@pytest.mark.our_choice("W8")
def test_a_configuration_without_a_vpc_needs_no_network(settings: Settings, omics: Client) -> None:
    settings(check=["ec2"])
    created = omics.create_configuration(name="plain", runConfigurations={})
    assert created["status"] == "CREATING"


@pytest.mark.our_choice("W8")
def test_nothing_is_there_where_ec2_was_never_used(settings: Settings, create: Create) -> None:
    settings(check=["ec2"])
    with raises_validation(f"The subnet {GONE_SUBNET} does not exist"):
        create([GONE_SUBNET], [GONE_GROUP])


@pytest.mark.our_choice("W8")
@pytest.mark.parametrize("at", [0, 1])
def test_a_subnet_that_is_not_there(
    network: Network, create: Create, omics: Client, at: int
) -> None:
    subnets = network.subnets[:1]
    subnets.insert(at, GONE_SUBNET)
    with raises_validation(f"The subnet {GONE_SUBNET} does not exist"):
        create(subnets, [GONE_GROUP])
    assert omics.list_configurations()["items"] == []


@pytest.mark.our_choice("W8")
def test_a_security_group_that_is_not_there(
    network: Network, create: Create, omics: Client
) -> None:
    with raises_validation(f"The security group {GONE_GROUP} does not exist"):
        create(network.subnets[:1], [network.groups[0], GONE_GROUP])
    assert omics.list_configurations()["items"] == []


@pytest.mark.documented("W8")
def test_a_network_of_another_region_is_not_there(
    network: Network, client: MakeClient, create: Create
) -> None:
    there = make_network(client("ec2", "eu-west-1"), "10.2")
    with raises_validation(f"The subnet {there.subnets[0]} does not exist"):
        create(there.subnets[:1], network.groups)
    with raises_validation(f"The security group {there.groups[0]} does not exist"):
        create(network.subnets[:1], there.groups)


@pytest.mark.documented("W8")
@pytest.mark.parametrize("mixed", ["subnets", "groups", "both"])
def test_all_are_of_one_vpc(
    network: Network, client: MakeClient, create: Create, omics: Client, mixed: str
) -> None:
    other = make_network(client("ec2"), "10.2")
    subnets, groups = {
        "subnets": ([network.subnets[0], other.subnets[1]], network.groups),
        "groups": (network.subnets[:2], [network.groups[0], other.groups[0]]),
        "both": (network.subnets[:2], other.groups),
    }[mixed]
    both = ", ".join(sorted([network.vpc, other.vpc]))
    with raises_validation(f"Subnets and security groups must be of one VPC, not {both}"):
        create(subnets, groups)
    assert omics.list_configurations()["items"] == []


@pytest.mark.documented("W8")
@pytest.mark.parametrize("places", [[0, 2], [0, 1, 2], [1, 1]])
def test_one_subnet_a_zone(
    network: Network, create: Create, omics: Client, places: list[int]
) -> None:
    with raises_validation("There can be one subnet in an Availability Zone at most"):
        create([network.subnets[at] for at in places], network.groups)
    assert omics.list_configurations()["items"] == []


@pytest.mark.our_choice("W8")
def test_a_refused_name_is_free(network: Network, create: Create, omics: Client) -> None:
    with raises_validation(f"The subnet {GONE_SUBNET} does not exist"):
        create([GONE_SUBNET], network.groups)
    assert create(network.subnets[:1], network.groups)["name"] == "lab"


@pytest.mark.our_choice("W8")
def test_what_is_gone_later_does_not_matter(
    network: Network, client: MakeClient, create: Create, omics: Client
) -> None:
    """Configurations cannot be changed: a run takes what was there when they were made."""
    create(network.subnets[:1], network.groups[:1])
    client("ec2").delete_subnet(SubnetId=network.subnets[0])
    assert omics.get_configuration(name="lab")["status"] == "ACTIVE"


# -- networks that another account shares --------------------------------------------------------


@pytest.fixture
def shared(network: Network, client: MakeClient) -> Network:
    """A network of another account."""
    ec2 = client("ec2")

    def add_header(params: dict[str, Any], **_: Any) -> None:
        params["headers"]["x-moto-account-id"] = OTHER

    ec2.meta.events.register("before-call", add_header)
    return make_network(ec2, "10.9")


@pytest.mark.our_choice("W8")
def test_a_network_of_another_account_is_not_there(shared: Network, create: Create) -> None:
    with raises_validation(f"The subnet {shared.subnets[0]} does not exist"):
        create(shared.subnets[:2], shared.groups)


@pytest.mark.our_choice("W8")
@requires_member("VpcConfig", "vpcOwnerAccountId")
def test_a_network_whose_owner_is_named_is_there(shared: Network, create: Create) -> None:
    created = create(shared.subnets[:2], shared.groups, vpcOwnerAccountId=OTHER)
    assert created["runConfigurations"]["vpcConfig"]["vpcId"] == shared.vpc


@pytest.mark.our_choice("W8")
@requires_member("VpcConfig", "vpcOwnerAccountId")
def test_a_shared_network_is_held_to_the_same(
    network: Network, shared: Network, create: Create
) -> None:
    both = ", ".join(sorted([network.vpc, shared.vpc]))
    with raises_validation(f"Subnets and security groups must be of one VPC, not {both}"):
        create(shared.subnets[:1], network.groups, vpcOwnerAccountId=OTHER)
    with raises_validation("There can be one subnet in an Availability Zone at most"):
        create([shared.subnets[0], shared.subnets[2]], shared.groups, vpcOwnerAccountId=OTHER)
