"""The checks that HealthOmics makes at other services: ``config={"omics": {"check": [...]}}``.

Off by default, because most unit tests make neither roles nor buckets nor subnets.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from .neighbours import (
    S3_URI,
    SERVICE_PRINCIPAL,
    backend_in_use,
    bucket_of_other_account,
    s3_bucket,
    s3_object,
    texts,
)

#: Observed (W12).
INVALID_ROLE = "IAM role is invalid or inaccessible"


class Checks:
    """The checks of one account and region. Each answers a problem, None when all is well."""

    def __init__(self, account_id: str, region: str, partition: str):
        self._account_id = account_id
        self._region = region
        self._partition = partition

    # -- iam --

    def role(self, role_arn: str) -> str | None:
        """A role must exist and let the service assume it for runs (W2.3)."""
        iam = backend_in_use("iam", self._account_id, self._partition)
        roles = iam.roles.values() if iam is not None else ()
        role = next((role for role in roles if role.arn == role_arn), None)
        if role is None:
            return INVALID_ROLE
        return None if self._trusts(role.assume_role_policy_document) else INVALID_ROLE

    def _trusts(self, document: Any) -> bool:
        try:
            policy = json.loads(document) if isinstance(document, str) else document
            statements = _many(policy.get("Statement", []))
            return any(self._allows(statement) for statement in statements)
        except (ValueError, AttributeError, TypeError):
            return False

    def _allows(self, statement: Mapping[str, Any]) -> bool:
        principal = statement.get("Principal", {})
        services = [principal] if principal == "*" else _many(principal.get("Service", []))
        actions = _many(statement.get("Action", []))
        return (
            statement.get("Effect") == "Allow"
            and any(service in (SERVICE_PRINCIPAL, "*") for service in services)
            and any(fnmatchcase("sts:AssumeRole", action) for action in actions)
            and all(self._holds(*condition) for condition in _conditions(statement))
        )

    def _holds(self, operator: str, key: str, patterns: list[str]) -> bool:
        run = f"arn:{self._partition}:omics:{self._region}:{self._account_id}:run/"
        value = {"aws:sourceaccount": self._account_id, "aws:sourcearn": run}.get(key.lower())
        if value is None:
            return False
        if operator.lower().startswith("stringequals") or value != run:
            return value in patterns
        # The run is not there yet: a pattern must leave its id open.
        return any(fnmatchcase(f"{run}1234567", pattern) for pattern in patterns)

    # -- s3 --

    def parameters(self, settings: Mapping[str, Any]) -> str | None:
        """The objects that parameters name exist, in the run's region unless in a VPC (W2.3)."""
        for uri in texts(settings.get("parameters")):
            if uri.startswith("s3://") and (problem := self.object(uri, settings)):
                return problem
        return None

    def object(self, uri: str, settings: Mapping[str, Any]) -> str | None:
        """One object. What ends with a slash stands for all beneath it."""
        if problem := self.bucket(uri, settings):
            return problem
        found = S3_URI.fullmatch(uri)
        if found is None or uri.endswith("/"):
            return None
        there = s3_object(found[1], found[2], self._account_id, self._partition)
        return None if there is not None else f"S3 object not found: {uri}"

    def bucket(self, uri: str, settings: Mapping[str, Any]) -> str | None:
        """The bucket of a URI is the account's, and in the run's region unless in a VPC."""
        name = uri.removeprefix("s3://").partition("/")[0]
        bucket = s3_bucket(name, self._account_id, self._partition)
        if bucket is None:
            other = bucket_of_other_account(name, self._account_id)
            return f"S3 access denied for {uri}" if other else f"S3 object not found: {uri}"
        if settings.get("networkingMode") != "VPC" and bucket.region_name != self._region:
            return f"S3 bucket not located in {self._region} region"
        return None

    # -- ec2 --

    def vpc(self, vpc_config: Mapping[str, Any]) -> str | None:
        """Subnets and security groups exist, in one VPC, one subnet a zone (W8)."""
        ec2 = backend_in_use("ec2", self._account_id, self._region)
        subnets = {} if ec2 is None else {k: s for z in ec2.subnets.values() for k, s in z.items()}
        groups = {} if ec2 is None else {k: g for v in ec2.groups.values() for k, g in v.items()}
        for kind, ids, known in (
            ("subnet", vpc_config["subnetIds"], subnets),
            ("security group", vpc_config["securityGroupIds"], groups),
        ):
            if missing := [name for name in ids if name not in known]:
                return f"The {kind} {missing[0]} does not exist"
        chosen = [subnets[name] for name in vpc_config["subnetIds"]]
        vpcs = {subnet.vpc_id for subnet in chosen}
        vpcs |= {groups[name].vpc_id for name in vpc_config["securityGroupIds"]}
        if len(vpcs) > 1:
            return f"Subnets and security groups must be of one VPC, not {', '.join(sorted(vpcs))}"
        zones = [subnet.availability_zone for subnet in chosen]
        if len(set(zones)) < len(zones):
            return "There can be one subnet in an Availability Zone at most"
        return None


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _conditions(statement: Mapping[str, Any]) -> Iterator[tuple[str, str, list[str]]]:
    conditions: Mapping[str, Mapping[str, str | Iterable[str]]] = statement.get("Condition", {})
    for operator, keys in conditions.items():
        for key, patterns in keys.items():
            yield operator, key, _many(patterns)
