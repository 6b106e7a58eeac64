"""What HealthOmics asks of other services, answered by their backends in moto of the same account.

A backend that no test has used does not exist yet, and is not made by asking: making one costs
time, and would show up in the dashboard.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from typing import Any

from .exceptions import S3AccessDenied, S3ObjectNotFound, ValidationException

_S3_URI = re.compile(r"s3://([^/]+)/(.+)", re.DOTALL)


def _backend(service: str, account_id: str, region: str) -> Any:
    """The backend of a service that is in use, None otherwise."""
    module = sys.modules.get(f"moto.{service}.models")
    accounts = getattr(module, f"{service}_backends", {})
    # `dict.get` on purpose: moto's own look-up creates what is missing.
    regions = dict.get(accounts, account_id)
    return None if regions is None else dict.get(regions, region)


class S3Reader:
    """Reads one object of moto's S3, by ``s3://bucket/key``, in the account of the caller only.

    Raises ValidationException when the URI names no bucket and key.
    """

    def __init__(self, uri: str, account_id: str, partition: str):
        found = _S3_URI.fullmatch(uri)
        if found is None:
            raise ValidationException(
                f"Invalid s3UriSettings '{uri}': it must be of the form s3://bucket/key"
            )
        self.uri = uri
        self._bucket, self._key = found.groups()
        self._account_id, self._partition = account_id, partition

    def _object(self) -> Any:
        s3 = _backend("s3", self._account_id, self._partition)
        if s3 is None or self._bucket not in s3.buckets:
            return None
        return s3.get_object(self._bucket, self._key)

    def etag(self) -> str:
        """The ETag without quotes. Raises S3ObjectNotFound, S3AccessDenied (B12)."""
        found = self._object()
        if found is None:
            accounts = getattr(sys.modules.get("moto.s3.models"), "s3_backends", None)
            if self._bucket in getattr(accounts, "bucket_accounts", {}):
                owner = accounts.bucket_accounts[self._bucket][1]
                if owner != self._account_id:
                    raise S3AccessDenied(self.uri)
            raise S3ObjectNotFound(self.uri)
        return str(found.etag).strip('"')

    def read(self) -> tuple[str, bytes] | None:
        """(ETag, body), None when the object is no more."""
        found = self._object()
        return None if found is None else (str(found.etag).strip('"'), found.value)


def vpc_of(subnet_ids: Iterable[str], account_id: str, region: str) -> str | None:
    """The VPC of the first subnet that moto's EC2 knows."""
    ec2 = _backend("ec2", account_id, region)
    zones = ec2.subnets.values() if ec2 is not None else ()
    for subnet_id in subnet_ids:
        for subnets in zones:
            if subnet_id in subnets:
                return str(subnets[subnet_id].vpc_id)
    return None


def caller_arn(access_key: str, account_id: str, region: str, partition: str) -> str:
    """Who makes the request: what GetCallerIdentity of moto's STS would say."""
    sts, iam = (_backend(s, account_id, partition) for s in ("sts", "iam"))
    caller = sts and sts.get_assumed_role_from_access_key(access_key)
    caller = caller or (iam and iam.get_user_from_access_key_id(access_key))
    return str(caller.arn) if caller else f"arn:{partition}:sts::{account_id}:user/moto"
