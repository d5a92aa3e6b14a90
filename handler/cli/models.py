"""``models``: the pinned weights, fetched, checked and converted."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from handler import bootstrap
from handler.domain.errors import EnrichmentError
from handler.inference.artifacts import converted_folder, source_folder, verify_files, verify_manifest
from handler.inference.pins import ModelPin, model_pins
from handler.inference.provision import provision
from handler.settings import Settings

app = typer.Typer(help="Model weights: what is pinned, fetched and verified.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Local = Annotated[
    Path | None, typer.Option("--from", help="Take the files from this folder.", exists=True, file_okay=False)
]


@app.command("list")
def list_models(as_json: AsJson = False) -> None:  # noqa: FBT002 - typer's way to declare a switch
    """Shows every pinned model, and what of it is here."""
    settings = Settings()
    rows = [_row(pin, settings) for pin in model_pins().values()]
    if as_json:
        typer.echo(json.dumps(rows))
        return
    table = Table(*rows[0], title=str(bootstrap.model_root(settings)), title_justify="left")
    for row in rows:
        table.add_row(*map(str, row.values()))
    Console().print(table)


@app.command("fetch")
def fetch_models(local: Local = None) -> None:
    """Downloads what is missing, verifies every file, and converts it for the engine. Safe to repeat."""
    settings = Settings()
    root, precision = bootstrap.model_root(settings), settings.embedding_precision
    for pin in model_pins().values():
        typer.echo(provision(pin, root, _say, precision=precision, local=local))


@app.command("verify")
def verify_models() -> None:
    """Checks every file that is here against its sha256. Exits 1 if one is missing or differs."""
    settings = Settings()
    sound = [_verify(pin, settings) for pin in model_pins().values()]
    raise typer.Exit(0 if all(sound) else 1)


def _verify(pin: ModelPin, settings: Settings) -> bool:
    root = bootstrap.model_root(settings)
    source, converted = source_folder(root, pin), converted_folder(root, pin, settings.embedding_precision)
    try:
        verify_manifest(converted, pin)
        if source.is_dir():
            verify_files(source, pin.files)
    except EnrichmentError as error:
        typer.echo(f"{pin.name}: {error}", err=True)
        return False
    typer.echo(f"{pin.name}: verified")
    return True


def _row(pin: ModelPin, settings: Settings) -> dict[str, object]:
    root = bootstrap.model_root(settings)
    return {
        "model": pin.name,
        "repository": pin.repository,
        "revision": pin.revision[:12],
        "licence": pin.licence,
        "megabytes": round(sum(file.size for file in pin.files.values()) / 1e6, 1),
        "fetched": source_folder(root, pin).is_dir(),
        "converted": converted_folder(root, pin, settings.embedding_precision).is_dir(),
    }


def _say(line: str) -> None:
    typer.echo(line, err=True)
