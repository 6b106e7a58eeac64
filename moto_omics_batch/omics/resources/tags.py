"""Tags of all resources (W9): TagResource, UntagResource, ListTagsForResource."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from ..exceptions import ResourceNotFoundException, ValidationException
from .context import Context


class TaggedFamily(Protocol):
    """A family of resources with tags."""

    def tags_of(self, id: str) -> dict[str, str] | None:
        """Return the tags of a resource, which may be changed, None when it does not exist."""
        ...


class Tags:
    """The tags of an account and region. ``families`` are by their kind in the ARN."""

    def __init__(self, context: Context, families: Mapping[str, TaggedFamily]):
        self._context = context
        self._families = families

    def find(self, arn: str) -> dict[str, str]:
        """Return the tags of a resource, which may be changed. Raises ResourceNotFoundException."""
        prefix = self._context.arn("", "")[:-1]
        kind, _, id = arn.removeprefix(prefix).partition("/")
        family = self._families.get(kind) if arn.startswith(prefix) else None
        found = family.tags_of(id) if family is not None else None
        if found is None:
            raise ResourceNotFoundException(f"Resource {arn} not found")
        return found

    def exists(self, arn: str) -> bool:
        """Return whether a resource exists."""
        try:
            self.find(arn)
        except ResourceNotFoundException:
            return False
        return True

    def add(self, arn: str, tags: Mapping[str, str]) -> None:
        """TagResource. Raises ResourceNotFoundException, ValidationException."""
        current = self.find(arn)
        # The tags of the service itself do not count (S151).
        users = {key: value for key, value in current.items() if not _is_of_service(key)}
        self._context.check_tags({"tags": {**users, **tags}})
        current.update(tags)

    def remove(self, arn: str, keys: Iterable[str]) -> None:
        """UntagResource. Raises ResourceNotFoundException, ValidationException (S151)."""
        current, keys = self.find(arn), list(keys)
        for key in keys:
            if key in current and _is_of_service(key):
                raise ValidationException(f"tagKeys: the tag {key} belongs to the service")
        for key in keys:
            current.pop(key, None)


def _is_of_service(key: str) -> bool:
    return key.startswith("aws:")
