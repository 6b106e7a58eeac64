"""The instance types of run tasks, and how one is chosen (L33)."""

from __future__ import annotations

from typing import NamedTuple

#: Size → vCPUs.
_VCPUS = {
    "large": 2,
    "xlarge": 4,
    "2xlarge": 8,
    "4xlarge": 16,
    "8xlarge": 32,
    "12xlarge": 48,
    "16xlarge": 64,
    "24xlarge": 96,
    "32xlarge": 128,
    "48xlarge": 192,
}

#: Family → GiB of memory a vCPU, in the order of preference.
_GENERAL = {"c": 2, "m": 4, "r": 8}
_GPU = {"g4dn": 4, "g5": 4, "g6": 4, "g6e": 8}

#: The accelerator that a definition asks for → families of instances that have it (our choice for
#: the names; without a name a g5 is taken, as observed).
_FAMILIES_OF = {
    "nvidia-tesla-t4": ("g4dn",),
    "nvidia-tesla-t4-a10g": ("g5", "g4dn"),
    "nvidia-tesla-a10g": ("g5",),
    "nvidia-t4-a10g-l4": ("g6", "g5", "g4dn"),
    "nvidia-l4-a10g": ("g6", "g5"),
    "nvidia-l4": ("g6",),
    "nvidia-l40s": ("g6e",),
}
_DEFAULT_GPU = ("g5",)

#: GPU instances: size → GPUs. The sizes of 24xlarge have four, those of 48xlarge eight.
_GPUS = {
    "xlarge": 1,
    "2xlarge": 1,
    "4xlarge": 1,
    "8xlarge": 1,
    "12xlarge": 4,
    "16xlarge": 1,
    "24xlarge": 4,
    "48xlarge": 8,
}


class Instance(NamedTuple):
    """An instance type with its size: vCPUs, memory in GiB, and GPUs."""

    type: str
    vcpus: int
    memory: int
    gpus: int = 0


def _all(families: dict[str, int], gpu: bool) -> list[Instance]:
    sizes = _GPUS if gpu else dict.fromkeys(_VCPUS, 0)
    return [
        Instance(f"omics.{family}.{size}", _VCPUS[size], _VCPUS[size] * gib, gpus)
        for size, gpus in sizes.items()
        for family, gib in families.items()
    ]


_CPU_INSTANCES = sorted(_all(_GENERAL, gpu=False), key=lambda instance: instance.vcpus)
_GPU_INSTANCES = sorted(_all(_GPU, gpu=True), key=lambda instance: instance.vcpus)

#: The largest instance type, used where a task asks for more than any has.
LARGEST = _CPU_INSTANCES[-1]


def instance_of(type: str) -> Instance | None:
    """Return the instance type with a name, None when there is none."""
    return next((i for i in (*_CPU_INSTANCES, *_GPU_INSTANCES) if i.type == type), None)


def instance_for(
    cpus: int, memory: int, gpus: int = 0, accelerator: str | None = None
) -> Instance | None:
    """Return the instance type for a task that asks for ``memory`` GiB; None when none is enough.

    It has the fewest vCPUs that can do, then c is preferred to m and r (observed: L33).
    """
    if not gpus:
        candidates = _CPU_INSTANCES
    else:
        families = _FAMILIES_OF.get(accelerator or "", _DEFAULT_GPU)
        candidates = [i for i in _GPU_INSTANCES if i.type.split(".")[1] in families]
        candidates.sort(key=lambda i: (i.vcpus, families.index(i.type.split(".")[1])))
    for instance in candidates:
        if instance.vcpus >= cpus and instance.memory >= memory and instance.gpus >= gpus:
            return instance
    return None
