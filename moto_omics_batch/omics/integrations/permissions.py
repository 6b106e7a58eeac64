"""Permissions that a request of HealthOmics needs of other services, such as iam:PassRole (L130).

moto's authorisation asks for actions of the service that is called, and takes each condition of a
policy as met. Here, the condition key iam:PassedToService is compared.
"""

from __future__ import annotations

from typing import Any

from moto.iam.access_control import IAMPolicy, IAMRequest, PermissionResult

from .iam import SERVICE_PRINCIPAL, conditions_met

#: The condition keys of these requests, in lower case. All others count as met, as in moto.
_KEYS = {"iam:passedtoservice": SERVICE_PRINCIPAL}


class OtherServiceRequest(IAMRequest):
    """A request whose action names its service, such as ``iam:PassRole``.

    Its signature was checked with the action of HealthOmics.
    """

    def __init__(self, *, action: str, **arguments: Any):
        super().__init__(action=action, **arguments)
        self._action = action

    def check_signature(self) -> None:
        """Check nothing: the signature of the HTTP request was checked before."""

    def check_action_permitted(self, resource: str) -> None:
        """Check that a policy allows the action and none denies it. Raises moto's error."""
        results = {
            _applicable(policy).is_action_permitted(self._action, resource)
            for policy in self._access_key.collect_policies()
        }
        if PermissionResult.DENIED in results or PermissionResult.PERMITTED not in results:
            self._raise_access_denied()


def _applicable(policy: Any) -> IAMPolicy:
    """Return a policy without the statements whose conditions are not met."""
    applicable = IAMPolicy(policy)
    statements = applicable._policy_json["Statement"]
    listed = statements if isinstance(statements, list) else [statements]
    applicable._policy_json["Statement"] = [s for s in listed if conditions_met(s, _KEYS)]
    return applicable
