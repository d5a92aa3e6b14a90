"""The rules by promtool: they are valid, they do what rules_test.yaml says, and that says enough of each."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy/monitoring"
RULES = yaml.safe_load((FOLDER / "rules.yaml").read_text(encoding="utf-8"))
ALERTS = {rule["alert"] for group in RULES["groups"] for rule in group["rules"] if "alert" in rule}
UNIT_TESTS = ("rules_test.yaml", "rules_slow_test.yaml")

pytestmark = pytest.mark.monitor


def promtool(*arguments: str, folder: Path = FOLDER) -> subprocess.CompletedProcess[str]:
    program = shutil.which("promtool")
    if program is None:
        pytest.fail("promtool is not installed: run these tests with `make monitor`")
    return subprocess.run([program, *arguments], cwd=folder, capture_output=True, text=True, check=False)


def test_the_rules_are_valid_and_ring_when_they_should() -> None:
    for done in (promtool("check", "rules", "rules.yaml"), promtool("test", "rules", *UNIT_TESTS)):
        assert 0 == done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("instead", ["vector(1)", "vector(1) == 0"], ids=["always", "never"])
def test_an_alert_that_always_or_never_rings_is_noticed(instead: str, tmp_path: Path) -> None:
    """The unit tests have to say of each alert when it rings, and when it does not."""
    changed: Any = yaml.safe_load(yaml.safe_dump(RULES))
    for group in changed["groups"]:
        for rule in group["rules"]:
            rule["expr"] = instead if "alert" in rule else rule["expr"]
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump(changed), encoding="utf-8")
    for name in UNIT_TESTS:
        shutil.copy(FOLDER / name, tmp_path)
    done = promtool("test", "rules", *UNIT_TESTS, folder=tmp_path)
    said = done.stdout + done.stderr
    failed = set(re.findall(r"alertname(?:: |=\\*\")(TicketProcessor\w+)", said))
    assert (1, ALERTS) == (done.returncode, failed), said
