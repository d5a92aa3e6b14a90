"""What is in the function's image, for who has to answer for it: ``make sbom``, ``make audit``.

Both look at the lock that the Dockerfile installs, by the tools of others: cyclonedx-py lists it as CycloneDX, to which
the models are added; pip-audit looks it up in PyPI's list of known vulnerabilities.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

from handler.inference.pins import ModelPin, model_pins

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements/lambda.txt"
LEFT_OUT = "localstack-client"  # as the Dockerfile does
FOUND, TRY_LATER = 1, 75
SKIPPED = "skip_reason"


def locked(lock: str) -> str:
    """The lock as the Dockerfile takes it: without what is for the local AWS alone."""
    entries = re.split(r"(?m)^(?=[^ #\n])", lock)
    return "".join(entry for entry in entries if not entry.startswith((f"{LEFT_OUT}==", " ", "#", "\n")))


def pins(lock: str) -> dict[str, str]:
    """Versions by name."""
    return dict(re.findall(r"^([\w.-]+)==(\S+)", lock, re.MULTILINE))


def sbom(tool: Path, lock: Path, output: Path) -> None:
    """The image's libraries and models in ``output``. Fails where the tool lists others than the lock."""
    project = ["--pyproject", str(ROOT / "pyproject.toml"), "--output-reproducible", "--of", "JSON"]
    _run([str(tool / "bin/cyclonedx-py"), "requirements", *project, str(lock)], output)
    document: dict[str, Any] = json.loads(output.read_text(encoding="utf-8"))
    listed = {one["name"]: one["version"] for one in document["components"]}
    if listed != pins(lock.read_text(encoding="utf-8")):
        _fail("sbom: the list is not that of the lock", FOUND)
    models = [component(pin) for pin in model_pins().values() if pin.files]
    document["components"] += models
    output.write_text(json.dumps(document, indent=1), encoding="utf-8")
    print(f"{output}: CycloneDX {document['specVersion']}, {len(listed)} libraries, {len(models)} model")  # noqa: T201


def component(pin: ModelPin) -> dict[str, Any]:
    """A model as CycloneDX names one, with the sha256 of each of its files."""
    files = [
        {"type": "file", "name": name, "hashes": [{"alg": "SHA-256", "content": file.sha256}]}
        for name, file in pin.files.items()
    ]
    return {
        "type": "machine-learning-model",
        "bom-ref": pin.folder,
        "name": pin.repository,
        "version": pin.revision,
        "licenses": [{"license": {"id": pin.licence}}],
        "components": files,
    }


def audit(tool: Path, lock: Path, output: Path) -> None:
    """Prints each known vulnerability. Fails where there is one, and where not all could be looked up."""
    options = ["--require-hashes", "--disable-pip", "--progress-spinner", "off", "--format", "json"]
    command = [str(tool / "bin/pip-audit"), *options, "--output", str(output), "--requirement", str(lock)]
    output.unlink(missing_ok=True)
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    if not output.is_file():
        _fail(f"audit: the list of vulnerabilities cannot be read: {_last(done.stderr)}", TRY_LATER)
    _report(json.loads(output.read_text(encoding="utf-8"))["dependencies"])


def _report(looked_up: list[dict[str, Any]]) -> None:
    found = [(one, fault) for one in looked_up for fault in one.get("vulns", [])]
    for one, fault in found:
        print(f"{one['name']} {one['version']}: {fault['id']}, mended in {fault['fix_versions']}")  # noqa: T201
    skipped = [one for one in looked_up if SKIPPED in one]
    if found:
        _fail(f"audit: {len(found)} known vulnerabilities", FOUND)
    if skipped or not looked_up:
        first = f" ({skipped[0][SKIPPED]})" if skipped else ""
        _fail(f"audit: {len(skipped)} of {len(looked_up)} libraries could not be looked up{first}", TRY_LATER)
    print(f"{len(looked_up)} libraries, no known vulnerability")  # noqa: T201


def _run(command: list[str], output: Path) -> None:
    quiet = {**os.environ, "PYTHONWARNINGS": "ignore"}  # the tool's own, about what it cannot know
    with output.open("wb") as file:
        done = subprocess.run(command, env=quiet, stdout=file, stderr=subprocess.PIPE, check=False)  # noqa: S603 - ours
    if done.returncode:
        _fail(f"{Path(command[0]).name} failed: {_last(done.stderr.decode(errors='replace'))}", FOUND)


def _last(text: str) -> str:
    return (text.strip().splitlines() or ["it says nothing"])[-1]


def _fail(line: str, code: int) -> NoReturn:
    print(line, file=sys.stderr)  # noqa: T201
    sys.exit(code)


def main() -> None:
    """``python -m layers.inventory sbom|audit TOOL``: TOOL is the virtual environment that has the tool."""
    parser = argparse.ArgumentParser(prog="layers.inventory", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("task", choices=["sbom", "audit"])
    parser.add_argument("tool", type=Path)
    chosen = parser.parse_args()
    build = ROOT / "build"
    build.mkdir(exist_ok=True)
    lock = build / "image.txt"
    lock.write_text(locked(LOCK.read_text(encoding="utf-8")), encoding="utf-8")
    {"sbom": sbom, "audit": audit}[chosen.task](chosen.tool, lock, build / f"{chosen.task}.json")


if __name__ == "__main__":
    main()
