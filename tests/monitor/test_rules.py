"""The rules by promtool: they are valid, they do what rules_test.yaml says, and that says enough of each."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy/monitoring"
RULES = yaml.safe_load((FOLDER / "rules.yaml").read_text(encoding="utf-8"))
ALERTS = [
    (group, number)
    for group, one in enumerate(RULES["groups"])
    for number, rule in enumerate(one["rules"])
    if "alert" in rule
]

pytestmark = pytest.mark.monitor


def promtool(*arguments: str, folder: Path = FOLDER) -> subprocess.CompletedProcess[str]:
    program = shutil.which("promtool")
    if program is None:
        pytest.fail("promtool is not installed: run these tests with `make monitor`")
    return subprocess.run([program, *arguments], cwd=folder, capture_output=True, text=True, check=False)


def test_the_rules_are_valid_and_ring_when_they_should() -> None:
    for done in (promtool("check", "rules", "rules.yaml"), promtool("test", "rules", "rules_test.yaml")):
        assert 0 == done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("instead", ["vector(1)", "vector(1) == 0"], ids=["always", "never"])
@pytest.mark.parametrize(("group", "number"), ALERTS)
def test_an_alert_that_always_or_never_rings_is_noticed(group: int, number: int, instead: str, tmp_path: Path) -> None:
    """rules_test.yaml has to say of each alert when it rings, and when it does not."""
    changed: Any = yaml.safe_load(yaml.safe_dump(RULES))
    changed["groups"][group]["rules"][number]["expr"] = instead
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump(changed), encoding="utf-8")
    shutil.copy(FOLDER / "rules_test.yaml", tmp_path)
    assert 1 == promtool("test", "rules", "rules_test.yaml", folder=tmp_path).returncode
