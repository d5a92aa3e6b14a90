"""``evaluate``: how good the labels are on tickets whose labels are known."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from handler import bootstrap
from handler.cli.chosen import Backend, Profile, chosen_settings
from handler.evaluation import labelled
from handler.evaluation.run import RowByRow, Score, judged, scores
from handler.local import screen
from handler.service.core import Ports
from handler.storage.memory import MemoryDeadLetters, MemorySource, NoStore

Files = Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="JSON lines or CSV, labelled.")]
Map = Annotated[
    Path | None,
    typer.Option("--map", exists=True, dir_okay=False, help="TOML: which column is what, and what its labels mean."),
]


def evaluate(
    files: Files,
    names: Map = None,
    profile: Profile = None,
    backend: Backend = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of tables.")] = False,
) -> None:
    """Score intent, urgency and sentiment on labelled tickets: accuracy, macro-F1, kappa, calibration, coverage."""
    settings = chosen_settings(profile=profile, backend=backend)
    columns = labelled.columns(names)
    rows = [row for file in files for row in labelled.read(file, columns)]
    if not rows:
        raise typer.BadParameter("no row has a label that is known here")
    service = bootstrap.build(settings, Ports(RowByRow(rows), MemorySource(), NoStore(), MemoryDeadLetters()))
    found = list(judged(service, rows, settings.batch_size))
    groups = {"all": found} | {
        group: [one for one in found if one.row.group == group]
        for group in sorted({one.row.group for one in found} - {""})
    }
    said = {group: scores(some) for group, some in groups.items()}
    if as_json:
        typer.echo(json.dumps({group: [one.to_row() for one in some] for group, some in said.items()}))
        return
    screen.stdout().print(_table(said))


def _table(said: dict[str, list[Score]]) -> Table:
    head = [
        "group",
        "signal",
        "rows",
        "accuracy",
        "macro-F1",
        "kappa",
        "calibration error",
        "high or medium",
        "of these right",
    ]
    rows: list[list[object]] = [
        [
            group,
            one.signal,
            one.rows,
            f"{one.accuracy:.3f}",
            f"{one.macro_f1:.3f}",
            "" if one.kappa is None else f"{one.kappa:.3f}",
            f"{one.calibration_error:.3f}",
            f"{one.sure:.0%}",
            f"{one.sure_accuracy:.3f}",
        ]
        for group, some in said.items()
        for one in some
    ]
    return screen.table("Scores", head, rows)
