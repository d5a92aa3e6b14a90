"""``python -m tests.promise [--seeds N] [--first N] [--processes N]``: the search.

Figures on one line; exit code 1 and the plainest history if it finds something.
"""

import argparse
import json
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from tests.promise.search import Found, search, shrunk

SHARE = 100  # seeds that a process plays at a time


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.promise")
    parser.add_argument("--seeds", type=int, default=1_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    started = time.monotonic()
    seeds = range(asked.first, asked.first + asked.seeds)
    shares = [seeds[start : start + SHARE] for start in range(0, len(seeds), SHARE)]
    with ProcessPoolExecutor(asked.processes) as pool:
        found = list(pool.map(search, shares))
    print(json.dumps(figures(found) | {"seconds": round(time.monotonic() - started, 1)}))
    failing = [one.failing for one in found if one.failing is not None]
    for seed in failing[:1]:
        result = shrunk(seed)
        print(
            f"\nseed {seed} breaks the promise ({len(failing)} found):", *result.breaches, "", *result.history, sep="\n"
        )
    return 1 if failing else 0


def figures(found: list[Found]) -> dict[str, object]:
    """The sums."""
    struck = sum((one.struck for one in found), Counter())
    return {
        "seeds": sum(one.seeds for one in found),
        "records": sum(one.records for one in found),
        "faults": sum(struck.values()),
        "by_kind": dict(struck.most_common()),
    }


if __name__ == "__main__":
    sys.exit(main())
