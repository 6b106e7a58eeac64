"""The choice of instance types (L33)."""

from __future__ import annotations

import pytest

from moto_omics_batch.domain.instances import LARGEST, Instance, instance_for


@pytest.mark.parametrize(
    ("cpus", "memory", "expected"),
    [
        (1, 1, Instance("omics.c.large", 2, 4)),
        (1, 4, Instance("omics.c.large", 2, 4)),
        (2, 4, Instance("omics.c.large", 2, 4)),
        (1, 6, Instance("omics.m.large", 2, 8)),
        (1, 8, Instance("omics.m.large", 2, 8)),
        (2, 16, Instance("omics.r.large", 2, 16)),
        (2, 17, Instance("omics.r.xlarge", 4, 32)),
        (3, 4, Instance("omics.c.xlarge", 4, 8)),
        (192, 1536, Instance("omics.r.48xlarge", 192, 1536)),
    ],
)
def test_the_instance_with_the_fewest_vcpus_then_c_before_m_before_r(
    cpus: int, memory: int, expected: Instance
) -> None:
    assert instance_for(cpus, memory) == expected


@pytest.mark.parametrize(("cpus", "memory"), [(193, 1), (1, 1537)])
def test_no_instance_is_large_enough(cpus: int, memory: int) -> None:
    assert instance_for(cpus, memory) is None
    assert (LARGEST.type, LARGEST.vcpus, LARGEST.memory) == ("omics.r.48xlarge", 192, 1536)


@pytest.mark.parametrize(
    ("cpus", "memory", "gpus", "accelerator", "expected"),
    [
        (8, 15, 1, None, Instance("omics.g5.2xlarge", 8, 32, 1)),
        (1, 1, 1, "nvidia-tesla-t4", Instance("omics.g4dn.xlarge", 4, 16, 1)),
        (1, 1, 1, "nvidia-l40s", Instance("omics.g6e.xlarge", 4, 32, 1)),
        (1, 1, 4, "nvidia-l4", Instance("omics.g6.12xlarge", 48, 192, 4)),
        (1, 1, 8, None, Instance("omics.g5.48xlarge", 192, 768, 8)),
        (1, 1, 1, "unknown", Instance("omics.g5.xlarge", 4, 16, 1)),
    ],
)
def test_gpu_instances(
    cpus: int, memory: int, gpus: int, accelerator: str | None, expected: Instance
) -> None:
    assert instance_for(cpus, memory, gpus, accelerator) == expected


def test_no_instance_has_nine_gpus() -> None:
    assert instance_for(1, 1, 9) is None
