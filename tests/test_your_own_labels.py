"""The guide to one's own labels does what it says: its commands run, in order, on its files."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "docs/your-own-labels.md"
COMMANDS = Path(sys.executable).parent


def script() -> str:
    """Everything after a prompt."""
    return "\n".join(re.findall(r"^\$ (.+)$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.models
def test_the_guide_runs_as_it_stands(tmp_path: Path) -> None:
    """And its claims hold: what is missing is found, no head is called better than it is, the page is written."""
    folder = tmp_path / "own"
    shutil.copytree(GUIDE.with_suffix(""), folder)
    environment = {**os.environ, "PATH": f"{COMMANDS}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    command = ["/bin/bash", "-euc", script()]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr
    assert "intents, 0 errors" in done.stdout.replace("4 intents", "intents")
    assert 'name = "reserve_bike"' in done.stdout
    assert "[EMAIL]" in done.stdout
    assert "ada@example.com" not in done.stdout + done.stderr
    assert "urgency: no clear difference" in done.stdout
    assert "intent: no clear difference" in done.stdout
    assert "were fitted on labelled.csv" in done.stderr
    for page in (folder / "before.html", folder / "after.html"):
        assert str(tmp_path) not in page.read_text(encoding="utf-8")
    assert "(previous 0." in (folder / "after.html").read_text(encoding="utf-8")


def test_the_guide_has_every_command_of_its_subject() -> None:
    """Or the test above would run nothing."""
    names = ("taxonomy check", "taxonomy suggest", "evaluate", "fit")
    assert [] == [name for name in names if f"ticket-processor {name} " not in script()]
