"""Fits the shipped heads: ``python -m training.fit [--out FILE]``, by the same code as ``ticket-processor fit``.

Fitted on the tickets of ``shipped.py`` and on the taxonomy's examples. Settings were chosen by leaving one style out at
a time; the same predictions give the temperature. What is held out is never fitted to; ``evaluate`` scores it.
"""

import argparse
from dataclasses import replace
from pathlib import Path

from handler.evaluation import labelled
from handler.fitting.fit import fit
from handler.fitting.verdict import Verdict
from handler.inference import tuning
from handler.profiles import Models, models_of
from training import shipped
from training.left_out import Unseeing, left_out

OUT = Path(__file__).parents[1] / "handler/pipeline/heads.json"


def report(one: Verdict) -> str:
    """Scores with one style left out at a time."""
    kappa = "" if one.fitted.kappa is None else f", kappa {one.fitted.kappa:.3f}"
    error = f", calibration error {one.fitted.calibration_error:.3f}"
    return f"{one.signal}: {one.fitted.rows} tickets, macro-F1 {one.fitted.macro_f1:.3f}{kappa}{error}"


def unseeing() -> Models:
    """The models, as if none had been tuned on the tickets. Raises SystemExit."""
    models = models_of(shipped.SETTINGS)
    return replace(models, embedder=Unseeing(models.embedder, left_out(tuning.shipped())))


def main(out: Path) -> None:
    """Fits, reports and writes."""
    files = shipped.paths()
    sources = [labelled.source(path) for path in files]
    found = fit(shipped.SETTINGS, shipped.rows_of(files), sources, print, unseeing())
    for one in found.verdicts:
        print(report(one))
    out.write_text(found.file.model_dump_json() + "\n", encoding="utf-8")
    print(f"{out}: {out.stat().st_size} bytes")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m training.fit")
    parser.add_argument("--out", type=Path, default=OUT)
    main(parser.parse_args().out)
