"""AWS Resource Groups Tagging API: GetResources, TagResources, UntagResources on our resources.

moto 5.2.5 asks each backend in use whose class has `TaggableResourcesMixin`. Older releases have a
fixed list of services without HealthOmics; there, `TaggableResources` has no effect.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    # The same types for all releases of moto: the oldest does not have the module.
    _Mixin = object
    TaggedResource = Any
else:
    try:
        from moto.core.resource_tagging import TaggableResourcesMixin as _Mixin
        from moto.core.resource_tagging import TaggedResource
    except ImportError:
        from types import SimpleNamespace as TaggedResource

        _Mixin = object


class TaggableResources(_Mixin):
    """Base class of the backend: ``class OmicsBackend(BaseBackend, TaggableResources)``.

    The backend overrides ``iter_tagged_resources``, ``tag_resource`` and ``untag_resource``. It has
    the attributes ``account_id``, ``region_name`` and ``partition`` from BaseBackend.
    """

    SERVICE_NAMESPACE: ClassVar[str] = "omics"

    account_id: str
    region_name: str
    partition: str

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        """Yield `tagged_resource(arn, tags)` for each resource of this account and region.

        moto applies the filters, and leaves out resources without tags, so that they may be left
        out here too. It keeps the iterator for the next page, beyond the request: collect the
        resources under the backend's lock, and iterate over that copy.
        """
        return iter(())

    def owns_arn(self, arn: str) -> bool:
        """Return whether an ARN is one of this account and region, existing or not.

        TagResources and UntagResources list all other ARNs in FailedResourcesMap, as 404.
        """
        scope = f"{self.SERVICE_NAMESPACE}:{self.region_name}:{self.account_id}"
        return arn.startswith(f"arn:{self.partition}:{scope}:")

    def tag_resource(self, arn: str, tags: dict[str, str]) -> None:
        """Add tags to a resource.

        NotImplementedError puts the ARN into FailedResourcesMap; other errors fail the request.
        """
        raise NotImplementedError

    def untag_resource(self, arn: str, tag_keys: list[str]) -> None:
        """Remove tags from a resource. Errors as for ``tag_resource``."""
        raise NotImplementedError


def tagged_resource(arn: str, tags: Mapping[str, str]) -> TaggedResource:
    """Return a resource in the form of moto, with a copy of its tags.

    The type that ResourceTypeFilters compare is the one embedded in the ARN, e.g. ``omics:run``,
    ``omics:runGroup`` and, for a version, ``omics:workflow/version`` (inferred).
    """
    kinds = arn.split(":", 5)[5].split("/")[::2]
    return TaggedResource(arn=arn, tags=dict(tags), resource_type=f"omics:{'/'.join(kinds)}")
