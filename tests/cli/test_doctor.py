"""``doctor`` tells each finding with value, rule and link; only errors make it fail."""

import copy
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Operator
from tests.deploy.template import BODY, PATH


def broken(folder: Path, name: str, value: object, resource: str = "Queue") -> Path:
    """The shipped template with one property of one resource changed."""
    body = copy.deepcopy(BODY)
    body["Resources"][resource]["Properties"][name] = value
    path = folder / "mine.yaml"
    path.write_text(json.dumps(body), encoding="utf-8")
    return path


def test_the_shipped_template_is_healthy(command: Operator) -> None:
    answer = command("doctor", "--template", str(PATH))
    assert (0, "") == (answer.code, answer.err)
    assert answer.out.endswith("template.yaml: 24 rules, 0 errors, 0 warnings, 0 unseen\n")


def test_an_error_is_told_with_its_rule_and_link_and_exits_1(command: Operator, tmp_path: Path) -> None:
    answer = command("doctor", "--template", str(broken(tmp_path, "VisibilityTimeout", 60)))
    assert 1 == answer.code
    first, second, total = answer.out.splitlines()
    assert "error: visibility: 60 s, and 360 s are needed for a timeout of 60 s" == first
    assert second.startswith("  visibility is at least 6 x timeout + batching window; see https://docs.aws.amazon.com/")
    assert total.endswith("mine.yaml: 24 rules, 1 error, 0 warnings, 0 unseen")


def test_a_warning_does_not_fail(command: Operator, tmp_path: Path) -> None:
    answer = command("doctor", "--template", str(broken(tmp_path, "AlarmActions", [], "DeadLettersAlarm")))
    assert 0 == answer.code
    assert answer.out.startswith("warning: dead-letter-alarm: ")


def test_json_has_all_of_it(command: Operator, tmp_path: Path) -> None:
    answer = command("doctor", "--template", str(broken(tmp_path, "VisibilityTimeout", 60)), "--json")
    said = json.loads(answer.out)
    assert (1, {"error": 1, "warning": 0, "unseen": 0}) == (answer.code, said["found"])
    (finding,) = said["findings"]
    assert {"severity", "name", "value", "rule", "link"} == set(finding)


def test_parameters_change_what_is_judged(command: Operator) -> None:
    path = str(PATH)
    assert 1 == command("doctor", "--template", path, "--parameter", "CpuVariant=avx512").code
    assert 0 == command("doctor", "--template", path, "--parameter", "CpuVariant=arm64").code


@pytest.mark.parametrize(
    ("arguments", "reason"),
    {
        ("--template", "nowhere.yaml"): "does not exist",
        ("--template", str(PATH), "--parameter", "CpuVariant"): "must be NAME=VALUE",
        ("--template", str(PATH), "--parameter", "Cpu=avx2"): "has no parameter Cpu",
        ("--live", "--parameter", "CpuVariant=avx2"): "is for a template",
        ("--template", str(PATH.with_name("README.md"))): "is no template",
        ("--live",): "AWS_DEFAULT_REGION",
    }.items(),
)
def test_what_cannot_be_looked_at_is_one_clear_refusal(
    command: Operator, arguments: tuple[str, ...], reason: str
) -> None:
    answer = command("doctor", *arguments)
    assert (2, "") == (answer.code, answer.out)
    assert reason in " ".join(answer.err.replace("│", " ").split())


def test_a_hostile_template_does_not_paint_the_terminal(command: Operator, tmp_path: Path) -> None:
    """Names of a template are shown as text."""
    body = copy.deepcopy(BODY)
    body["Resources"]["Function"]["Properties"]["Environment"]["Variables"]["TICKETS_\x1b[2J"] = "x"
    path = tmp_path / "mine.yaml"
    path.write_text(json.dumps(body), encoding="utf-8")
    answer = command("doctor", "--template", str(path))
    assert "unknown-settings: TICKETS_\ufffd[2J" in answer.out
    assert "\x1b" not in answer.out + answer.err
