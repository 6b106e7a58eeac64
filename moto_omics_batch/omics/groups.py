"""Run groups, run caches and configurations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.moto_api._internal import mock_random

from ..domain import tables
from ..domain.lifecycle import IllegalMove
from .exceptions import (
    AlreadyExists,
    InUse,
    ResourceNotFound,
    ServiceQuotaExceededException,
    ValidationException,
    WrongState,
)
from .neighbours import make_service_linked_role, vpc_of
from .tracked import Configuration, RunCache, RunGroup
from .workflows import WorkflowOperations

#: W8: configurations in an account and region, and the largest page of their list.
MAX_CONFIGURATIONS = 10
CONFIGURATIONS_PAGE = 10

#: W8: a name that AWS's own client code keeps for itself, in any case of letters.
RESERVED_CONFIGURATION = "default"


class GroupOperations(WorkflowOperations):
    """What runs name beside a workflow. Parameters are those of the request, by wire name."""

    def in_use(self, member: str, name: str) -> bool:
        """Whether a run that is not at an end names it."""
        return any(block.shared.get(member) == name and block.active for block in self.runs)

    # -- run groups --

    def create_run_group(self, params: Mapping[str, Any]) -> RunGroup:
        """Raises ValidationException, ConflictException (W6)."""
        return self.once("CreateRunGroup", params, lambda: self._new_run_group(params))

    def _new_run_group(self, params: Mapping[str, Any]) -> RunGroup:
        self.check_tags(params)
        group_id = str(self.take_ids())
        group = RunGroup(
            tables.RUN_GROUP,
            id=group_id,
            arn=self.arn("runGroup", group_id),
            uuid=self.new_uuid(),
            serial=self.take_serials(),
            given=params,
            facts={},
            now=self.now(),
        )
        self.run_groups[group_id] = group
        return group

    def find_run_group(self, group_id: str) -> RunGroup:
        """Raises ResourceNotFound."""
        if group_id not in self.run_groups:
            raise ResourceNotFound("Run group", group_id)
        return self.run_groups[group_id]

    def list_run_groups(self, params: Mapping[str, Any]) -> tuple[list[RunGroup], str | None]:
        """Raises ValidationException for a bad token (W6, W10)."""
        name = params.get("name")
        groups = self.run_groups.values()
        return self.page_of("ListRunGroups", params, groups, lambda g: name in (None, g.name))

    def update_run_group(self, params: Mapping[str, Any]) -> None:
        """Raises ResourceNotFound (W6). A limit that is set cannot be cleared: null is absent."""
        self.find_run_group(params["id"]).given.update(params)

    def delete_run_group(self, group_id: str) -> None:
        """Raises ResourceNotFound, InUse (W6)."""
        group = self.find_run_group(group_id)
        if self.in_use("runGroupId", group_id):
            raise InUse("Run group", group_id)
        group.move("delete", self.now())
        self.forget(self.run_groups.pop(group_id))

    # -- run caches --

    def create_run_cache(self, params: Mapping[str, Any]) -> RunCache:
        """Raises ValidationException, ConflictException (W7)."""
        return self.once("CreateRunCache", params, lambda: self._new_run_cache(params))

    def _new_run_cache(self, params: Mapping[str, Any]) -> RunCache:
        self.check_tags(params)
        cache_id = str(self.take_ids())
        cache = RunCache(
            tables.RUN_CACHE,
            id=cache_id,
            arn=self.arn("runCache", cache_id),
            uuid=self.new_uuid(),
            serial=self.take_serials(),
            given=params,
            facts={
                "cacheBehavior": params.get("cacheBehavior", "CACHE_ON_FAILURE"),
                "cacheBucketOwnerId": params.get("cacheBucketOwnerId", self.account_id),
                "cacheS3Uri": params["cacheS3Location"],
            },
            now=self.now(),
        )
        self.run_caches[cache_id] = cache
        return cache

    def find_run_cache(self, cache_id: str) -> RunCache:
        """Raises ResourceNotFound."""
        if cache_id not in self.run_caches:
            raise ResourceNotFound("Run cache", cache_id)
        return self.run_caches[cache_id]

    def list_run_caches(self, params: Mapping[str, Any]) -> tuple[list[RunCache], str | None]:
        """Raises ValidationException for a bad token (W7, W10)."""
        return self.page_of("ListRunCaches", params, self.run_caches.values())

    def update_run_cache(self, params: Mapping[str, Any]) -> None:
        """Raises ResourceNotFound (W7)."""
        cache = self.find_run_cache(params["id"])
        cache.given.update(params)
        cache.facts["cacheBehavior"] = params.get("cacheBehavior", cache.facts["cacheBehavior"])

    def delete_run_cache(self, cache_id: str) -> None:
        """Raises ResourceNotFound, InUse (W7)."""
        cache = self.find_run_cache(cache_id)
        if self.in_use("cacheId", cache_id):
            raise InUse("Run cache", cache_id)
        cache.move("delete", self.now())
        self.forget(self.run_caches.pop(cache_id))

    # -- configurations --

    def create_configuration(self, params: Mapping[str, Any]) -> Configuration:
        """Raises ValidationException, ConflictException, ServiceQuotaExceededException (W8)."""
        return self.once("CreateConfiguration", params, lambda: self._new_configuration(params))

    def _new_configuration(self, params: Mapping[str, Any]) -> Configuration:
        self.check_tags(params)
        name = params["name"]
        if name.lower() == RESERVED_CONFIGURATION:
            raise ValidationException(f"'name' cannot be '{name}': it is reserved")
        vpc = params["runConfigurations"].get("vpcConfig")
        for member in ("securityGroupIds", "subnetIds"):
            if vpc is not None and not vpc.get(member):
                where = f"runConfigurations.vpcConfig.{member}"
                raise ValidationException(f"'{where}' must hold at least one id")
        if name in self.configurations:
            raise AlreadyExists("Configuration", name)
        most = self.quota("configurations", MAX_CONFIGURATIONS)
        if most is not None and len(self.configurations) >= most:
            raise ServiceQuotaExceededException(
                f"The account has {most} configurations, which is the maximum"
            )
        if vpc is not None and self.checked("ec2") and (problem := self.checks.vpc(vpc)):
            raise ValidationException(problem)
        return self.add_configuration(name, params)

    def add_configuration(self, name: str, params: Mapping[str, Any]) -> Configuration:
        """A configuration with a name that is free."""
        vpc = params["runConfigurations"].get("vpcConfig")
        facts = {}
        if vpc is not None:
            owner = vpc.get("vpcOwnerAccountId", self.account_id)
            known = vpc_of(vpc["subnetIds"], owner, self.region_name)
            facts["vpcConfig"] = {**vpc, "vpcId": known or made_up("vpc")}
            make_service_linked_role(self.account_id, self.partition)
        configuration = Configuration(
            tables.CONFIGURATION,
            id=name,
            arn=self.arn("configuration", name),
            uuid=self.new_uuid(),
            serial=self.take_serials(),
            given=params,
            facts=facts,
            now=self.now(),
        )
        self.configurations[name] = configuration
        self.stir(configuration)
        return configuration

    def find_configuration(self, name: str) -> Configuration:
        """Raises ResourceNotFound."""
        if name not in self.configurations:
            raise ResourceNotFound("Configuration", name)
        return self.configurations[name]

    def get_configuration(self, name: str) -> Configuration:
        """Describe a configuration. Raises ResourceNotFound, also once it is deleted (W8)."""
        self.describe(self.find_configuration(name))
        return self.find_configuration(name)

    def list_configurations(
        self, params: Mapping[str, Any]
    ) -> tuple[list[Configuration], str | None]:
        """Raises ValidationException for a bad token (W8, W10)."""
        found = self.configurations.values()
        return self.page_of("ListConfigurations", params, found, limit=CONFIGURATIONS_PAGE)

    def delete_configuration(self, name: str) -> None:
        """Raises ResourceNotFound, InUse, WrongState (W8)."""
        configuration = self.find_configuration(name)
        if self.in_use("configurationName", name):
            raise InUse("Configuration", name)
        try:
            configuration.move("delete", self.now())
        except IllegalMove as move:
            raise WrongState("configuration", name, "delete", move.state, move.allowed) from None
        self.stir(configuration)

    def settled(self, subject: object) -> None:
        if isinstance(subject, Configuration) and subject.ended:
            self.forget(self.configurations.pop(subject.id))


def made_up(prefix: str) -> str:
    """An id of EC2's form, for what no test made: ``vpc-0a1b2c3d4e5f67890``."""
    return f"{prefix}-{mock_random.get_random_hex(17)}"
