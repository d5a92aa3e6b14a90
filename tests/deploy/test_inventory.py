"""The list of what is in the image, and the look-up of vulnerabilities, with tools that say what they are told to."""

import json
from pathlib import Path
from typing import Any

import pytest

from handler.inference.pins import model_pins
from layers import inventory

LOCK = "one==1.0 \\\n    --hash=sha256:00\ntwo==2.0 \\\n    --hash=sha256:01\n"
FAULTY = {"name": "one", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]}
SOUND = {"name": "two", "version": "2.0", "vulns": []}
UNKNOWN = {"name": "two", "skip_reason": "not found on PyPI"}


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "lock.txt"
    path.write_text(LOCK, encoding="utf-8")
    return path


def _tool(folder: Path, name: str, script: str) -> Path:
    path = folder / "bin" / name
    path.parent.mkdir()
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return folder


def _audited(folder: Path, lock: Path, *found: dict[str, Any], script: str = "") -> None:
    """The tool writes to what follows --output, and fails where it finds something, as pip-audit does."""
    said = json.dumps({"dependencies": found})
    write = script or f'while [ "$1" != --output ]; do shift; done; echo \'{said}\' > "$2"; exit 1'
    inventory.audit(_tool(folder, "pip-audit", write), lock, folder / "audit.json")


def test_the_list_has_every_library_and_the_model(tmp_path: Path, lock: Path) -> None:
    """The model by its revision, and each of its files by its hash."""
    said = {"specVersion": "1.6", "components": [{"name": "one", "version": "1.0"}, {"name": "two", "version": "2.0"}]}
    tool = _tool(tmp_path, "cyclonedx-py", f"echo '{json.dumps(said)}'")
    inventory.sbom(tool, lock, tmp_path / "sbom.json")
    listed = json.loads((tmp_path / "sbom.json").read_text(encoding="utf-8"))["components"]
    pin = model_pins()["minilm"]
    assert [("one", "1.0"), ("two", "2.0"), (pin.repository, pin.revision)] == [
        (x["name"], x["version"]) for x in listed
    ]
    hashes = {one["name"]: one["hashes"][0]["content"] for one in listed[-1]["components"]}
    assert {name: file.sha256 for name, file in pin.files.items()} == hashes


def test_a_list_that_lacks_a_library_fails(tmp_path: Path, lock: Path) -> None:
    said = {"specVersion": "1.6", "components": [{"name": "one", "version": "1.0"}]}
    with pytest.raises(SystemExit) as failed:
        inventory.sbom(_tool(tmp_path, "cyclonedx-py", f"echo '{json.dumps(said)}'"), lock, tmp_path / "sbom.json")
    assert inventory.FOUND == failed.value.code


def test_a_vulnerability_is_named_and_fails(tmp_path: Path, lock: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as failed:
        _audited(tmp_path, lock, FAULTY, SOUND)
    assert (inventory.FOUND, "one 1.0: PYSEC-1, mended in ['1.1']\n") == (failed.value.code, capsys.readouterr().out)


@pytest.mark.parametrize("found", [[SOUND, UNKNOWN], []])
def test_what_could_not_be_looked_up_is_no_success(
    tmp_path: Path, lock: Path, capsys: pytest.CaptureFixture[str], found: list[dict[str, Any]]
) -> None:
    """pip-audit itself ends with 0 when the index knows no vulnerabilities at all."""
    with pytest.raises(SystemExit) as failed:
        _audited(tmp_path, lock, *found)
    assert (inventory.TRY_LATER, 1) == (failed.value.code, len(capsys.readouterr().err.splitlines()))


def test_a_tool_that_fails_is_one_line(tmp_path: Path, lock: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as failed:
        _audited(tmp_path, lock, script="echo no network >&2; exit 1")
    expected = "audit: the list of vulnerabilities cannot be read: no network\n"
    assert (inventory.TRY_LATER, expected) == (failed.value.code, capsys.readouterr().err)


def test_all_sound_is_a_success(tmp_path: Path, lock: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _audited(tmp_path, lock, {**SOUND, "name": "one"}, SOUND)
    assert "2 libraries, no known vulnerability\n" == capsys.readouterr().out
