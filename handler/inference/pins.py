"""What the lock file pins: for each model its repository, revision and files, and where else they may be had."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files

from pydantic import BaseModel, ConfigDict


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
    """One model at one revision."""

    name: str
    repository: str
    revision: str
    licence: str
    profiles: tuple[str, ...]
    files: Mapping[str, FilePin]
    mirror: Mirror | None = None

    @property
    def folder(self) -> str:
        """The name of its folder in a model directory."""
        return f"{self.name}-{self.revision[:12]}"


def model_pins() -> dict[str, ModelPin]:
    """Every pinned model by name, from ``models.lock.toml``."""
    lock = tomllib.loads(files("handler.inference").joinpath("models.lock.toml").read_text(encoding="utf-8"))
    return {name: ModelPin(name=name, **entry) for name, entry in lock["models"].items()}
