"""The checks that HealthOmics makes at other services: ``config={"omics": {"check": [...]}}``.

Off by default, because most unit tests make neither roles nor buckets nor subnets.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from operator import eq
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

#: The action that a trust policy must allow, in small letters, as IAM ignores their case.
ASSUME_ROLE = "sts:assumerole"

#: Stands for the id of a run that is not there yet: only wildcards match it.
_ANY_ID = "#" * 7


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
        if role is None or not _trusts(role.assume_role_policy_document, self._context()):
            return INVALID_ROLE
        return None

    def _context(self) -> Mapping[str, str]:
        """The condition keys of the service's request, in small letters."""
        run = f"arn:{self._partition}:omics:{self._region}:{self._account_id}:run/{_ANY_ID}"
        return {"aws:sourceaccount": self._account_id, "aws:sourcearn": run}

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
        subnets, groups = self._subnets_and_groups(vpc_config.get("vpcOwnerAccountId"))
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

    def _subnets_and_groups(self, owner: str | None) -> tuple[dict[str, Any], dict[str, Any]]:
        """Those of the account, and of the owner of a shared VPC."""
        subnets: dict[str, Any] = {}
        groups: dict[str, Any] = {}
        for account_id in filter(None, (owner, self._account_id)):
            if ec2 := backend_in_use("ec2", account_id, self._region):
                for found, places in ((subnets, ec2.subnets), (groups, ec2.groups)):
                    for place in places.values():
                        found.update(place)
        return subnets, groups


# -- trust policies, as IAM reads them --


def _trusts(document: Any, context: Mapping[str, str]) -> bool:
    """Whether a trust policy lets the service assume its role: one Allow, and no Deny."""
    try:
        policy = json.loads(document) if isinstance(document, str) else document
        statements = _many(policy["Statement"])
        effects = {s["Effect"] for s in statements if _concerns_us(s, context)}
    except (ValueError, LookupError, AttributeError, TypeError):
        return False
    return effects == {"Allow"}


def _concerns_us(statement: Mapping[str, Any], context: Mapping[str, str]) -> bool:
    conditions = statement.get("Condition", {}).items()
    return (
        _names_us(statement["Principal"])
        and any(_like(ASSUME_ROLE, action.lower()) for action in _many(statement["Action"]))
        and all(
            _holds(
                operator, [str(pattern) for pattern in _many(patterns)], context.get(key.lower())
            )
            for operator, keys in conditions
            for key, patterns in keys.items()
        )
    )


def _names_us(principal: Any) -> bool:
    if principal == "*":
        return True
    services, accounts = (_many(principal.get(kind, [])) for kind in ("Service", "AWS"))
    return SERVICE_PRINCIPAL in services or "*" in services or "*" in accounts


def _holds(operator: str, patterns: list[str], value: str | None) -> bool:
    """One condition on a key of the request, ``value`` being None when the request lacks it."""
    quantifier, _, name = operator.lower().rpartition(":")
    if name == "null":
        return any((value is None) == (pattern == "true") for pattern in patterns)
    optional = name.endswith("ifexists") or quantifier == "forallvalues"
    name = name.removesuffix("ifexists")
    negated = "not" in name
    if value is None:
        return optional or negated
    match = _OPERATORS.get(name.replace("not", ""))
    return match is not None and negated != any(match(value, pattern) for pattern in patterns)


def _like(value: str, pattern: str) -> bool:
    """IAM has the wildcards * and ?, and no sets."""
    return fnmatchcase(value, pattern.replace("[", "[[]"))


def _arn_like(value: str, pattern: str) -> bool:
    """The six parts of an ARN are compared one by one."""
    values, patterns = value.split(":", 5), pattern.split(":", 5)
    return len(values) == len(patterns) and all(map(_like, values, patterns))


_OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "stringequals": eq,
    "stringequalsignorecase": lambda value, pattern: value.lower() == pattern.lower(),
    "stringlike": _like,
    "arnequals": _arn_like,
    "arnlike": _arn_like,
}


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
