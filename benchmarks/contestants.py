"""What is compared. Each runs in a process of its own and prints one JSON line: ``python -m benchmarks.contestants``."""

import json
import os
import re
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.tickets import one_liners, tickets
from handler.domain.ticket import RawTicket
from handler.inference import brevity

LENGTH = 44  # tokens of every summary, as transformers counts them: random weights never stop by themselves
WARM_UP = 2

Run = Callable[[Sequence[RawTicket]], object]
Make = Callable[[int, int], Sequence[RawTicket]]  # so many tickets, from that number on


def fix_length() -> None:
    """The same work for everybody."""
    brevity.MIN_LENGTH = brevity.MAX_LENGTH = LENGTH


def ours(root: Path, profile: str, threads: int) -> Run:
    """The pipeline, all of it: masking, language, rules and labels included."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as handler/entry.py does
    from handler import bootstrap, profiles
    from handler.settings import Settings

    os.environ["TICKETS_MODEL_DIR"] = str(root)
    settings = Settings(profile=profile, threads=threads)  # type: ignore[arg-type]
    return bootstrap.pipeline(settings, profiles.models_of(settings)).run


def usual(root: Path, profile: str, threads: int, *, batched: bool) -> Run:
    """What anybody would write first: sentence-transformers and transformers, float32; by one, or all at once."""
    import torch
    from sentence_transformers import SentenceTransformer

    from benchmarks.usual import Usual

    torch.set_num_threads(threads)
    embedder = SentenceTransformer(str(_source(root, "minilm")), device="cpu")
    if profile == "fast":
        return lambda some: embedder.encode([one.body for one in some]) if batched else [embedder.encode(one.body) for one in some]  # fmt: skip
    whole = Usual(embedder, _source(root, "distilbert"), _source(root, "distilbart"))
    return lambda some: whole([one.body for one in some]) if batched else [whole([one.body]) for one in some]


def _source(root: Path, name: str) -> Path:
    return next(iter((root / "sources").glob(f"{name}-*[0-9a-f]")))


def measured(run: Run, make: Make, batch: int, number: int, rounds: int) -> float:
    """Milliseconds a ticket: the median over rounds of tickets never seen before, after a warm-up."""
    run(make(min(WARM_UP, batch), number * rounds))
    found = []
    for turn in range(rounds):
        some = make(number, number * turn)
        started = time.perf_counter()
        for start in range(0, len(some), batch):
            run(some[start : start + batch])
        found.append((time.perf_counter() - started) * 1000 / len(some))
    return statistics.median(found)


def main(kind: str, root: str, profile: str, threads: int, batch: int, number: int, rounds: int) -> None:  # noqa: PLR0917 - the command line of a child process
    """Prints what one contestant needs."""
    fix_length()
    make = one_liners if kind == "one-line" else tickets
    if kind in {"pipeline", "one-line"}:
        run = ours(Path(root), profile, threads)
    else:
        run = usual(Path(root), profile, threads, batched=kind == "batched")
    started = time.perf_counter()
    run(make(1, number * (rounds + 1)))
    first = time.perf_counter() - started
    result = {"ms_per_ticket": measured(run, make, batch, number, rounds), "first_s": first}
    result["stages"] = _stages(run, make(number, number * (rounds + 2)), kind)
    result["peak_rss_mb"] = _peak_resident_mb()
    from handler.inference import cache

    print(json.dumps({**result, "load_s": sum(cache.take_load_seconds())}))


def _peak_resident_mb() -> float:
    """Of this program alone: getrusage also counts the process that was before it was started, its parent's copy."""
    [kilobytes] = re.findall(r"^VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    return int(kilobytes) / 1024


def _stages(run: Run, some: Sequence[RawTicket], kind: str) -> dict[str, float]:
    if kind != "pipeline":
        return {}
    drafts = run(some).drafts  # type: ignore[attr-defined]
    if any(draft.errors for draft in drafts):
        raise RuntimeError(f"a stage failed, so its time means nothing: {drafts[0].errors}")
    return {name: drafts[0].seconds[name] * 1000 for name in drafts[0].seconds}


if __name__ == "__main__":
    kind, root, profile, *numbers = sys.argv[1:]
    main(kind, root, profile, *map(int, numbers))
