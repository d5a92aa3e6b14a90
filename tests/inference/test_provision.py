"""From nothing to a model that runs, and back from damage."""

from collections.abc import Callable
from pathlib import Path

import pytest

from handler import profiles
from handler.inference.artifacts import converted_folder, source_folder, verify_files, verify_manifest
from handler.inference.pins import model_pins
from handler.inference.provision import provision
from handler.settings import Settings

PIN = model_pins()["minilm"]

pytestmark = pytest.mark.models


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A model directory of its own, filled from the files that are here."""
    provision(PIN, tmp_path, print, local=source_folder(profiles.model_root(Settings()), PIN))
    return tmp_path


def flip_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    "damage",
    [
        lambda root: flip_a_byte(converted_folder(root, PIN, "int8") / "model.bin"),
        lambda root: (converted_folder(root, PIN, "int8") / "tokenizer.json").unlink(),
        lambda root: (converted_folder(root, PIN, "int8") / "manifest.json").write_text("{}"),
    ],
)
def test_a_damaged_model_is_made_anew(root: Path, damage: Callable[[Path], object]) -> None:
    """Fetching again mends it, from the sources that are there."""
    damage(root)
    verify_manifest(provision(PIN, root, print), PIN)


def test_damaged_sources_are_not_converted(root: Path, tmp_path: Path) -> None:
    """Wrong weights would give wrong labels without a word."""
    good = source_folder(profiles.model_root(Settings()), PIN)
    flip_a_byte(source_folder(root, PIN) / "model.safetensors")
    flip_a_byte(converted_folder(root, PIN, "int8") / "model.bin")
    verify_manifest(provision(PIN, root, print, local=good), PIN)
    verify_files(source_folder(root, PIN), PIN.files)
