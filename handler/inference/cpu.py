"""How many threads the engine gets."""

import os

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
