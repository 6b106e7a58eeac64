"""AWS IAM and STS: the caller of a request, the role of a run, the service-linked role."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from operator import eq
from typing import Any

from .lookup import backend_in_use

#: W8.
SERVICE_PRINCIPAL = "omics.amazonaws.com"
SERVICE_LINKED_ROLE = "AWSServiceRoleForHealthOmics"

#: Observed (W12).
INVALID_ROLE = "IAM role is invalid or inaccessible"

#: The action that a trust policy must allow. Lower case, because IAM ignores the case of actions.
_ASSUME_ROLE = "sts:assumerole"

#: Takes the place of the run id, which is not known yet, so that only wildcards match it.
_UNKNOWN_ID = "#" * 7


class Iam:
    """IAM and STS of one account, seen from one region."""

    def __init__(self, account_id: str, region: str, partition: str):
        self._account_id = account_id
        self._region = region
        self._partition = partition

    def caller_arn(self, access_key: str) -> str:
        """Return the ARN of the caller that an access key id belongs to (startedBy, W2.9).

        It equals the answer of GetCallerIdentity, also for keys that moto did not create.
        """
        sts = backend_in_use("sts", self._account_id, self._partition)
        iam = backend_in_use("iam", self._account_id, self._partition)
        caller = sts and sts.get_assumed_role_from_access_key(access_key)
        caller = caller or (iam and iam.get_user_from_access_key_id(access_key))
        if caller:
            return str(caller.arn)
        return f"arn:{self._partition}:sts::{self._account_id}:user/moto"

    def create_service_linked_role(self) -> None:
        """Create the role AWSServiceRoleForHealthOmics if it does not exist (W8)."""
        from moto.iam.models import iam_backends

        iam = iam_backends[self._account_id][self._partition]
        if any(role.name == SERVICE_LINKED_ROLE for role in list(iam.roles.values())):
            return
        allow = {
            "Effect": "Allow",
            "Principal": {"Service": SERVICE_PRINCIPAL},
            "Action": "sts:AssumeRole",
        }
        iam.create_role(
            SERVICE_LINKED_ROLE,
            json.dumps({"Version": "2012-10-17", "Statement": [allow]}),
            f"/aws-service-role/{SERVICE_PRINCIPAL}/",
            permissions_boundary=None,
            description="Lets HealthOmics manage network interfaces for runs in a VPC",
            tags=[],
            max_session_duration="3600",
            linked_service=SERVICE_PRINCIPAL,
        )

    def role_problem(self, role_arn: str, source: str = f"run/{_UNKNOWN_ID}") -> str | None:
        """Check the role of a run; return the problem as text, or None (W2.3).

        The role must exist in the account, and its trust policy must allow HealthOmics to assume it
        for a run of this account and region, or for the resource whose ARN ends in ``source``.
        """
        iam = backend_in_use("iam", self._account_id, self._partition)
        roles = [] if iam is None else list(iam.roles.values())
        for role in roles:
            if role.arn == role_arn and _trusts(
                role.assume_role_policy_document, self._keys(source)
            ):
                return None
        return INVALID_ROLE

    def _keys(self, source: str) -> Mapping[str, str]:
        """Return the condition keys of the service's request, in lower case."""
        arn = f"arn:{self._partition}:omics:{self._region}:{self._account_id}:{source}"
        return {"aws:sourceaccount": self._account_id, "aws:sourcearn": arn}


# -- conditions of policies --


def conditions_met(statement: Mapping[str, Any], keys: Mapping[str, str]) -> bool:
    """Return whether the conditions of a policy statement on ``keys`` are met.

    ``keys`` are the condition keys of a request, in lower case; conditions on other keys are not
    looked at. A condition of an unknown form is not met.
    """
    try:
        return all(
            _is_met(operator, [str(p) for p in _as_list(patterns)], keys[key.lower()])
            for operator, by_key in statement.get("Condition", {}).items()
            for key, patterns in by_key.items()
            if key.lower() in keys
        )
    except AttributeError:
        return False


# -- trust policies --


def _trusts(document: Any, keys: Mapping[str, str]) -> bool:
    """Return whether a trust policy allows HealthOmics to assume the role.

    It does if one statement that applies allows it and none denies it. A document that is not a
    policy allows nothing.
    """
    try:
        policy = json.loads(document) if isinstance(document, str) else document
        statements = _as_list(policy["Statement"])
        effects = {item["Effect"] for item in statements if _applies(item, keys)}
    except (ValueError, LookupError, AttributeError, TypeError):
        return False
    return effects == {"Allow"}


def _applies(statement: Mapping[str, Any], keys: Mapping[str, str]) -> bool:
    conditions = [
        (operator, key, [str(pattern) for pattern in _as_list(patterns)])
        for operator, by_key in statement.get("Condition", {}).items()
        for key, patterns in by_key.items()
    ]
    return (
        _includes_service(statement["Principal"])
        and any(_like(_ASSUME_ROLE, action.lower()) for action in _as_list(statement["Action"]))
        and all(
            _is_met(operator, patterns, keys.get(key.lower()))
            for operator, key, patterns in conditions
        )
    )


def _includes_service(principal: Any) -> bool:
    if principal == "*":
        return True
    services, accounts = (_as_list(principal.get(kind, [])) for kind in ("Service", "AWS"))
    return SERVICE_PRINCIPAL in services or "*" in services or "*" in accounts


def _is_met(operator: str, patterns: list[str], value: str | None) -> bool:
    """Evaluate a condition on a key; ``value`` is None if the request does not have the key."""
    quantifier, _, name = operator.lower().rpartition(":")
    if name == "null":
        return any((value is None) == (pattern.lower() == "true") for pattern in patterns)
    optional = name.endswith("ifexists") or quantifier == "forallvalues"
    name = name.removesuffix("ifexists")
    negated = "not" in name
    if value is None:
        return optional or negated
    match = _OPERATORS.get(name.replace("not", ""))
    return match is not None and negated != any(match(value, pattern) for pattern in patterns)


def _like(value: str, pattern: str) -> bool:
    """Match the wildcards * and ?. IAM has no character sets."""
    return fnmatchcase(value, pattern.replace("[", "[[]"))


def _arn_like(value: str, pattern: str) -> bool:
    """Match each of the six parts of an ARN with its own pattern."""
    values, patterns = value.split(":", 5), pattern.split(":", 5)
    return len(values) == len(patterns) and all(map(_like, values, patterns))


_OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "stringequals": eq,
    "stringequalsignorecase": lambda value, pattern: value.lower() == pattern.lower(),
    "stringlike": _like,
    "arnequals": _arn_like,
    "arnlike": _arn_like,
}


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
