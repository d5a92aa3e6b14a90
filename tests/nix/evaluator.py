"""Nix, asked from the tests."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handler.inference.artifacts import default_root, source_folder
from handler.inference.pins import model_pins

ROOT = Path(__file__).parents[2]
STUB = ROOT / "tests/nix/stub"
SYSTEMS = {"x86_64-linux", "aarch64-linux"}
CONFIG = "\n".join(
    ("build-users-group =", "substituters =", "sandbox = false", "experimental-features = nix-command flakes")
)
STUBBED = ("--no-write-lock-file", "--override-input", "nixpkgs", f"path:{STUB}")


@dataclass(frozen=True)
class Nix:
    """Nix with its store in ``home``, and a copy of the ``project`` to evaluate."""

    home: Path
    project: Path

    def run(self, *command: str, expected: int = 0) -> str:
        """What it prints on stdout; on stderr, where it is expected to fail."""
        done = subprocess.run(command, env=self._environment(), capture_output=True, text=True, check=False)
        assert expected == done.returncode, done.stderr
        return done.stderr if expected else done.stdout

    def flake(self, attribute: str, *options: str) -> Any:
        """An attribute of the flake, evaluated against the stub."""
        return json.loads(self.run("nix", "eval", "--json", f"path:{self.project}#{attribute}", *STUBBED, *options))

    def file(self, path: str) -> Any:
        """What a file of data holds."""
        return json.loads(self.run("nix", "eval", "--json", "--file", str(self.project / path)))

    def expression(self, text: str) -> Any:
        """The value of an expression."""
        return json.loads(self.run("nix", "eval", "--impure", "--json", "--expr", text))

    def build(self, path: str, arguments: str) -> Path:
        """What callPackage makes of a file, built truly: its Python is this one."""
        return Path(
            self.run(
                "nix-build",
                "--no-out-link",
                "--expr",
                f"({self.stub(host=True)}).callPackage {self.project / path} {arguments}",
            ).strip()
        )

    def refused(self, path: str, arguments: str) -> str:
        """Why callPackage will not make anything of a file."""
        text = f"(({self.stub()}).callPackage {self.project / path} {arguments}).drvPath"
        return self.run("nix", "eval", "--impure", "--json", "--expr", text, expected=1)

    def stub(self, system: str = "x86_64-linux", *, host: bool = False) -> str:
        """The expression of the stub's packages."""
        downloads = source_folder(default_root(), model_pins()["minilm"])
        running = f'host = "{sys.executable}"; downloads = "{downloads}"; ' if host else ""
        return f'import {STUB}/packages.nix {{ system = "{system}"; {running}}}'

    def closure(self, drv: str) -> list[dict[str, str]]:
        """A derivation and all that it is made of: what the builders' environments hold."""
        return [derivation["env"] for derivation in self._shown("-r", drv).values()]

    def part(self, drv: str, *names: str) -> dict[str, str]:
        """The environment of an input of a derivation, or of an input's input."""
        shown = self._shown(drv)[drv]
        if not names:
            return dict(shown["env"])
        inputs = {Path(path).stem.partition("-")[2]: path for path in shown["inputDrvs"]}
        assert names[0] in inputs
        return self.part(inputs[names[0]], *names[1:])

    def _shown(self, *arguments: str) -> dict[str, Any]:
        return dict(json.loads(self.run("nix", "show-derivation", *arguments)))

    def _environment(self) -> dict[str, str]:
        places = {f"NIX_{kind}_DIR": str(self.home / kind.lower()) for kind in ("STORE", "STATE", "LOG", "CONF")}
        return os.environ | places | {"NIX_CONFIG": CONFIG, "HOME": str(self.home), "NIX_REMOTE": ""}
