"""The fast profile as Lambda layers, for functions without an image: ``make layer``.

Two zips, in the order in which they change: the dependencies, as requirements/runtime.txt pins them, and the converted
MiniLM. Beside them on stdout: bytes by package, and whether it all fits. The same input gives the same bytes.
"""

import argparse
import json
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from handler.inference.artifacts import converted_folder
from handler.inference.pins import model_pins
from handler.inference.provision import provision
from handler.profiles import model_root
from handler.settings import Settings

ROOT = Path(__file__).parents[1]
LIMIT = 262_144_000  # function and layers, unzipped: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can hold
PYTHON = "python"  # where Lambda looks in a layer: /opt/python
MODELS = "models"  # TICKETS_MODEL_DIR=/opt/models
DEPENDENCIES_ZIP = "ticket-processor-dependencies.zip"
MODELS_ZIP = "ticket-processor-models.zip"
ENGINE = "ctranslate2/_ext.*.so"  # 67 MB of its wheel's 68 are debugging information

# Never part of a layer: programs, which have the builder's own paths in them, and what an interpreter compiles.
PROGRAMS, COMPILED = "bin", "__pycache__"


def install(target: Path, version: str | None = None) -> None:
    """The dependencies, with hashes, for this machine's processor and a Python ``version`` (this one if unset)."""
    elsewhere = [] if version is None else ["--python-version", version, "--implementation", "cp", *_platforms()]
    options = ["--quiet", "--disable-pip-version-check", "--no-compile", "--no-deps", "--require-hashes"]
    locked = ["--target", str(target), "--requirement", str(ROOT / "requirements/runtime.txt")]
    subprocess.run([sys.executable, "-m", "pip", "install", *options, *elsewhere, *locked], check=True)  # noqa: S603 - ours


def _platforms() -> Iterator[str]:
    """What the wheels of Amazon Linux 2023, which has glibc 2.34, may have been built for."""
    machine = platform.machine()
    for name in ("manylinux_2_34", "manylinux_2_28", "manylinux_2_27", "manylinux_2_17", "manylinux2014"):
        yield from ("--platform", f"{name}_{machine}")


def strip_engine(folder: Path) -> None:
    """Takes the debugging information out of the engine's Python module. Raises where it is not as expected.

    No other library: those that were moved about in their wheel (numpy's) do not survive it.
    """
    if shutil.which("strip") is None:
        raise SystemExit("layer: strip is missing: apt-get install binutils")
    [module] = folder.glob(ENGINE)
    subprocess.run(["strip", "--strip-debug", str(module)], check=True)  # noqa: S603, S607 - looked for above


def sizes(folder: Path) -> dict[str, int]:
    """Bytes by what lies at the top, the largest first; a package's own libraries and its metadata count as its own."""
    found: dict[str, int] = {}
    for file in files(folder):
        top = file.relative_to(folder).parts[0].removesuffix(".libs").partition("-")[0].lower()
        found[top] = found.get(top, 0) + file.stat().st_size
    return dict(sorted(found.items(), key=lambda entry: -entry[1]))


def files(folder: Path) -> list[Path]:
    """Every file that belongs into a layer, in an order that does not depend on the disk."""
    places = {path: path.relative_to(folder).parts for path in folder.rglob("*") if path.is_file()}
    return sorted(path for path, parts in places.items() if parts[0] != PROGRAMS and COMPILED not in parts)


def archive(folder: Path, inside: str, target: Path) -> None:
    """A zip of ``folder`` under the name ``inside``: no moments, no owners, no order of the disk."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w") as made:
        for file in files(folder):
            entry = zipfile.ZipInfo(f"{inside}/{file.relative_to(folder)}", EPOCH)
            entry.external_attr = (0o755 if file.suffix == ".so" else 0o644) << 16
            made.writestr(entry, file.read_bytes(), zipfile.ZIP_DEFLATED, 9)


def models(target: Path, root: Path) -> None:
    """The converted MiniLM as a model directory of its own; it is made first where it is missing."""
    pin = model_pins(root)["minilm"]
    provision(pin, root, _say)
    shutil.copytree(converted_folder(root, pin, "int8"), converted_folder(target, pin, "int8"))


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def build(output: Path, version: str | None = None) -> dict[str, int]:
    """Both zips in ``output``; bytes unzipped by package, with the code's."""
    with tempfile.TemporaryDirectory() as scratch:
        dependencies, weights = Path(scratch) / "dependencies", Path(scratch) / "models"
        install(dependencies, version)
        strip_engine(dependencies)
        models(weights, model_root(Settings()))
        archive(dependencies, PYTHON, output / DEPENDENCIES_ZIP)
        archive(weights, MODELS, output / MODELS_ZIP)
        code = sum(file.stat().st_size for file in files(ROOT / "handler"))
        return {**sizes(dependencies), "(MiniLM)": sum(sizes(weights).values()), "(handler)": code}


def main() -> None:
    """Builds and reports; exits with 1 where it does not fit."""
    parser = argparse.ArgumentParser(prog="make layer", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--python-version", help="the function's Python, such as 3.13; this one's by default")
    parser.add_argument("--output", type=Path, default=ROOT / "build/layer", help="where the zips go")
    chosen = parser.parse_args()
    found = build(chosen.output, chosen.python_version)
    total = sum(found.values())
    report = {"bytes": found, "total": total, "limit": LIMIT, "fits": total <= LIMIT}
    sys.stdout.write(json.dumps(report, indent=1) + "\n")
    sys.exit(0 if total <= LIMIT else 1)


if __name__ == "__main__":
    main()
