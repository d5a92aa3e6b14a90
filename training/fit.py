"""Fits the shipped heads: ``python -m training.fit [--out FILE]``, by the same code as ``ticket-processor fit``.

Fitted on the tickets of ``tickets/`` but for the files called heldout_*, and on the taxonomy's examples. Settings were chosen by
leaving one style out at a time; the same predictions give the temperature. What is held out is scored once, by ``evaluate``.
"""

import argparse
from pathlib import Path

from handler.evaluation import labelled
from handler.fitting.fit import fit
from handler.fitting.verdict import Verdict
from handler.settings import Settings

TICKETS = Path(__file__).parent / "tickets"
OUT = Path(__file__).parents[1] / "handler/pipeline/heads.json"
HELD_OUT = "heldout"


def report(one: Verdict) -> str:
    """Scores with one style left out at a time."""
    kappa = "" if one.fitted.kappa is None else f", kappa {one.fitted.kappa:.3f}"
    error = f", calibration error {one.fitted.calibration_error:.3f}"
    return f"{one.signal}: {one.fitted.rows} tickets, macro-F1 {one.fitted.macro_f1:.3f}{kappa}{error}"


def main(out: Path) -> None:
    """Fits, reports and writes. Whatever the environment says: these are the shipped heads."""
    paths = [path for path in sorted(TICKETS.glob("*.jsonl")) if not path.name.startswith(HELD_OUT)]
    rows = [row for path in paths for row in labelled.read(path, labelled.Columns())]
    settings = Settings(heads="off", taxonomy=None, profile="fast", pii="mask")
    found = fit(settings, rows, [labelled.source(path) for path in paths], print)
    for one in found.verdicts:
        print(report(one))
    out.write_text(found.file.model_dump_json() + "\n", encoding="utf-8")
    print(f"{out}: {out.stat().st_size} bytes")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m training.fit")
    parser.add_argument("--out", type=Path, default=OUT)
    main(parser.parse_args().out)
