"""What a million tickets cost on Lambda, from measured milliseconds: ``python -m benchmarks.costs BENCH.json``.

BENCH.json is the last line of ``python -m benchmarks --json``. A model, not a bill: processor time is granted by memory
(1,769 MB is one vCPU), and the time on more vCPUs is scaled from the speed-up that was measured from one thread to two.
"""

import json
import sys
from pathlib import Path

MEMORY_MB = (1_769, 3_538, 5_307, 10_240)
MB_PER_VCPU = 1_769
# On demand, us-east-1, first tier: https://aws.amazon.com/lambda/pricing/ (read in 2026)
DOLLARS_PER_GB_SECOND = {"x86_64": 0.0000166667, "arm64": 0.0000133334}
DOLLARS_PER_MILLION_REQUESTS = 0.20
BATCH = 10  # tickets of one request


def milliseconds(by_threads: dict[str, float], vcpus: float) -> float:
    """A ticket's time on ``vcpus``, by Amdahl's law through the measured points of one and of two threads."""
    one, two = by_threads["1"], by_threads.get("2", by_threads["1"])
    parallel = min(1.0, max(0.0, 2 * (1 - two / one)))
    return one * (1 - parallel + parallel / vcpus)


def dollars(ms_per_ticket: float, memory_mb: int, architecture: str) -> float:
    """For a million tickets."""
    gigabyte_seconds = 1e6 * ms_per_ticket / 1000 * memory_mb / 1024
    return gigabyte_seconds * DOLLARS_PER_GB_SECOND[architecture] + DOLLARS_PER_MILLION_REQUESTS / BATCH


def table(by_threads: dict[str, float]) -> str:
    """Markdown."""
    lines = ["| memory | ms a ticket | x86_64 | arm64, if it were as fast |", "| --- | --- | --- | --- |"]
    for memory in MEMORY_MB:
        ms = milliseconds(by_threads, max(1, round(memory / MB_PER_VCPU)))
        x86, arm = (dollars(ms, memory, one) for one in ("x86_64", "arm64"))
        lines.append(f"| {memory:,} MB | {ms:,.1f} | ${x86:,.2f} | ${arm:,.2f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()[-1])["by_threads"]))
