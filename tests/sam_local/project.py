"""What sam builds: a copy of the project, with the wheels of the lock and the models beside it, and its template.

A copy, so that nothing is written among the user's files, and nothing is fetched from inside of a build. All of it lies
in ``build/sam-local`` and stays there: ``docs/local-invoke.md`` invokes it by hand.
"""

import hashlib
import json
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handler.inference.cpu import WrongCpu, guard
from handler.operations.doctor.document import read
from layers.inventory import locked
from tests.sam_local.base import ROOT, Base
from tests.sam_local.engine import docker, last_words, refuse, say

FOLDER = ROOT / "build/sam-local"
COPIED = ("requirements/lambda.txt", "deploy/docker/Dockerfile", ".dockerignore")
GLIBC = ("2_36", "2_34", "2_28", "2_27", "2_17")  # what wheels for Debian 12 may have been built for

# sam hands a variable on only if the template declares it, and one that is declared hides the image's own.
DECLARED = {
    "AWS_ENDPOINT_URL": "",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "TICKETS_RESERVE_SECONDS": "",
    "TICKETS_MODEL_DIR": "/opt/models",
}


@dataclass(frozen=True)
class Project:
    """A copy that can be built, and what it is built as."""

    folder: Path
    base: Base
    variant: str
    profile: str

    @property
    def template(self) -> Path:
        """The template that sam reads."""
        return self.folder / "template.json"

    def tag(self, target: str) -> str:
        """The name of the image of a target of the Dockerfile."""
        return f"ticket-processor-{target}:{self.profile}"

    def build(self, target: str) -> str:
        """The name of that image, which Docker makes; where sam made one before, only the last lines are new."""
        given = [part for name, value in self.arguments().items() for part in ("--build-arg", f"{name}={value}")]
        place = ["--file", str(self.folder / "deploy/docker/Dockerfile"), str(self.folder)]
        docker("build", "--quiet", "--target", target, "--tag", self.tag(target), *given, *place)
        return self.tag(target)

    def arguments(self) -> dict[str, str]:
        """The Dockerfile's."""
        return {
            "PYTHON": self.base.python,
            "BUILDER": self.base.builder,
            "VARIANT": self.variant,
            "PROFILE": self.profile,
        }


def variant() -> str:
    """The largest that the template knows and this machine can run."""
    for name in ("avx2", "arm64"):
        try:
            guard(name)
        except WrongCpu:
            continue
        return name
    return "generic"


def stage(base: Base, profile: str, models: Path) -> Project:
    """The copy for one profile. ``models`` is a model directory that has its converted models."""
    project = Project(FOLDER / profile, base, variant(), profile)
    shutil.rmtree(project.folder, ignore_errors=True)
    for name in COPIED:
        (project.folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, project.folder / name)
    shutil.copytree(ROOT / "handler", project.folder / "handler", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(_wheels(base.version), project.folder / ".wheelhouse")
    _copy_models(models, project.folder / ".models")
    project.template.write_text(json.dumps(template(project), indent=1), encoding="utf-8")
    return project


def _copy_models(models: Path, target: Path) -> None:
    """What runs, and the lock that names it; the build verifies both."""
    if not (models / "converted").is_dir():
        refuse(f"there are no models in {models}: make models")
    shutil.copytree(models / "converted", target / "converted", ignore=shutil.ignore_patterns(".*", "*-float32"))
    if (models / "models.lock.toml").is_file():
        shutil.copyfile(models / "models.lock.toml", target / "models.lock.toml")


def template(project: Project) -> dict[str, Any]:
    """The project's template, built with other arguments, and with what a local AWS needs declared beside."""
    body = read(ROOT / "template.yaml")
    function = body["Resources"]["Function"]
    image, _, tag = project.tag("sam").partition(":")
    function["Metadata"] |= {"DockerBuildArgs": project.arguments(), "DockerImage": image, "DockerTag": tag}
    function["Properties"]["Environment"]["Variables"] |= DECLARED
    return body


def write_variables(project: Project, variables: Mapping[str, str]) -> Path:
    """What the function's variables are set to, as sam reads it."""
    path = project.folder / "env.json"
    path.write_text(json.dumps({"Parameters": dict(variables)}, indent=1), encoding="utf-8")
    return path


def _wheels(version: str) -> Path:
    """The lock's wheels for that Python, by their hashes; downloaded once for each lock."""
    lock = locked((ROOT / "requirements/lambda.txt").read_text(encoding="utf-8"))
    digest = hashlib.sha256(lock.encode()).hexdigest()[:8]
    folder = FOLDER / f"wheels-py{version}-{platform.machine()}-{digest}"
    if folder.is_dir():
        return folder
    say(f"downloading the wheels of requirements/lambda.txt for Python {version}")
    part = folder.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    (FOLDER / "lambda.txt").write_text(lock, encoding="utf-8")
    _download(part, version)
    return part.rename(folder)


def _download(folder: Path, version: str) -> None:
    options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes", "--only-binary=:all:"]
    target = ["--python-version", version, "--implementation", "cp", *_platforms()]
    place = ["--dest", str(folder), "--requirement", str(FOLDER / "lambda.txt")]
    command = [sys.executable, "-m", "pip", "download", *options, *target, *place]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode:
        refuse(f"the wheels of requirements/lambda.txt cannot be downloaded: {last_words(done.stderr)}")


def _platforms() -> Iterator[str]:
    for glibc in GLIBC:
        yield from ("--platform", f"manylinux_{glibc}_{platform.machine()}")
    yield from ("--platform", f"manylinux2014_{platform.machine()}")
