"""Flox's environments: the development one, and one for each image."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from pydantic import ValidationError

from tests.deploy.manifest import Manifest

ROOT = Path(__file__).parents[2]
ENVIRONMENTS = [ROOT, *sorted(folder.parent for folder in ROOT.glob("layers/*/.flox"))]
IMAGES = {"avx2": "x86_64-linux", "avx512": "x86_64-linux", "arm64": "aarch64-linux"}
VERBS = re.findall(r"^(\w+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def manifest(folder: Path) -> Manifest:
    return Manifest.model_validate(tomllib.loads((folder / ".flox/env/manifest.toml").read_text(encoding="utf-8")))


@pytest.mark.parametrize("folder", ENVIRONMENTS, ids=lambda folder: folder.name)
def test_every_environment_keeps_to_the_closed_schema(folder: Path) -> None:
    """With the file that makes the folder an environment; without a lock, which nobody here could have made."""
    assert manifest(folder)
    described = json.loads((folder / ".flox/env.json").read_text(encoding="utf-8"))
    assert ({"name", "version"}, 1) == (set(described), described["version"])
    assert not (folder / ".flox/env/manifest.lock").exists()


def test_each_image_has_an_environment_of_its_own() -> None:
    """AVX2 and AVX-512 are both x86_64-linux, so that one manifest cannot hold both."""
    assert set(IMAGES) == {folder.name for folder in ENVIRONMENTS[1:]}
    for variant, system in IMAGES.items():
        found = manifest(ROOT / "layers" / variant)
        assert [system] == found.options.systems
        assert f"@CATALOG@/ticket-processor-{variant}" == found.install["ticket-processor"].pkg_path
        assert found.containerize is not None
        assert variant == found.containerize.config.labels["ticket-processor.cpu-variant"]
        assert (ROOT / f".flox/pkgs/ticket-processor-{variant}.nix").is_file()


def test_images_run_without_privileges_and_write_nowhere() -> None:
    for variant in IMAGES:
        found = manifest(ROOT / "layers" / variant).containerize
        assert found is not None
        assert ("993:990", "/tmp") == (found.config.user, found.config.working_dir)  # noqa: S108 - Lambda's one writable place


def test_the_development_environment_serves_the_local_aws() -> None:
    """By verbs of the Makefile that there are."""
    services = manifest(ROOT).services
    assert ["aws"] == list(services)
    assert services["aws"].shutdown is not None
    for command in (services["aws"].command, services["aws"].shutdown.command):
        assert command.removeprefix("make ") in VERBS


HEADER = "version = 1\ninstall = {}\noptions.systems = ['x86_64-linux']\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("install = {}\noptions.systems = ['x86_64-linux']", "never both"),
        (f"{HEADER}schema-version = '1.10.0'", "never both"),
        (f"{HEADER}containerize.config.entrypoint = ['/bin/sh']", "entrypoint"),
        (f"{HEADER}containerize.config.exposed_ports = ['8080/tcp']", "exposed_ports"),
        (f"{HEADER}containerize.config.exposed-ports = ['8080']", "exposed-ports"),
        (f"{HEADER}vars.THREADS = 2", "vars.THREADS"),
        (f"{HEADER}services.aws = {{ command = 'make up', is-daemon = true }}", "shutdown.command"),
        ("version = 1\ninstall = {}\noptions.systems = ['amd64']", "systems"),
    ],
)
def test_the_schema_is_closed(text: str, reason: str) -> None:
    """A misspelled field would otherwise be a field that does nothing."""
    with pytest.raises(ValidationError, match=reason):
        Manifest.model_validate(tomllib.loads(text))
