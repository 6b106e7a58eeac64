"""Run caches: what makes tasks equal, and the entries that later runs find (L65 to L74)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any, NamedTuple

from .tasks import TaskSpec

#: The member of RunBlock.resolved with the S3 URI below which the entries of the run cache are.
CACHE_ENTRIES = "cacheEntries"

#: The size of a key, in bytes.
_KEY = 16

#: L70: what fails a run without that its completed tasks are stored.
NOTHING_STORED = ("EXPORT_FAILED", "FILE_SYSTEM_OUT_OF_SPACE", "RUN_TIMED_OUT")

#: L65: the version of the manifest of an entry.
_MANIFEST_VERSION = 2


class CacheUse(NamedTuple):
    """The use of a run cache by one run that has begun to execute.

    ``inputs`` is the key of the inputs of the run, empty once it has ended. ``hits`` are the S3
    URIs of the entries that were found, by the position of the task.
    """

    inputs: bytes
    hits: Mapping[int, str]


class CacheEntry(NamedTuple):
    """The cached result of a task: its S3 URI, and whether its manifest is in S3."""

    uri: str
    in_s3: bool

    @property
    def manifest_uri(self) -> str:
        """The S3 URI of the manifest, ``ENTRYUUID/ENTRYUUID.json`` (L65)."""
        return f"{self.uri}/{self.uuid}.json"

    @property
    def uuid(self) -> str:
        return self.uri.rpartition("/")[2]


def entries_location(location: str, uuid: str) -> str:
    """Return the S3 URI below which the entries of a cache are, ``LOCATION/CACHEUUID`` (L65)."""
    return f"{location.rstrip('/')}/{uuid}"


def inputs_key(definition: str, parameters: Any, etags: Iterable[tuple[str, str]]) -> bytes:
    """Return the key of the inputs of a run (L68, L74).

    ``definition`` identifies the definition that runs; ``etags`` are the ETags of the objects that
    the parameters name, by URI.
    """
    # As text, in which 1 and true differ.
    inputs = [definition, parameters, sorted(etags)]
    return blake2b(json.dumps(inputs, sort_keys=True).encode(), digest_size=_KEY).digest()


def task_key(inputs: bytes, position: int, spec: TaskSpec) -> bytes:
    """Return the key of a task of a run with these inputs: equal keys have equal results (L68)."""
    task = json.dumps([position, spec.name, spec.cpus, spec.memory, spec.gpus, spec.image])
    return blake2b(task.encode(), key=inputs, digest_size=_KEY).digest()


def stores(behavior: str, *, succeeded: bool, reason: str | None) -> bool:
    """Return whether the completed tasks of a run that has ended are stored (L69 to L71).

    ``behavior`` is the cacheBehavior of the run, ``reason`` the one why it failed.
    """
    if reason in NOTHING_STORED:
        return False
    return not succeeded or behavior == "CACHE_ALWAYS"


def manifest(entry: CacheEntry, arn: str, task_arn: str, task_name: str) -> bytes:
    """Return the manifest of an entry as JSON (L65); ``arn`` is that of the entry.

    It lists no files: nothing is known of the outputs of single tasks.
    """
    cache_uuid = entry.uri.split("/")[-4]
    members = {
        "arn": arn,
        "s3uri": entry.uri,
        "taskArn": task_arn,
        "workDir": f"/mnt/workflow/{cache_uuid}/workdir/call-{task_name}",
        "files": [],
        "nextflowContext": {},
        "otherOutputs": {},
        "version": _MANIFEST_VERSION,
    }
    return json.dumps(members).encode()
