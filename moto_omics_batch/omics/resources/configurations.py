"""Configurations (W8): CreateConfiguration, GetConfiguration, ListConfigurations,
DeleteConfiguration."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, ClassVar

from moto.core.common_models import BaseModel

from ...domain import tables
from ...domain.scheduler import Scheduler
from ...domain.usage import Usage
from ..exceptions import AlreadyExists, ServiceQuotaExceededException, ValidationException
from ..integrations.ec2 import Ec2
from ..integrations.iam import Iam
from .collection import Collection, Kind, Model, Resolved
from .context import Context

#: W8: configurations in an account and region, and the largest page of their list.
MAX_CONFIGURATIONS = 10
CONFIGURATIONS_PAGE = 10

#: W8: a name that AWS's own client code reserves, in any case of letters.
RESERVED_NAME = "default"


class Configuration(Model, BaseModel):
    """A named run configuration."""


class Configurations(Collection[Configuration]):
    """The configurations of an account and region, by name."""

    KIND: ClassVar[Kind[Configuration]] = Kind(
        label="Configuration",
        arn="configuration",
        model=Configuration,
        lifecycle=tables.CONFIGURATION,
        create="CreateConfiguration",
        list="ListConfigurations",
        key="name",
        page=CONFIGURATIONS_PAGE,
        progression_key="configuration",
        used_as="configurationName",
    )

    def __init__(self, context: Context, scheduler: Scheduler, usage: Usage, *, ec2: Ec2, iam: Iam):
        super().__init__(context, scheduler, usage)
        self._ec2 = ec2
        self._iam = iam

    def check(self, params: Mapping[str, Any]) -> None:
        """Check name, number and network.

        Raises ValidationException, AlreadyExists, ServiceQuotaExceededException.
        """
        name = params["name"]
        if name.lower() == RESERVED_NAME:
            raise ValidationException(f"'name' cannot be '{name}': it is reserved")
        vpc = params["runConfigurations"].get("vpcConfig")
        for member in ("securityGroupIds", "subnetIds"):
            if vpc is not None and not vpc.get(member):
                path = f"runConfigurations.vpcConfig.{member}"
                raise ValidationException(f"'{path}' must hold at least one id")
        if name in self._resources:
            raise AlreadyExists("Configuration", name)
        most = self._context.settings.quota("configurations") or MAX_CONFIGURATIONS
        if len(self._resources) >= most:
            raise ServiceQuotaExceededException(
                f"The account has {most} configurations, which is the maximum"
            )
        checked = vpc is not None and self._context.settings.checks("ec2")
        if checked and (problem := self._ec2.vpc_problem(vpc)):
            raise ValidationException(problem)

    def resolve(self, params: Mapping[str, Any]) -> Resolved:
        """Return the network with its VPC, whose service-linked role is created (W8)."""
        vpc = params["runConfigurations"].get("vpcConfig")
        if vpc is None:
            return Resolved()
        owner = vpc.get("vpcOwnerAccountId", self._context.account_id)
        vpc_id = self._ec2.vpc_of(vpc["subnetIds"], owner) or self._vpc_id(vpc)
        self._iam.create_service_linked_role()
        return Resolved({"vpcConfig": {**vpc, "vpcId": vpc_id}})

    def computed(self, resource: Configuration) -> Mapping[str, Any]:
        """Return the network in the form of the responses."""
        vpc = resource.resolved.get("vpcConfig")
        return {"runConfigurations": {"vpcConfig": vpc} if vpc else {}}

    def seed(self, name: str) -> None:
        """Create an ACTIVE configuration that the settings of the mock name."""
        if name not in self._resources:
            vpc = {"securityGroupIds": ["sg-0000000000000000a"]}
            vpc["subnetIds"] = ["subnet-0000000000000000a"]
            params = {"name": name, "runConfigurations": {"vpcConfig": vpc}}
            self.add(params, state="ACTIVE")

    @staticmethod
    def _vpc_id(vpc: Mapping[str, Any]) -> str:
        """Return an id in EC2's form for the VPC of subnets that moto's EC2 does not know."""
        digest = blake2b(repr(sorted(vpc["subnetIds"])).encode(), digest_size=9).hexdigest()
        return f"vpc-{digest[:17]}"
