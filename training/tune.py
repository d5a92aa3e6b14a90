"""Tunes MiniLM's first layers on the tickets that heads are fitted on: ``make tune`` (45 minutes on two cores, with torch).

Writes what ships, ``handler/inference/tuning.json``, and what heads are fitted to, ``training/left_out.json``.
"""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from handler import profiles
from handler.domain.packed import Packed
from handler.domain.taxonomy import load_taxonomy
from handler.evaluation import labelled
from handler.evaluation.labelled import SIGNALS, Row
from handler.fitting.material import names_of
from handler.inference import tuning
from handler.inference.tuning import Tuning
from training import left_out, shipped
from training.left_out import LeftOut, key_of
from training.lowrank import LAYERS
from training.tuner import Odds, Task, Tuner

PARTS = 3  # of the styles, each left out once
CORES = 2
KEPT = Path(tuning.__file__).with_name(tuning.SHIPPED)


def parts_of(rows: list[Row]) -> list[int]:
    """Each row's part: a style's tickets stay together."""
    groups = sorted({row.group for row in rows})
    return [groups.index(row.group) % PARTS for row in rows]


def task_of(rows: list[Row]) -> Task:
    """All of it. Every ticket has all labels."""
    names = [names_of(signal, load_taxonomy(None)) for signal in SIGNALS]
    truth = [[known.index(row.labels[signal]) for signal, known in zip(SIGNALS, names, strict=True)] for row in rows]
    sizes = tuple(len(known) for known in names)
    return Task(shipped.texts_of(rows), np.array(truth), sizes, np.arange(len(rows)))


def left_out_odds(task: Task, part: list[int], one: int) -> Odds:
    """Of the tickets of one part, by layers that were tuned on the others."""
    outside = np.flatnonzero(np.array(part) != one)
    tuner = Tuner(Task(task.texts, task.truth, task.sizes, outside))
    tuner.train()
    return tuner.odds(np.flatnonzero(np.array(part) == one))


def tuned(task: Task) -> Tuning:
    """Tuned on all of it."""
    tuner = Tuner(task)
    tuner.train()
    return kept(tuner)


def kept(tuner: Tuner) -> Tuning:
    """What of it ships."""
    readout, bias = tuner.reader.read_out()
    return Tuning(
        embedding=profiles.pins(shipped.SETTINGS)["minilm"].revision,
        layers=LAYERS,
        changes=tuner.reader.kept(),
        labels=tuple(f"{signal}:{name}" for signal in SIGNALS for name in names_of(signal, load_taxonomy(None))),
        readout=Packed.of(readout, "float16"),
        bias=bias,
        sources={one.name: one.short for one in map(labelled.source, shipped.paths())},
    )


def main() -> None:
    """Trains, reports and writes."""
    rows = shipped.rows_of(shipped.paths())
    task, part = task_of(rows), parts_of(rows)
    with ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as pool:
        whole = pool.submit(tuned, task)
        parts = [pool.submit(left_out_odds, task, part, one) for one in range(PARTS)]
        odds = np.zeros((len(rows), sum(task.sizes)))
        for one, found in enumerate(parts):
            odds[np.array(part) == one] = found.result()
    keys = tuple(key_of(text) for text in task.texts)
    KEPT.write_text(whole.result().model_dump_json() + "\n", encoding="utf-8")
    said = LeftOut(tuning=whole.result().version, keys=keys, odds=Packed.of(odds, "int8"))
    left_out.PATH.write_text(said.model_dump_json() + "\n", encoding="utf-8")
    report(task, odds)


def report(task: Task, odds: Odds) -> None:
    """How often the likeliest label is right where it was left out."""
    for signal, one, truth in zip(
        SIGNALS, np.split(odds, np.cumsum(task.sizes)[:-1], axis=1), task.truth.T, strict=True
    ):
        print(f"{signal}: accuracy {float((one.argmax(axis=1) == truth).mean()):.3f}")
    print(f"{KEPT}: {KEPT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
