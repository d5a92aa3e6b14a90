"""``evaluate``: how good the labels are on tickets whose labels are known."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from handler.cli.answers import complain, counted
from handler.cli.chosen import Backend, Profile, chosen_settings
from handler.evaluation import evaluate as evaluating
from handler.evaluation import labelled, saved
from handler.evaluation.labelled import Columns, LabelledError, Row
from handler.evaluation.mistakes import worst
from handler.evaluation.page.report import report
from handler.evaluation.page.tables import NUMBERS, numbers
from handler.evaluation.run import Judged
from handler.evaluation.saved import Evaluation
from handler.evaluation.score import Score
from handler.local import screen
from handler.settings import Settings

Files = Annotated[list[Path], typer.Argument(help="JSON lines or CSV, labelled.")]
Map = Annotated[
    Path | None, typer.Option("--map", metavar="FILE", help="TOML: which column is what, and what its labels mean.")
]
WithoutHeads = Annotated[bool, typer.Option("--without-heads", help="By examples and rules alone.")]
Compare = Annotated[
    bool, typer.Option("--compare", help="Also without heads, by nearness alone and by keywords, on the same rows.")
]
Previous = Annotated[Path | None, typer.Option(metavar="FILE", help="An earlier run that --save wrote, side by side.")]
Save = Annotated[Path | None, typer.Option(metavar="FILE", help="Keep the scores here, as JSON without any text.")]
Page = Annotated[
    Path | None, typer.Option("--html", metavar="FILE", help="Write a report as one page; text is masked.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object instead of tables.")]


def evaluate(  # noqa: PLR0913 - the command's options
    files: Files,
    names: Map = None,
    profile: Profile = None,
    backend: Backend = None,
    *,
    without_heads: WithoutHeads = False,
    compare: Compare = False,
    previous: Previous = None,
    save: Save = None,
    html: Page = None,
    as_json: AsJson = False,
) -> None:
    """Score intent, urgency and sentiment on labelled tickets: accuracy, macro-F1, kappa, calibration, coverage."""
    settings = chosen_settings(profile=profile, backend=backend, heads="off" if without_heads else None)
    before = saved.load(previous) if previous else None
    what, found = _evaluated(settings, files, labelled.columns(names), compare=compare)
    if save:
        saved.save(save, what)
    if html:
        mistakes = {one.signal: worst(one.signal, found) for one in what.all}
        html.write_text(report(what, mistakes, before), encoding="utf-8")
    if as_json:
        typer.echo(json.dumps(_rows(what, before)))
        return
    for table in _tables(what, before):
        screen.stdout().print(table)


def rows_of(files: Sequence[Path], columns: Columns) -> list[Row]:
    """The labelled rows of the files. Raises LabelledError if there are none, OSError."""
    rows = [row for file in files for row in labelled.read(file, columns)]
    if not rows:
        raise LabelledError("no row has a label that is known here; --map says which column is what")
    return rows


def _evaluated(
    settings: Settings, files: Sequence[Path], columns: Columns, *, compare: bool
) -> tuple[Evaluation, list[Judged]]:
    rows = evaluating.known(settings, rows_of(files, columns))
    if unknown := sum(row.labels.get("intent") == labelled.NOT_IN_TAXONOMY for row in rows):
        complain(f"{counted(unknown, 'row')} with an intent that the taxonomy does not have: each counts as a mistake")
    found = evaluating.judge(settings, rows)
    what = evaluating.evaluation(settings, [labelled.source(file) for file in files], found)
    if what.fitted_on:
        complain(f"the heads in use were fitted on {', '.join(what.fitted_on)}: what they reach there proves nothing")
    if compare:
        what = what.model_copy(update={"compared": evaluating.comparisons(settings, found)})
    return what, found


def _rows(what: Evaluation, before: Evaluation | None) -> dict[str, object]:
    """Scores by group, as ever; what they are compared with goes by a name that no group has."""
    rows: dict[str, object] = {group: saved.to_rows(some) for group, some in what.groups.items()}
    beside = {who: some for who, some in saved.compared(what, before).items() if who != saved.THIS}
    return rows | ({"compared": {who: saved.to_rows(some) for who, some in beside.items()}} if beside else {})


def _tables(what: Evaluation, before: Evaluation | None) -> list[Table]:
    beside = saved.compared(what, before)
    shown = [_table("Scores", "group", what.groups)]
    return [*shown, _table("Side by side, all rows", "labels by", beside)] if len(beside) > 1 else shown


def _table(title: str, first: str, said: Mapping[str, Sequence[Score]]) -> Table:
    rows: list[list[object]] = [[name, one.signal, *numbers(one)] for name, some in said.items() for one in some]
    return screen.table(title, [first, "signal", *NUMBERS], rows)
