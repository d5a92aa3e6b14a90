"""``evaluate`` on a handful of rows: what it prints is what was counted."""

import json
from pathlib import Path

import pytest

from tests.cli.test_enrich import run

ROWS = [
    {"body": "I cannot log in, the password is refused.", "intent": "login_issue", "style": "a"},
    {"body": "You charged me twice for one order, refund it.", "intent": "payment_issue", "style": "a"},
    {"body": "What are your opening hours?", "intent": "login_issue", "style": "b"},
]


@pytest.mark.models
def test_scores_by_group(tmp_path: Path) -> None:
    """Two right of two, none of one, two of three."""
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, ROWS)), encoding="utf-8")
    said = json.loads(run("evaluate", str(path), "--json").stdout)
    assert {"all": 2 / 3, "a": 1.0, "b": 0.0} == pytest.approx(
        {group: some[0]["accuracy"] for group, some in said.items()}
    )
    assert ["intent"] == [one["signal"] for one in said["all"]]
    assert b"macro-F1" in run("evaluate", str(path)).stdout


def test_a_bad_file_is_one_line(tmp_path: Path) -> None:
    """With its line and field."""
    path = tmp_path / "rows.jsonl"
    path.write_text("{", encoding="utf-8")
    done = run("evaluate", str(path))
    assert 2 == done.returncode
    assert b"line 1: is not JSON" in done.stderr
