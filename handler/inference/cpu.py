"""What the processor can do, and how many threads the engine gets. Imports no compiled library."""

import os
import platform
from pathlib import Path

MEGABYTES_PER_VCPU = (
    1769  # Lambda grants CPU by memory: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
)


def threads(wanted: int, memory_mb: int | None) -> int:
    """``wanted`` if it is set; on Lambda, what ``memory_mb`` buys; else the processors this process may use.

    Lambda shows more processors than it grants time on, so counting them there would thrash.
    """
    if wanted > 0:
        return wanted
    if memory_mb is not None:
        return max(1, round(memory_mb / MEGABYTES_PER_VCPU))
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


NEEDS = {
    "avx2": {"avx2", "fma"},
    "avx512": {"avx512f", "avx512bw", "avx512dq", "avx512vl"},
    "arm64": {"asimd"},
    "generic": set[str](),
}
MACHINES = {"avx2": {"x86_64", "amd64"}, "avx512": {"x86_64", "amd64"}, "arm64": {"aarch64", "arm64"}}


class WrongCpu(RuntimeError):
    """This processor cannot run what the image was built for."""


def guard(variant: str | None, cpuinfo: Path = Path("/proc/cpuinfo"), machine: str | None = None) -> None:
    """Raises WrongCpu, naming what is missing, unless this processor can run an image of ``variant``.

    Where the system does not tell a processor's features (not Linux), only the machine is compared.
    """
    if not variant:
        return
    if variant not in NEEDS:
        raise WrongCpu(f"TICKETS_CPU_VARIANT={variant} is none of {', '.join(NEEDS)}")
    found = (machine or platform.machine()).lower()
    if found not in MACHINES.get(variant, {found}):
        raise WrongCpu(f"TICKETS_CPU_VARIANT={variant}, but this is {found}: use an image that was built for it")
    features = cpu_features(cpuinfo)
    missing = NEEDS[variant] - features if features else set()
    if missing:
        lacking = ", ".join(sorted(missing))
        raise WrongCpu(f"TICKETS_CPU_VARIANT={variant}, but this processor lacks {lacking}: use a lesser image")


def cpu_features(cpuinfo: Path = Path("/proc/cpuinfo")) -> frozenset[str]:
    """Its features by the kernel's names; empty where they are not known."""
    try:
        lines = cpuinfo.read_text(encoding="utf-8").splitlines()
    except OSError:
        return frozenset()
    listed = [line.partition(":")[2] for line in lines if line.partition(":")[0].strip() in {"flags", "Features"}]
    return frozenset(listed[0].split()) if listed else frozenset()
