"""Plots of a benchmark's result: ``python -m benchmarks.plots BENCH.json docs/images``. Needs matplotlib."""

import json
import sys
from pathlib import Path
from typing import Any

HIDDEN = 0.005  # of the whole: a stage below it is not worth a bar


def by_batch_size(result: dict[str, Any], path: Path) -> None:
    """Milliseconds a ticket against the size of the batch, with the usual way beside it."""
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6, 3.5), layout="constrained")
    sizes = result["by_batch_size"]
    axes.plot([int(size) for size in sizes], list(sizes.values()), "o-", label="pipeline")
    axes.axhline(result["torch_batched_ms_per_ticket"], linestyle="--", color="gray", label="torch, batched")
    axes.axhline(result["floor_ms_per_ticket"], linestyle=":", color="green", label="floor")
    axes.set(xscale="log", yscale="log", xlabel="tickets in a batch", ylabel="ms a ticket")
    axes.legend()
    figure.savefig(path)


def by_stage(result: dict[str, Any], path: Path) -> None:
    """Milliseconds a ticket by stage; stages that run side by side overlap."""
    from matplotlib import pyplot

    stages = {name: ms for name, ms in result["stages_ms"].items() if ms > HIDDEN * result["pipeline_ms_per_ticket"]}
    figure, axes = pyplot.subplots(figsize=(6, 2.5), layout="constrained")
    axes.barh(list(stages), list(stages.values()))
    axes.set(xlabel="ms a ticket", xscale="log")
    figure.savefig(path)


if __name__ == "__main__":
    found = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()[-1])
    folder = Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    by_batch_size(found, folder / f"{found['profile']}-batch-size.svg")
    by_stage(found, folder / f"{found['profile']}-stages.svg")
