"""The container registry map: images of definitions and those in ECR (L112, L124)."""

from __future__ import annotations

from typing import Any

import pytest

from moto_omics_batch.definitions.images import mapped_image

ECR = "123456789012.dkr.ecr.us-east-1.amazonaws.com"


def _registry(url: str, prefix: str = "quay", **more: str) -> dict[str, Any]:
    mapping = {"upstreamRegistryUrl": url, "ecrRepositoryPrefix": prefix, **more}
    return {"registryMappings": [mapping]}


@pytest.mark.parametrize(
    ("image", "registry_map", "expected"),
    [
        ("quay.io/bio/bwa:1", _registry("quay.io"), f"{ECR}/quay/bio/bwa:1"),
        ("quay.io/bio/bwa:1", _registry("https://quay.io/"), f"{ECR}/quay/bio/bwa:1"),
        ("quay.io/bio/bwa:1", _registry("quay.io/bio"), f"{ECR}/quay/bwa:1"),
        (
            "quay.io/bio/bwa:1",
            _registry("quay.io", upstreamRepositoryPrefix="bio"),
            f"{ECR}/quay/bwa:1",
        ),
        (
            "quay.io/bio/bwa:1",
            _registry("quay.io", ecrAccountId="111122223333"),
            "111122223333.dkr.ecr.us-east-1.amazonaws.com/quay/bio/bwa:1",
        ),
        (
            "ubuntu:22.04",
            _registry("registry-1.docker.io", "hub"),
            f"{ECR}/hub/library/ubuntu:22.04",
        ),
        ("lab/tool", _registry("docker.io", "hub"), f"{ECR}/hub/lab/tool"),
        ("docker.io/lab/tool", _registry("registry-1.docker.io", "hub"), f"{ECR}/hub/lab/tool"),
        ("localhost/tool", _registry("localhost", "own"), f"{ECR}/own/tool"),
        (
            "quay.io/bio/bwa:1",
            {
                **_registry("quay.io"),
                "imageMappings": [{"sourceImage": "quay.io/bio/bwa:1", "destinationImage": "x"}],
            },
            "x",
        ),
    ],
)
def test_image_is_mapped(image: str, registry_map: dict[str, Any], expected: str) -> None:
    assert mapped_image(image, registry_map) == (expected, image)


@pytest.mark.parametrize(
    "registry_map",
    [
        None,
        {},
        {"registryMappings": None},
        {"registryMappings": [{"ecrRepositoryPrefix": "quay"}]},
        _registry("quay.io.example"),
        _registry("quay.io", upstreamRepositoryPrefix="bi"),
        {"imageMappings": [{"sourceImage": "quay.io/bio/bwa:1"}, {}]},
    ],
)
def test_other_images_stay_as_written(registry_map: dict[str, Any] | None) -> None:
    assert mapped_image("quay.io/bio/bwa:1", registry_map) == ("quay.io/bio/bwa:1", None)


def test_prefix_in_ecr_may_be_absent() -> None:
    found = mapped_image("quay.io/a:1", {"registryMappings": [{"upstreamRegistryUrl": "quay.io"}]})
    assert found == (f"{ECR}/a:1", "quay.io/a:1")


def test_own_registry_is_that_of_account_and_region() -> None:
    found = mapped_image(
        "quay.io/a:1", _registry("quay.io"), account_id="111122223333", region="eu-west-1"
    )
    assert found[0] == "111122223333.dkr.ecr.eu-west-1.amazonaws.com/quay/a:1"
    found = mapped_image("quay.io/a:1", _registry("quay.io"), region="cn-north-1")
    assert found[0] == "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/quay/a:1"
