"""What jobs of storage need elsewhere: a role, and the objects of S3 that it reads (S76, S81)."""

from __future__ import annotations

from ...exceptions import ValidationException
from ...integrations.iam import Iam
from ...integrations.s3 import S3
from ..context import Context


class Unreadable(Exception):
    """An object that a job cannot read. The text is the message of its item."""


class JobAccess:
    """Checks the roles of jobs, and reads objects for them."""

    def __init__(self, context: Context, s3: S3, iam: Iam):
        self._context = context
        self._s3 = s3
        self._iam = iam

    def check_role(self, role_arn: str, store: str) -> None:
        """Check the role of a job, if the settings of the mock want it (S76).

        ``store`` ends the ARN of the store, such as ``referenceStore/1234567890``. Raises
        ValidationException.
        """
        if self._context.settings.checks("iam"):
            problem = self._iam.role_problem(role_arn, store)
            if problem is not None:
                raise ValidationException(problem)

    def read(self, uri: str) -> bytes:
        """Return the content of an object. Raises Unreadable (S76, S77)."""
        if self._context.settings.checks("s3") and (problem := self._s3.bucket_problem(uri, {})):
            raise Unreadable(problem)
        found = self._s3.read(uri)
        if found is None:
            raise Unreadable(self._s3.missing(uri))
        if not found[1]:
            raise Unreadable(f"S3 object is empty: {uri}")
        return found[1]
