"""Amazon S3: the objects, prefixes and patterns that the parameters of runs name."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Any

from ...domain.glob import Glob, is_pattern
from .s3 import S3, texts


class Inputs:
    """Reads the inputs of runs that start together; ``patterns`` are those of Nextflow (L121).

    The keys of a bucket are read and sorted once, and each prefix or pattern is looked up once, so
    that the inputs of many runs take time in proportion to the number of runs and of keys.
    """

    def __init__(self, s3: S3, *, patterns: bool = False):
        self._s3 = s3
        self._patterns = patterns
        self._keys: dict[str, list[str]] = {}
        self._found: dict[str, bool] = {}
        self._etags: dict[str, str | None] = {}

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
        if "/" not in uri.removeprefix("s3://") or self._s3.exists(uri):
            return None
        if uri not in self._found:
            self._found[uri] = next(self._objects(uri), None) is not None
        return None if self._found[uri] else f"S3 object not found: {uri}"

    def etags(self, parameters: Any) -> Iterator[tuple[str, str]]:
        """Yield (URI, ETag) for what parameters name in S3, each URI once (L68).

        A prefix or a pattern has a digest of its objects and their ETags. Nothing is yielded for a
        URI without an object.
        """
        for uri in dict.fromkeys(texts(parameters)):
            if uri.startswith("s3://"):
                if uri not in self._etags:
                    self._etags[uri] = self._etag(uri)
                if (etag := self._etags[uri]) is not None:
                    yield uri, etag

    def _etag(self, uri: str) -> str | None:
        if (etag := self._s3.digests(uri).get(uri)) is not None:
            return etag
        found = [self._s3.digests(object_uri) for object_uri in self._objects(uri)]
        return blake2b(repr(found).encode(), digest_size=16).hexdigest() if found else None

    def _objects(self, uri: str) -> Iterator[str]:
        """Yield the URIs of the objects that a prefix or a pattern has, in order of their keys."""
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        glob = Glob(key) if self._patterns and is_pattern(key) else None
        if glob is None and not uri.endswith("/"):
            return
        prefix = key if glob is None else glob.prefix
        if bucket not in self._keys:
            self._keys[bucket] = self._s3.keys(bucket)
        keys = self._keys[bucket]
        for at in range(bisect_left(keys, prefix), len(keys)):
            key = keys[at]
            if not key.startswith(prefix):
                return
            if (glob is None or glob.matches(key)) and self._s3.exists(f"s3://{bucket}/{key}"):
                yield f"s3://{bucket}/{key}"
