"""``config={"omics": {"check": ["ec2"]}}``: network of a configuration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from conftest import Answer, Client, MakeClient
from tests.omics.helpers import Settings, raises_validation, requires_member

OTHER = "111111111111"
MISSING_SUBNET, MISSING_GROUP = "subnet-0a1b2c3d", "sg-0a1b2c3d"
CreateConfiguration = Callable[..., Answer]


class Network(NamedTuple):
    """A VPC with subnets in the zones a, b and a, and with two security groups."""

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
    """The check is enabled, and there is a network."""
    settings(check=["ec2"])
    return make_network(client("ec2"), "10.1")


@pytest.fixture
def create_configuration(omics: Client) -> CreateConfiguration:
    def make(subnets: list[str], groups: list[str], **more: Any) -> Answer:
        vpc = {"subnetIds": subnets, "securityGroupIds": groups, **more}
        response: Answer = omics.create_configuration(
            name="lab", runConfigurations={"vpcConfig": vpc}
        )
        return response

    return make


@pytest.mark.our_choice("W8")
def test_network_is_not_checked_by_default(
    create_configuration: CreateConfiguration, client: MakeClient
) -> None:
    make_network(client("ec2"), "10.1")
    assert create_configuration([MISSING_SUBNET], [MISSING_GROUP])["status"] == "CREATING"


@pytest.mark.our_choice("W8")
@pytest.mark.parametrize("other_checks", [["iam"], ["s3"], ["iam", "s3"]])
def test_other_checks_do_not_check_networks(
    settings: Settings, create_configuration: CreateConfiguration, other_checks: list[str]
) -> None:
    settings(check=other_checks)
    assert create_configuration([MISSING_SUBNET], [MISSING_GROUP])["status"] == "CREATING"


@pytest.mark.documented("W8")
def test_subnets_and_groups_of_one_vpc_are_accepted(
    network: Network, create_configuration: CreateConfiguration, omics: Client
) -> None:
    created = create_configuration(network.subnets[:2], network.groups)
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
def test_default_vpc_is_accepted(
    settings: Settings, client: MakeClient, create_configuration: CreateConfiguration
) -> None:
    settings(check=["ec2"])
    ec2 = client("ec2")
    subnets = {
        subnet["AvailabilityZone"]: subnet["SubnetId"]
        for subnet in ec2.describe_subnets()["Subnets"]
    }
    groups = [ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]]
    assert len(subnets) > 1
    assert create_configuration(list(subnets.values()), groups)["status"] == "CREATING"


@pytest.mark.our_choice("W8")
def test_configuration_without_vpc_is_accepted(settings: Settings, omics: Client) -> None:
    settings(check=["ec2"])
    created = omics.create_configuration(name="plain", runConfigurations={})
    assert created["status"] == "CREATING"


@pytest.mark.our_choice("W8")
def test_subnet_is_rejected_if_ec2_was_never_used(
    settings: Settings, create_configuration: CreateConfiguration
) -> None:
    settings(check=["ec2"])
    with raises_validation(f"The subnet {MISSING_SUBNET} does not exist"):
        create_configuration([MISSING_SUBNET], [MISSING_GROUP])


@pytest.mark.our_choice("W8")
@pytest.mark.parametrize("position", [0, 1])
def test_missing_subnet_is_rejected(
    network: Network, create_configuration: CreateConfiguration, omics: Client, position: int
) -> None:
    subnets = network.subnets[:1]
    subnets.insert(position, MISSING_SUBNET)
    with raises_validation(f"The subnet {MISSING_SUBNET} does not exist"):
        create_configuration(subnets, [MISSING_GROUP])
    assert omics.list_configurations()["items"] == []


@pytest.mark.our_choice("W8")
def test_missing_security_group_is_rejected(
    network: Network, create_configuration: CreateConfiguration, omics: Client
) -> None:
    with raises_validation(f"The security group {MISSING_GROUP} does not exist"):
        create_configuration(network.subnets[:1], [network.groups[0], MISSING_GROUP])
    assert omics.list_configurations()["items"] == []


@pytest.mark.documented("W8")
def test_network_of_another_region_is_rejected(
    network: Network, client: MakeClient, create_configuration: CreateConfiguration
) -> None:
    other_region = make_network(client("ec2", "eu-west-1"), "10.2")
    with raises_validation(f"The subnet {other_region.subnets[0]} does not exist"):
        create_configuration(other_region.subnets[:1], network.groups)
    with raises_validation(f"The security group {other_region.groups[0]} does not exist"):
        create_configuration(network.subnets[:1], other_region.groups)


@pytest.mark.documented("W8")
@pytest.mark.parametrize("mixed", ["subnets", "groups", "both"])
def test_subnets_and_groups_must_be_of_one_vpc(
    network: Network,
    client: MakeClient,
    create_configuration: CreateConfiguration,
    omics: Client,
    mixed: str,
) -> None:
    other = make_network(client("ec2"), "10.2")
    subnets, groups = {
        "subnets": ([network.subnets[0], other.subnets[1]], network.groups),
        "groups": (network.subnets[:2], [network.groups[0], other.groups[0]]),
        "both": (network.subnets[:2], other.groups),
    }[mixed]
    both = ", ".join(sorted([network.vpc, other.vpc]))
    with raises_validation(f"Subnets and security groups must be of one VPC, not {both}"):
        create_configuration(subnets, groups)
    assert omics.list_configurations()["items"] == []


@pytest.mark.documented("W8")
@pytest.mark.parametrize("indexes", [[0, 2], [0, 1, 2], [1, 1]])
def test_subnets_must_be_in_different_zones(
    network: Network, create_configuration: CreateConfiguration, omics: Client, indexes: list[int]
) -> None:
    with raises_validation("There can be one subnet in an Availability Zone at most"):
        create_configuration([network.subnets[index] for index in indexes], network.groups)
    assert omics.list_configurations()["items"] == []


@pytest.mark.our_choice("W8")
def test_rejected_name_can_be_used_again(
    network: Network, create_configuration: CreateConfiguration, omics: Client
) -> None:
    with raises_validation(f"The subnet {MISSING_SUBNET} does not exist"):
        create_configuration([MISSING_SUBNET], network.groups)
    assert create_configuration(network.subnets[:1], network.groups)["name"] == "lab"


@pytest.mark.our_choice("W8")
def test_later_deletion_of_a_subnet_has_no_effect(
    network: Network, client: MakeClient, create_configuration: CreateConfiguration, omics: Client
) -> None:
    """Configurations are immutable, and their network is checked at creation only."""
    create_configuration(network.subnets[:1], network.groups[:1])
    client("ec2").delete_subnet(SubnetId=network.subnets[0])
    assert omics.get_configuration(name="lab")["status"] == "ACTIVE"


# -- shared networks --


@pytest.fixture
def shared(network: Network, client: MakeClient) -> Network:
    """A network of another account."""
    ec2 = client("ec2")

    def add_header(params: dict[str, Any], **_: Any) -> None:
        params["headers"]["x-moto-account-id"] = OTHER

    ec2.meta.events.register("before-call", add_header)
    return make_network(ec2, "10.9")


@pytest.mark.our_choice("W8")
def test_network_of_another_account_is_rejected(
    shared: Network, create_configuration: CreateConfiguration
) -> None:
    with raises_validation(f"The subnet {shared.subnets[0]} does not exist"):
        create_configuration(shared.subnets[:2], shared.groups)


@pytest.mark.our_choice("W8")
@requires_member("VpcConfig", "vpcOwnerAccountId")
def test_network_of_the_named_owner_account_is_accepted(
    shared: Network, create_configuration: CreateConfiguration
) -> None:
    created = create_configuration(shared.subnets[:2], shared.groups, vpcOwnerAccountId=OTHER)
    assert created["runConfigurations"]["vpcConfig"]["vpcId"] == shared.vpc


@pytest.mark.our_choice("W8")
@requires_member("VpcConfig", "vpcOwnerAccountId")
def test_network_of_the_named_owner_account_is_checked(
    network: Network, shared: Network, create_configuration: CreateConfiguration
) -> None:
    both = ", ".join(sorted([network.vpc, shared.vpc]))
    with raises_validation(f"Subnets and security groups must be of one VPC, not {both}"):
        create_configuration(shared.subnets[:1], network.groups, vpcOwnerAccountId=OTHER)
    with raises_validation("There can be one subnet in an Availability Zone at most"):
        create_configuration(
            [shared.subnets[0], shared.subnets[2]], shared.groups, vpcOwnerAccountId=OTHER
        )
