"""``models``: the pinned weights, fetched, checked and converted."""

import json
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from handler import profiles
from handler.cli.chosen import Profile, chosen_settings
from handler.domain.errors import EnrichmentError
from handler.inference.artifacts import converted_folder, source_folder, verify_files, verify_manifest
from handler.inference.conversion.convert import Precision, convert
from handler.inference.fetch import fetch
from handler.inference.pins import ModelPin, model_pins
from handler.inference.pins import pin as write_pin
from handler.inference.provision import provision
from handler.inference.trust import from_hub, pin_of
from handler.settings import Settings

app = typer.Typer(help="Model weights: what is pinned, fetched and verified.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Folder = Annotated[
    Path | None, typer.Option("--from", help="Take the files from this folder.", exists=True, file_okay=False)
]
Names = Annotated[list[str], typer.Argument(help="Models by the names that 'models list' shows.")]
Repository = Annotated[str | None, typer.Option(help="A repository of the hub in place of the pinned one.")]
Revision = Annotated[str | None, typer.Option(help="A branch, tag or commit of it.")]


@app.command("list")
def list_models(as_json: AsJson = False) -> None:  # noqa: FBT002 - typer's way to declare a switch
    """Shows every model, and what of it is here."""
    settings = Settings()
    rows = [_row(pin, settings) for pin in model_pins(profiles.model_root(settings)).values()]
    if as_json:
        typer.echo(json.dumps(rows))
        return
    table = Table(*rows[0], title=str(profiles.model_root(settings)), title_justify="left")
    for row in rows:
        table.add_row(*map(str, row.values()))
    Console().print(table)


@app.command("fetch")
def fetch_models(local: Folder = None, profile: Profile = None) -> None:
    """Downloads what a profile lacks, verifies every file, and converts it for the engine. Safe to repeat.

    With --from, the files of each model lie in the folder itself or in a folder in it that has the model's name.
    """
    settings = chosen_settings(profile=profile)
    for pin in profiles.pins(settings).values():
        named = local / pin.name if local and (local / pin.name).is_dir() else local
        precision = precision_of(pin, settings)
        typer.echo(provision(pin, profiles.model_root(settings), _say, precision=precision, local=named))


@app.command("convert")
def convert_models(profile: Profile = None) -> None:
    """Converts what was fetched, for the engine. What is converted already is kept."""
    settings = chosen_settings(profile=profile)
    root = profiles.model_root(settings)
    for pin in profiles.pins(settings).values():
        verify_files(source_folder(root, pin), pin.files)
        typer.echo(convert(pin, source_folder(root, pin), root, precision_of(pin, settings)))


@app.command("verify")
def verify_models(profile: Profile = None) -> None:
    """Checks every file of a profile against its sha256. Exits 1 if one is missing or differs."""
    settings = chosen_settings(profile=profile)
    sound = [_verify(pin, settings) for pin in profiles.pins(settings).values()]
    raise typer.Exit(0 if all(sound) else 1)


@app.command("lock")
def lock_models(names: Names, local: Folder = None, repository: Repository = None, revision: Revision = None) -> None:
    """Pins models as they are now, from a folder or the hub: do this once, with a download that you trust.

    Writes models.lock.toml into the model directory; from then on every file is checked against it.
    """
    root = profiles.model_root(Settings())
    known = model_pins(root)
    if unknown := [name for name in names if name not in known]:
        raise typer.BadParameter(f"no such model: {', '.join(unknown)}; there are {', '.join(known)}")
    for name in names:
        named = known[name].model_copy(update={"repository": repository or known[name].repository})
        typer.echo(_lock(named, root, local, revision).to_toml())


def _lock(named: ModelPin, root: Path, local: Path | None, revision: str | None) -> ModelPin:
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root, prefix=".lock-") as scratch:
        folder = local or Path(scratch)
        commit = revision if local else from_hub(named.repository, revision or named.revision, folder)
        locked = pin_of(named, folder, commit)
        write_pin(locked, root)
        fetch(locked, root, _say, folder)
    return locked


def precision_of(pin: ModelPin, settings: Settings) -> Precision:
    """The embedding may be kept in float32; the other models run in int8."""
    return settings.embedding_precision if pin.name == "minilm" else "int8"


def _verify(pin: ModelPin, settings: Settings) -> bool:
    root = profiles.model_root(settings)
    source, converted = source_folder(root, pin), converted_folder(root, pin, precision_of(pin, settings))
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
    root = profiles.model_root(settings)
    return {
        "model": pin.name,
        "repository": pin.repository,
        "revision": pin.revision[:12],
        "licence": pin.licence,
        "profiles": ", ".join(pin.profiles),
        "pinned": bool(pin.files),
        "megabytes": round(sum(file.size for file in pin.files.values()) / 1e6, 1),
        "fetched": source_folder(root, pin).is_dir(),
        "converted": converted_folder(root, pin, precision_of(pin, settings)).is_dir(),
    }


def _say(line: str) -> None:
    typer.echo(line, err=True)
