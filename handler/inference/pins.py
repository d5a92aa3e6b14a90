"""What is pinned: for each model its repository, revision and files, and where else they may be had.

The package's lock comes first; entries of ``models.lock.toml`` in the model directory take the place of its own.
``ticket-processor models lock`` writes them, from a download that the user trusts.
"""

import json
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from handler.domain.errors import ModelUnavailable

LOCK = "models.lock.toml"


class _Pinned(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FilePin(_Pinned):
    """One file: its size in bytes and its sha256, 64 hexadecimal digits."""

    size: int
    sha256: str


class Mirror(_Pinned):
    """A wheel on the Python package index that carries the files in ``folder``."""

    requirement: str
    wheel: str
    folder: str
    sha256: str


class ModelPin(_Pinned):
    """One model at one revision. Without files it is named, but not pinned yet."""

    name: str
    repository: str
    revision: str
    licence: str
    profiles: tuple[str, ...]
    files: Mapping[str, FilePin] = {}
    mirror: Mirror | None = None

    @property
    def folder(self) -> str:
        """The name of its folder in a model directory."""
        return f"{self.name}-{self.revision[:12]}"

    def to_toml(self) -> str:
        """The entry of a lock file. JSON's strings are TOML's."""
        named = {"repository": self.repository, "revision": self.revision, "licence": self.licence}
        lines = [f"[models.{self.name}]", *(f"{key} = {json.dumps(value)}" for key, value in named.items())]
        lines += [f"profiles = {json.dumps(self.profiles)}", "", f"[models.{self.name}.files]"]
        lines += [f'{json.dumps(n)} = {{ size = {f.size}, sha256 = "{f.sha256}" }}' for n, f in self.files.items()]
        return "\n".join(lines) + "\n"


def model_pins(root: Path | None = None) -> dict[str, ModelPin]:
    """Every model by name: the package's, and what the model directory ``root`` pins in their place.

    Raises ModelUnavailable, naming the file, if a lock cannot be read.
    """
    packaged = _read(files("handler.inference") / LOCK)
    own = root / LOCK if root else None
    return packaged | _read(own) if own and own.is_file() else packaged


def pin(pinned: ModelPin, root: Path) -> None:
    """Writes ``pinned`` into the model directory's own lock; its other entries stay."""
    own = root / LOCK
    entries = _read(own) if own.is_file() else {}
    entries[pinned.name] = pinned
    root.mkdir(parents=True, exist_ok=True)
    own.write_text("\n".join(entry.to_toml() for entry in entries.values()), encoding="utf-8")


def _read(lock: Any) -> dict[str, ModelPin]:
    """``lock`` is a path, or a resource of the package, which need not be a file."""
    try:
        entries = tomllib.loads(lock.read_text(encoding="utf-8"))["models"]
        return {name: ModelPin(name=name, **entry) for name, entry in entries.items()}
    except (ValueError, KeyError, TypeError, AttributeError, ValidationError, OSError) as error:
        raise ModelUnavailable(f"{lock} is not a lock file of models: {type(error).__name__}") from None
