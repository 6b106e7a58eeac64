"""Amazon EC2: the subnets and security groups of a configuration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .lookup import backend_in_use


class Ec2:
    """The EC2 resources of one account and region."""

    def __init__(self, account_id: str, region: str):
        self._account_id = account_id
        self._region = region

    def vpc_of(self, subnet_ids: Iterable[str], owner: str | None = None) -> str | None:
        """Return the VPC id of the first of the subnets that exists, or None if none exists.

        ``owner`` is the account that owns a shared VPC (vpcOwnerAccountId, W8). The account itself
        is always searched.
        """
        subnets = self._subnets(owner)
        return next((str(subnets[name].vpc_id) for name in subnet_ids if name in subnets), None)

    def vpc_problem(self, vpc_config: Mapping[str, Any]) -> str | None:
        """Check the vpcConfig of a configuration; return the problem as text, or None (W8).

        Subnets and security groups must exist in the account or in that of ``vpcOwnerAccountId``,
        belong to one VPC, and there must not be two subnets in one Availability Zone.
        """
        owner = vpc_config.get("vpcOwnerAccountId")
        subnet_ids, group_ids = vpc_config["subnetIds"], vpc_config["securityGroupIds"]
        subnets, groups = self._subnets(owner), self._security_groups(owner)
        for kind, ids, known in (
            ("subnet", subnet_ids, subnets),
            ("security group", group_ids, groups),
        ):
            if missing := [name for name in ids if name not in known]:
                return f"The {kind} {missing[0]} does not exist"
        vpcs = {subnets[name].vpc_id for name in subnet_ids}
        vpcs |= {groups[name].vpc_id for name in group_ids}
        if len(vpcs) > 1:
            return f"Subnets and security groups must be of one VPC, not {', '.join(sorted(vpcs))}"
        zones = [subnets[name].availability_zone for name in subnet_ids]
        if len(set(zones)) < len(zones):
            return "There can be one subnet in an Availability Zone at most"
        return None

    def _subnets(self, owner: str | None) -> dict[str, Any]:
        """Return the subnets by id."""
        # moto keeps them by Availability Zone.
        zones = [zone for ec2 in self._backends(owner) for zone in ec2.subnets.values()]
        return {name: subnet for zone in zones for name, subnet in zone.items()}

    def _security_groups(self, owner: str | None) -> dict[str, Any]:
        """Return the security groups by id."""
        # moto keeps them by VPC.
        vpcs = [vpc for ec2 in self._backends(owner) for vpc in ec2.groups.values()]
        return {name: group for vpc in vpcs for name, group in vpc.items()}

    def _backends(self, owner: str | None) -> Iterator[Any]:
        for account_id in filter(None, (owner, self._account_id)):
            if ec2 := backend_in_use("ec2", account_id, self._region):
                yield ec2
