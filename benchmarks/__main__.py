"""``make bench``: the pipeline against the usual way, in one run, on the same tickets.

    python -m benchmarks [--profile fast|full] [--tickets 10] [--rounds 5] [--json]

The two large models have random weights at full size (weights.py says how), and every summary has the same length.
"""

import json
import math
import os
import platform
import statistics
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.table import Table

from benchmarks import contestants, weights
from benchmarks.floor import int8_peak, multiply_adds
from benchmarks.tickets import bodies
from handler.inference import brevity
from handler.inference.cpu import cpu_features, threads

SWEEP = (1, 10, 100)
ISAS = {"generic": "", "avx2": "avx2", "avx512": "avx512f"}  # by the feature that the processor must have
SLOW_ROUNDS = 1  # of a hundred tickets at once: the batch is the average
MALLOC = "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=4294967296:glibc.malloc.trim_threshold=8589934592"

Root = Path
Result = dict[str, Any]


def contestant(kind: str, root: Root, profile: str, numbers: tuple[int, ...], **environment: str) -> Result:
    """One contestant in a process of its own. ``numbers``: threads, batch, tickets, rounds."""
    command = [sys.executable, "-m", "benchmarks.contestants", kind, str(root), profile, *map(str, numbers)]
    done = subprocess.run(
        command, env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True
    )
    result: Result = json.loads(done.stdout.splitlines()[-1])
    return result


def cold_start(root: Root, profile: str) -> float:
    """Seconds from the start of a process to the first enriched ticket: the median of five."""
    ticket = {"ticket_id": "B", "subject": "", "body": bodies(1)[0], "created_at": 0, "customer_id": "C"}
    command = [str(Path(sys.executable).with_name("ticket-processor")), "enrich", "--profile", profile]
    found = []
    for _ in range(6):
        started = time.perf_counter()
        subprocess.run(
            command,
            env=os.environ | {"TICKETS_MODEL_DIR": str(root)},
            input=json.dumps(ticket).encode(),
            stdout=subprocess.DEVNULL,
            check=True,
        )
        found.append(time.perf_counter() - started)
    return statistics.median(found[1:])  # the first one fills the disk's cache


def lengths(root: Root) -> tuple[int, int]:
    """The mean number of word pieces and of DistilBART's tokens of the tickets."""
    from tokenizers import Tokenizer

    some = bodies(100)
    counted = []
    for name in ("minilm", "distilbart"):
        tokenizer = Tokenizer.from_file(str(next((root / "converted").glob(f"{name}-*int8")) / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        counted.append(round(statistics.mean(len(one.ids) for one in tokenizer.encode_batch(some))))
    return counted[0], counted[1]


def machine(cores: int) -> Result:
    """What it was measured on."""
    cpuinfo = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").is_file() else ""
    names = [line.partition(":")[2].strip() for line in cpuinfo.splitlines() if line.startswith("model name")]
    wanted = ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "asimd")
    libraries = ("ctranslate2", "torch", "transformers", "sentence-transformers", "numpy")
    return {
        "cpu": names[0] if names else platform.machine(),
        "features": [one for one in wanted if one in cpu_features()],
        "threads": cores,
        "libraries": {one: version(one) for one in libraries},
    }


def sweeps(root: Root, profile: str, cores: int, rounds: int, number: int) -> Result:
    """The pipeline by batch size, threads and instruction set."""

    def ms(threads_: int, batch: int, **environment: str) -> float:
        count, times = (batch, SLOW_ROUNDS) if batch > number else (number, rounds)
        return float(
            contestant("pipeline", root, profile, (threads_, batch, count, times), **environment)["ms_per_ticket"]
        )

    isas = [name for name, feature in ISAS.items() if not feature or feature in cpu_features()]
    return {
        "by_batch_size": {str(batch): ms(cores, batch) for batch in SWEEP},
        "by_threads": {str(one): ms(one, number) for one in sorted({1, cores})},
        "by_isa": {name: ms(cores, number, CT2_FORCE_CPU_ISA=name.upper()) for name in isas},
        "with_huge_pages_ms": ms(cores, number, GLIBC_TUNABLES=MALLOC),
    }


def run(profile: str, number: int, rounds: int) -> Result:
    """Everything, as one object."""
    root, cores = weights.root(), threads(0, None)
    numbers = (cores, number, number, rounds)
    order = ("reference", "batched", "pipeline")
    found = {kind: contestant(kind, root, profile, numbers) for kind in order}
    pipeline, reference = found["pipeline"], found["reference"]["ms_per_ticket"]
    pieces, tokens = lengths(root)
    work = multiply_adds(profile, pieces, tokens, contestants.LENGTH - 2, brevity.BEAMS)
    result = {
        "profile": profile,
        "tickets": number,
        "rounds": rounds,
        "word_pieces": pieces,
        "summary_source_tokens": tokens,
        "summary_tokens": contestants.LENGTH - 2,
        "weights": "MiniLM: real; DistilBERT, DistilBART: random at full size, length of summaries fixed",
        "reference_ms_per_ticket": reference,
        "torch_batched_ms_per_ticket": found["batched"]["ms_per_ticket"],
        "pipeline_ms_per_ticket": pipeline["ms_per_ticket"],
        "ratio": reference / pipeline["ms_per_ticket"],
        "floor_ms_per_ticket": work / int8_peak(cores) * 1000,
        "cold_start_s": cold_start(root, profile),
        "load_s": pipeline["load_s"],
        "peak_rss_mb": pipeline["peak_rss_mb"],
        "reference_peak_rss_mb": found["reference"]["peak_rss_mb"],
        "stages_ms": pipeline["stages"],
        "machine": machine(cores),
        **sweeps(root, profile, cores, rounds, number),
    }
    if profile == "fast":
        result["one_line_tickets_per_s"] = (
            1000 / contestant("one-line", root, profile, (cores, 100, 400, rounds))["ms_per_ticket"]
        )
    return result


def show(result: Result) -> None:
    """A table of the figures, nested ones on lines of their own."""
    table = Table("figure", "value", title="tickets enriched, medians", title_justify="left")
    for name, value in result.items():
        rows = {f"{name}.{inner}": one for inner, one in value.items()} if isinstance(value, dict) else {name: value}
        for label, one in rows.items():
            table.add_row(label, f"{one:,.2f}" if isinstance(one, float) and math.isfinite(one) else str(one))
    Console().print(table)


def main(
    profile: Annotated[Literal["fast", "full"], typer.Option()] = "full",
    tickets: Annotated[int, typer.Option(min=1)] = 10,
    rounds: Annotated[int, typer.Option(min=1)] = 5,
    as_json: Annotated[bool, typer.Option("--json")] = False,  # noqa: FBT002 - typer's way to declare a switch
) -> None:
    """Compares the pipeline with the usual way of doing the same."""
    result = run(profile, tickets, rounds)
    show(result)
    if as_json:
        print(json.dumps(result))


if __name__ == "__main__":
    typer.run(main)
