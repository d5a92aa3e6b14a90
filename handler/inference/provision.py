"""From nothing to a model that runs: fetched, verified, converted."""

from pathlib import Path

from handler.inference.artifacts import (
    converted_folder,
    keep_if_sound,
    source_folder,
    verify_files,
    verify_manifest,
)
from handler.inference.conversion.convert import Precision, convert
from handler.inference.fetch import Report, fetch
from handler.inference.pins import ModelPin


def provision(
    pin: ModelPin, root: Path, report: Report, *, precision: Precision = "int8", local: Path | None = None
) -> Path:
    """The folder of the converted model; what is there and sound is kept, what is damaged made anew.

    Raises ModelUnavailable.
    """
    converted, source = converted_folder(root, pin, precision), source_folder(root, pin)
    if keep_if_sound(converted, lambda: verify_manifest(converted, pin)):
        return converted
    keep_if_sound(source, lambda: verify_files(source, pin.files))
    return convert(pin, fetch(pin, root, report, local), root, precision)
