"""Amazon S3: the objects, prefixes and patterns that the parameters of runs name."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from typing import Any

from ...domain.glob import Glob, is_pattern
from .s3 import S3, texts


class Inputs:
    """Checks the inputs of runs that start together; ``patterns`` are those of Nextflow (L121).

    The keys of a bucket are read and sorted once, and each prefix or pattern is looked up once, so
    that the check of many runs takes time in proportion to the number of runs and of keys.
    """

    def __init__(self, s3: S3, *, patterns: bool = False):
        self._s3 = s3
        self._patterns = patterns
        self._keys: dict[str, list[str]] = {}
        self._found: dict[str, bool] = {}

    def problem(self, settings: Mapping[str, Any], parameters: Any) -> str | None:
        """Return why a run with these settings cannot read its parameters, or None (W2.3)."""
        for uri in texts(parameters):
            if uri.startswith("s3://") and (problem := self.uri_problem(uri, settings)):
                return problem
        return None

    def uri_problem(self, uri: str, settings: Mapping[str, Any]) -> str | None:
        """Return why a run with these settings cannot read what a URI names, or None.

        A prefix that ends with a slash and a pattern need at least one object (L121); for a bucket
        without a slash, only the bucket is checked.
        """
        if problem := self._s3.bucket_problem(uri, settings):
            return problem
        bucket, slash, key = uri.removeprefix("s3://").partition("/")
        if not slash or self._s3.exists(uri):
            return None
        if self._patterns and is_pattern(key):
            found = self._any(uri, bucket, key, pattern=True)
        else:
            found = uri.endswith("/") and self._any(uri, bucket, key, pattern=False)
        return None if found else f"S3 object not found: {uri}"

    def _any(self, uri: str, bucket: str, key: str, *, pattern: bool) -> bool:
        """Return whether a prefix or a pattern has an object; each is looked up once."""
        if uri not in self._found:
            self._found[uri] = self._look_up(bucket, key, Glob(key) if pattern else None)
        return self._found[uri]

    def _look_up(self, bucket: str, prefix: str, glob: Glob | None) -> bool:
        if glob is not None:
            prefix = glob.prefix
        if bucket not in self._keys:
            self._keys[bucket] = self._s3.keys(bucket)
        keys = self._keys[bucket]
        for at in range(bisect_left(keys, prefix), len(keys)):
            key = keys[at]
            if not key.startswith(prefix):
                return False
            if (glob is None or glob.matches(key)) and self._s3.exists(f"s3://{bucket}/{key}"):
                return True
        return False
