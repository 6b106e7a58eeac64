"""What HealthOmics asks of other services, answered by their backends in moto of the same account.

A backend that no test has used does not exist yet, and is not made by asking: making one costs
time, and would show up in the dashboard.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from .exceptions import S3AccessDenied, S3ObjectNotFound, ValidationException

#: W8.
SERVICE_PRINCIPAL = "omics.amazonaws.com"
SERVICE_LINKED_ROLE = "AWSServiceRoleForHealthOmics"

S3_URI = re.compile(r"s3://([^/]+)/(.+)", re.DOTALL)


def backend_in_use(service: str, account_id: str, region: str) -> Any:
    """The backend of a service that is in use, None otherwise."""
    module = sys.modules.get(f"moto.{service}.models")
    accounts = getattr(module, f"{service}_backends", {})
    # `dict.get` on purpose: moto's own look-up creates what is missing.
    regions = dict.get(accounts, account_id)
    return None if regions is None else dict.get(regions, region)


def s3_bucket(name: str, account_id: str, partition: str) -> Any:
    """A bucket of the account, None when it has none of this name."""
    s3 = backend_in_use("s3", account_id, partition)
    return None if s3 is None else s3.buckets.get(name)


def s3_object(bucket: str, key: str, account_id: str, partition: str) -> Any:
    """An object in a bucket of the account, None when there is none."""
    if s3_bucket(bucket, account_id, partition) is None:
        return None
    return backend_in_use("s3", account_id, partition).get_object(bucket, key)


def bucket_of_other_account(name: str, account_id: str) -> bool:
    """Whether a bucket of this name belongs to somebody else."""
    backends = getattr(sys.modules.get("moto.s3.models"), "s3_backends", None)
    owners: dict[str, tuple[str, str]] = getattr(backends, "bucket_accounts", {})
    return owners.get(name, ("", account_id))[1] != account_id


def _etag(found: Any) -> str:
    return str(found.etag).strip('"')


class S3Reader:
    """Reads one object of moto's S3, by ``s3://bucket/key``, in the account of the caller only.

    Raises ValidationException when the URI names no bucket and key.
    """

    def __init__(self, uri: str, account_id: str, partition: str):
        found = S3_URI.fullmatch(uri)
        if found is None:
            raise ValidationException(
                f"Invalid s3UriSettings '{uri}': it must be of the form s3://bucket/key"
            )
        self.uri = uri
        self._bucket, self._key = found.groups()
        self._account_id, self._partition = account_id, partition

    def _object(self) -> Any:
        return s3_object(self._bucket, self._key, self._account_id, self._partition)

    def etag(self) -> str:
        """The ETag without quotes. Raises S3ObjectNotFound, S3AccessDenied (B12)."""
        found = self._object()
        if found is None:
            if bucket_of_other_account(self._bucket, self._account_id):
                raise S3AccessDenied(self.uri)
            raise S3ObjectNotFound(self.uri)
        return _etag(found)

    def read(self) -> tuple[str, bytes] | None:
        """(ETag, body), None when the object is no more."""
        found = self._object()
        return None if found is None else (_etag(found), found.value)


def resource_digests(document: Any, account_id: str, partition: str) -> dict[str, str]:
    """``{"s3://bucket/key": "etag:…"}`` for the objects that a run's parameters name (W2.9)."""
    digests = {}
    for uri in texts(document):
        if match := S3_URI.fullmatch(uri):
            found = s3_object(match[1], match[2], account_id, partition)
            if found is not None:
                digests[uri] = f"etag:{_etag(found)}"
    return digests


def texts(document: Any) -> Iterator[str]:
    """All texts in a JSON document, however deep, in their order."""
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, (list, dict)):
            waiting += reversed(value if isinstance(value, list) else list(value.values()))


def vpc_of(subnet_ids: Iterable[str], account_id: str, region: str) -> str | None:
    """The VPC of the first subnet that moto's EC2 knows."""
    ec2 = backend_in_use("ec2", account_id, region)
    zones = ec2.subnets.values() if ec2 is not None else ()
    for subnet_id in subnet_ids:
        for subnets in zones:
            if subnet_id in subnets:
                return str(subnets[subnet_id].vpc_id)
    return None


def caller_arn(access_key: str, account_id: str, region: str, partition: str) -> str:
    """Who makes the request: what GetCallerIdentity of moto's STS would say."""
    sts, iam = (backend_in_use(s, account_id, partition) for s in ("sts", "iam"))
    caller = sts and sts.get_assumed_role_from_access_key(access_key)
    caller = caller or (iam and iam.get_user_from_access_key_id(access_key))
    return str(caller.arn) if caller else f"arn:{partition}:sts::{account_id}:user/moto"


def make_service_linked_role(account_id: str, partition: str) -> None:
    """AWSServiceRoleForHealthOmics in moto's IAM, unless it is there (W8)."""
    from moto.iam.models import iam_backends

    iam = iam_backends[account_id][partition]
    if any(role.name == SERVICE_LINKED_ROLE for role in iam.roles.values()):
        return
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": SERVICE_PRINCIPAL},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    iam.create_role(
        SERVICE_LINKED_ROLE,
        json.dumps(trust),
        f"/aws-service-role/{SERVICE_PRINCIPAL}/",
        permissions_boundary=None,
        description="Lets HealthOmics manage network interfaces for runs in a VPC",
        tags=[],
        max_session_duration="3600",
        linked_service=SERVICE_PRINCIPAL,
    )
