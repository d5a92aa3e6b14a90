"""Nix without nixpkgs: a store of its own, nothing fetched, and the stub of tests/nix/stub in nixpkgs' place."""

import shutil
from pathlib import Path

import pytest

from tests.nix.evaluator import ROOT, Nix

SOURCES = ("flake.nix", "layers", ".flox", "handler", "pyproject.toml", "LICENSE")


@pytest.fixture(scope="session")
def nix(tmp_path_factory: pytest.TempPathFactory) -> Nix:
    """Nix on a copy of what a package is made of: a working tree holds much that a flake would have to copy."""
    if shutil.which("nix") is None:
        pytest.fail("nix is not installed: run these tests with `make nix`")
    home = tmp_path_factory.mktemp("nix").resolve()
    project = home / "project"
    project.mkdir()
    for name in SOURCES:
        _copy(ROOT / name, project / name)
    return Nix(home, project)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)
