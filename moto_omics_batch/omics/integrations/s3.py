"""Amazon S3: run settings, inputs and output locations in the buckets of moto."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from ..exceptions import S3AccessDenied, S3ObjectNotFound, ValidationException
from .lookup import backend_in_use

log = logging.getLogger(__name__)

#: Bucket and key of an object.
_OBJECT_URI = re.compile(r"s3://([^/]+)/(.+)", re.DOTALL)

#: Bucket of an object or of a location.
_BUCKET_URI = re.compile(r"s3://([^/]+)(?:/.*)?", re.DOTALL)

#: The maximum length of a key of S3, in bytes.
_MAX_KEY_BYTES = 1024


def uri_problem(uri: str) -> str | None:
    """Return what is wrong with the form of an S3 URI, or None. S3 is not read.

    The form is ``s3://bucket``, ``s3://bucket/prefix/`` or ``s3://bucket/key``.
    """
    if _BUCKET_URI.fullmatch(uri):
        return None
    return f"Invalid S3 URI '{uri}': it must begin with s3:// and name a bucket"


def texts(document: Any) -> Iterator[str]:
    """Yield all strings of a JSON document in document order, except the keys of objects."""
    pending = [document]
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, (list, dict)):
            pending += reversed(value if isinstance(value, list) else list(value.values()))


class S3:
    """The S3 buckets of one account, seen from one region.

    `bucket_problem` is a check of ``config={"omics": {"check": ["s3"]}}``, as `s3_inputs.Inputs`
    are. They return the text of the service's ValidationException, or None.
    """

    def __init__(self, account_id: str, region: str, partition: str):
        self._account_id = account_id
        self._region = region
        self._partition = partition

    def etag(self, uri: str) -> str:
        """Return the ETag of an object, without quotes (B12).

        Raises ValidationException for a URI that is not ``s3://bucket/key``, S3ObjectNotFound for a
        missing bucket or object, and S3AccessDenied for a bucket of another account.
        """
        parts = _OBJECT_URI.fullmatch(uri)
        if parts is None:
            raise ValidationException(
                f"Invalid s3UriSettings '{uri}': it must be of the form s3://bucket/key"
            )
        found = self._object(uri)
        if found is not None:
            return _etag(found)
        if self._belongs_to_other_account(parts[1]):
            raise S3AccessDenied(uri)
        raise S3ObjectNotFound(uri)

    def read(self, uri: str) -> tuple[str, bytes] | None:
        """Return ETag (without quotes) and content of an object, or None if it does not exist."""
        found = self._object(uri)
        return None if found is None else (_etag(found), found.value)

    def put(self, uri: str, body: bytes) -> bool:
        """Store an object; return False, and store nothing, where S3 would refuse it.

        That is for a URI that is not ``s3://bucket/key``, a bucket that does not exist or belongs
        to another account, and a key of more than 1,024 bytes. Never raises.
        """
        parts = _OBJECT_URI.fullmatch(uri)
        if parts is None or self._bucket(parts[1]) is None:
            return False
        if len(parts[2].encode(errors="replace")) > _MAX_KEY_BYTES:
            return False
        backend = backend_in_use("s3", self._account_id, self._partition)
        try:
            backend.put_object(parts[1], parts[2], body)
        except Exception:
            # A bucket whose settings moto cannot apply must not fail the request of HealthOmics.
            log.warning("S3 object %s was not stored", uri, exc_info=True)
            return False
        return True

    def digests(self, document: Any) -> dict[str, str]:
        """Return ``{"s3://bucket/key": "etag:…"}`` for the objects named in a document (W2.9).

        Objects that do not exist are left out.
        """
        found = {uri: self._object(uri) for uri in texts(document)}
        return {uri: f"etag:{_etag(item)}" for uri, item in found.items() if item is not None}

    def size(self, uri: str) -> int | None:
        """Return the size of an object in bytes, or None if it does not exist."""
        found = self._object(uri)
        return None if found is None else int(found.size)

    def region_problem(self, uri: str) -> str | None:
        """Return why the bucket of a URI cannot be used if it is in another region, or None."""
        parts = _BUCKET_URI.fullmatch(uri)
        bucket = None if parts is None else self._bucket(parts[1])
        if bucket is not None and bucket.region_name != self._region:
            return f"S3 bucket not located in {self._region} region"
        return None

    def exists(self, uri: str) -> bool:
        """Return whether there is an object at a URI."""
        return self._object(uri) is not None

    def keys(self, bucket_name: str) -> list[str]:
        """Return the keys of a bucket in alphabetical order, those of deleted objects included."""
        bucket = self._bucket(bucket_name)
        return [] if bucket is None else sorted(bucket.keys)

    def missing(self, uri: str) -> str:
        """Return the text of the service for an object that cannot be read."""
        parts = _BUCKET_URI.fullmatch(uri)
        if parts is not None and self._belongs_to_other_account(parts[1]):
            return f"S3 access denied for {uri}"
        return f"S3 object not found: {uri}"

    def bucket_problem(self, uri: str, settings: Mapping[str, Any]) -> str | None:
        """Check the bucket of a URI (W2.3, W2.4).

        It must exist and belong to the account, and be in the region of the run unless the
        ``networkingMode`` of the settings is VPC.
        """
        parts = _BUCKET_URI.fullmatch(uri)
        if parts is None:
            return uri_problem(uri)
        if self._bucket(parts[1]) is None:
            return self.missing(uri)
        return None if settings.get("networkingMode") == "VPC" else self.region_problem(uri)

    def _bucket(self, name: str) -> Any:
        backend = backend_in_use("s3", self._account_id, self._partition)
        return None if backend is None else backend.buckets.get(name)

    def _object(self, uri: str) -> Any:
        parts = _OBJECT_URI.fullmatch(uri)
        if parts is None or self._bucket(parts[1]) is None:
            return None
        backend = backend_in_use("s3", self._account_id, self._partition)
        return backend.get_object(parts[1], parts[2])

    def _belongs_to_other_account(self, bucket_name: str) -> bool:
        backends = getattr(sys.modules.get("moto.s3.models"), "s3_backends", None)
        owners: dict[str, tuple[str, str]] = getattr(backends, "bucket_accounts", {})
        return owners.get(bucket_name, ("", self._account_id))[1] != self._account_id


def _etag(found: Any) -> str:
    return str(found.etag).strip('"')
