"""Presigned URLs in responses, and the bucket in moto's S3 that serves their content (L90)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

#: The account of the bucket: that of the service. Users see its buckets in no list.
SERVICE_ACCOUNT = "000000000000"

#: How long a URL says that it is valid, in seconds; moto does not check it.
_EXPIRES = 3600

#: The access key id with which the mock signs; it is none of the user.
_ACCESS_KEY = "ASIAMOTOOMICSBATCH00"


class MockBucket:
    """A bucket in moto's S3 for what responses have URLs of, created at the first `put`.

    It is reset with moto's S3. No request of a client lists it, and its keys are contents that do
    not change.
    """

    def __init__(self, account_id: str, region: str, partition: str):
        self.name = f"omics-exports-{account_id}-{region}"
        self._region = region
        self._partition = partition

    def put(self, key: str, body: bytes) -> None:
        """Store an object. Storing the same content again does nothing."""
        backend = self._backend()
        stored = backend.get_object(self.name, key)
        if stored is None or stored.value != body:
            # Without notifications: the bucket is not one of the user.
            backend.put_object(self.name, key, body, disable_notification=True)

    def url(self, key: str, origin: str | None) -> str:
        """Return a presigned URL of an object.

        ``origin`` is the scheme and host of the server that serves it, such as
        ``http://127.0.0.1:5000``; None stands for the host of S3, which the mock answers.
        """
        from botocore.auth import S3SigV4QueryAuth
        from botocore.awsrequest import AWSRequest
        from botocore.credentials import Credentials

        if origin is None:
            domain = "amazonaws.com.cn" if self._partition == "aws-cn" else "amazonaws.com"
            base = f"https://{self.name}.s3.{self._region}.{domain}"
        else:
            base = f"{origin}/{self.name}"
        request = AWSRequest(method="GET", url=f"{base}/{quote(key)}")
        signer = S3SigV4QueryAuth(
            Credentials(_ACCESS_KEY, "moto"), "s3", self._region, expires=_EXPIRES
        )
        signer.add_auth(request)
        return str(request.url)

    def serve(self, key: str, body: bytes, origin: str | None) -> str:
        """Store an object and return its presigned URL."""
        self.put(key, body)
        return self.url(key, origin)

    def _backend(self) -> Any:
        """Return the S3 of the service's account, with the bucket."""
        from moto.s3 import models

        make: Any = models.FakeBucket

        backend = models.s3_backends[SERVICE_ACCOUNT][self._partition]
        if self.name not in backend.buckets:
            backend.buckets[self.name] = make(
                name=self.name, account_id=SERVICE_ACCOUNT, region_name=self._region
            )
        return backend
