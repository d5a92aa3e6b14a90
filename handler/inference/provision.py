"""From nothing to a model that runs: fetched, verified, converted."""

from pathlib import Path

from handler.inference.artifacts import converted_folder
from handler.inference.convert import Precision, convert
from handler.inference.fetch import Report, fetch
from handler.inference.pins import ModelPin


def provision(
    pin: ModelPin, root: Path, report: Report, *, precision: Precision = "int8", local: Path | None = None
) -> Path:
    """The folder of the converted model; what is there already is kept. Raises ModelUnavailable."""
    folder = converted_folder(root, pin, precision)
    if folder.is_dir():
        return folder
    return convert(pin, fetch(pin, root, report, local), root, precision)
