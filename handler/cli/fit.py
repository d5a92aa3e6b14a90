"""``fit``: heads of one's own, from labelled tickets."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from handler.cli.answers import AsJson, complain, say, say_json
from handler.cli.chosen import Backend, Profile, chosen_settings
from handler.cli.evaluate import Files, Map, rows_of
from handler.evaluation import evaluate as evaluating
from handler.evaluation import labelled
from handler.fitting import fit as fitting
from handler.fitting.verdict import Verdict
from handler.local import screen

Out = Annotated[
    Path, typer.Option("--out", metavar="FILE", help="Where the heads are written; TICKETS_HEADS names it.")
]


class Signal(StrEnum):
    """What a head can say; typer knows no list of literals."""

    INTENT = "intent"
    URGENCY = "urgency"
    SENTIMENT = "sentiment"


Only = Annotated[
    list[Signal] | None,
    typer.Option(help="Fit this signal; for the others what is in use stays. May be repeated."),
]

_HEAD = [
    "signal",
    "rows",
    "measure",
    "in use",
    "fitted",
    "gain, 95 of 100 times",
    "accuracy in use",
    "accuracy fitted",
    "calibration error in use",
    "calibration error fitted",
]


def fit(  # noqa: PLR0913 - the command's options
    files: Files,
    names: Map = None,
    out: Out = Path("heads.json"),
    only: Only = None,
    *,
    profile: Profile = None,
    backend: Backend = None,
    as_json: AsJson = False,
) -> None:
    """Fit heads and their calibration to your own labelled tickets, and say whether they are better.

    Scores are cross-validated: each ticket is labelled by heads that did not see it, nor any of its group.
    """
    settings = chosen_settings(profile=profile, backend=backend)
    every = labelled.only(rows_of(files, labelled.columns(names)), only or labelled.SIGNALS)
    rows = fitting.evenly(every)
    if len(rows) < len(every):
        complain(f"of {len(every)} rows {len(rows)} are used, evenly drawn: more would take hours")
    sources = [labelled.source(file) for file in files]
    flattered = evaluating.fitted_on(settings, sources)
    found = fitting.fit(settings, rows, sources, lambda signal: complain(f"fitting {signal}"))
    out.write_text(found.file.model_dump_json() + "\n", encoding="utf-8")
    left_out = fitting.method(rows)
    if as_json:
        verdicts = [one.to_row() for one in found.verdicts]
        say_json({"heads": found.file.version, "left_out": left_out, "flattered": flattered, "verdicts": verdicts})
        return
    screen.stdout().print(_table(found.verdicts))
    for one in found.verdicts:
        say(_sentence(one))
    if flattered:
        say(f"the heads in use were fitted on {', '.join(flattered)}: what they reach there proves nothing")
    say(f"{out}: heads {found.file.version}, rows left out {left_out}; TICKETS_HEADS={out} uses them")


def _table(verdicts: Sequence[Verdict]) -> Table:
    return screen.table("Cross-validated", _HEAD, [_row(one) for one in verdicts])


def _row(one: Verdict) -> list[object]:
    return [
        one.signal,
        one.fitted.rows,
        _measure(one),
        f"{one.used.headline:.3f}",
        f"{one.fitted.headline:.3f}",
        f"{one.low:+.3f} to {one.high:+.3f}",
        f"{one.used.accuracy:.3f}",
        f"{one.fitted.accuracy:.3f}",
        f"{one.used.calibration_error:.3f}",
        f"{one.fitted.calibration_error:.3f}",
    ]


def _sentence(one: Verdict) -> str:
    numbers = f"{_measure(one)} {one.used.headline:.3f} with what is in use, {one.fitted.headline:.3f} fitted"
    return f"{one.signal}: {one.opinion} ({numbers})"


def _measure(one: Verdict) -> str:
    return "macro-F1" if one.fitted.kappa is None else "kappa"
