"""The container registry map: from the image of a definition to the one in ECR (L112, L124)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: The registry of images without one, and its other names.
_DOCKER_HUB = "registry-1.docker.io"
_DOCKER_HUB_NAMES = ("docker.io", "index.docker.io", "registry.hub.docker.com")


def mapped_image(
    image: str,
    registry_map: Mapping[str, Any] | None,
    *,
    account_id: str = "123456789012",
    region: str = "us-east-1",
) -> tuple[str, str | None]:
    """Return (image that a task uses, sourceImage: the image as written, None if it is not mapped).

    An imageMapping of the whole image is preferred to a registryMapping. ECR is that of
    ``account_id``, unless the mapping names another, in ``region``.
    """
    for images in (registry_map or {}).get("imageMappings") or ():
        if images.get("sourceImage") == image and images.get("destinationImage"):
            return images["destinationImage"], image
    registry, repository = _parts(image)
    for mapping in (registry_map or {}).get("registryMappings") or ():
        rest = _below(f"{registry}/{repository}", mapping)
        if rest is not None:
            owner = mapping.get("ecrAccountId") or account_id
            prefix = (mapping.get("ecrRepositoryPrefix") or "").strip("/")
            path = f"{prefix}/{rest}".strip("/")
            domain = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
            return f"{owner}.dkr.ecr.{region}.{domain}/{path}", image
    return image, None


def _parts(image: str) -> tuple[str, str]:
    """Return (registry, repository with tag) of an image."""
    first, slash, rest = image.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        return (_DOCKER_HUB if first in _DOCKER_HUB_NAMES else first), rest
    return _DOCKER_HUB, image if slash else f"library/{image}"


def _below(image: str, mapping: Mapping[str, Any]) -> str | None:
    """Return the part of an image after the upstream registry and prefix of a mapping."""
    # Older models require neither the URL nor the prefix in ECR.
    url = (mapping.get("upstreamRegistryUrl") or "").removeprefix("https://").strip("/")
    if not url:
        return None
    host, _, path = url.partition("/")
    host = _DOCKER_HUB if host in _DOCKER_HUB_NAMES else host
    parts = [host, path, (mapping.get("upstreamRepositoryPrefix") or "").strip("/")]
    upstream = "".join(f"{part}/" for part in parts if part)
    return image.removeprefix(upstream) if image.startswith(upstream) else None
