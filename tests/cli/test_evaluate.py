"""``evaluate`` on a handful of rows: what it prints is what was counted, and what it writes gives nobody away."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Operator
from tests.cli.test_enrich import run
from tests.evaluation.page.test_markup import Seen

ROWS = [
    {"body": "I cannot log in, the password is refused.", "intent": "login_issue", "style": "a"},
    {"body": "You charged me twice for one order, refund it.", "intent": "payment_issue", "style": "a"},
    {"body": "What are your opening hours?", "intent": "login_issue", "style": "b"},
]
HOSTILE = {
    "subject": "<script>alert(1)</script>",
    "body": 'ada@example.com says \u202e"><img src=x onerror=alert(2)> what are your opening hours? </td></main>',
    "intent": "performance_issue",
    "style": "<b>ada@example.com</b>",
}


def file(folder: Path, *rows: dict[str, Any], name: str = "rows.jsonl") -> str:
    path = folder / name
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return str(path)


@pytest.mark.models
def test_scores_by_group(tmp_path: Path) -> None:
    """Two right of two, none of one, two of three."""
    path = file(tmp_path, *ROWS)
    said = json.loads(run("evaluate", path, "--json").stdout)
    assert {"all": 2 / 3, "a": 1.0, "b": 0.0} == pytest.approx(
        {group: some[0]["accuracy"] for group, some in said.items()}
    )
    assert ["intent"] == [one["signal"] for one in said["all"]]
    assert said["all"][0]["interval"] is None
    assert 0 <= said["all"][0]["chance_error"] <= 1
    assert b"macro-F1" in run("evaluate", path).stdout


@pytest.mark.models
def test_side_by_side_on_the_same_rows(command: Operator, tmp_path: Path) -> None:
    """Other ways and the run before; the run without heads says what --compare says of it."""
    path, scores = file(tmp_path, *ROWS), str(tmp_path / "scores.json")
    plain = json.loads(command("evaluate", path, "--without-heads", "--save", scores, "--json").out)
    said = json.loads(command("evaluate", path, "--compare", "--previous", scores, "--json").out)
    assert ["examples and rules", "prototypes", "rules", "keywords", "previous"] == list(said["compared"])
    assert plain["all"] == said["compared"]["examples and rules"] == said["compared"]["previous"]
    assert said["all"] != plain["all"]
    assert "Side by side" in command("evaluate", path, "--compare").out


@pytest.mark.models
@pytest.mark.parametrize("pii", ["mask", "off"])
def test_the_page_shows_masked_text_and_no_path(
    command: Operator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, pii: str
) -> None:
    """Whatever the settings mask: the mistake is there, its markup is text, and nobody's address is."""
    monkeypatch.setenv("TICKETS_PII", pii)
    page = tmp_path / "report.html"
    answer = command("evaluate", file(tmp_path, *ROWS, HOSTILE), "--html", str(page))
    made = page.read_text(encoding="utf-8")
    seen = Seen(made)
    assert 0 == answer.code
    assert "<script>alert(1)</script>" in seen.text
    assert not {"script", "img"} & set(seen.elements)
    assert "rows.jsonl" in seen.text
    for secret in ("ada@", "\u202e", str(tmp_path), "<script>", "<img"):
        assert secret not in made
    assert "ada@" not in answer.out + answer.err


@pytest.mark.models
def test_an_intent_that_the_taxonomy_lacks_is_counted_and_not_shown(command: Operator, tmp_path: Path) -> None:
    """A column that was mapped wrongly may hold anything."""
    answer = command("evaluate", file(tmp_path, *ROWS, {"body": "hello", "intent": "canary"}))
    assert "1 row with an intent that the taxonomy does not have" in answer.err
    assert "canary" not in answer.out + answer.err


BAD = [
    ("{", "rows.jsonl, line 1: is not JSON"),
    ('{"body": "canary"}', "no row has a label that is known here"),
    ('{"body": "canary", "urgency": "canary"}', "rows.jsonl, line 1: urgency must be one of"),
    ("[" * 100_000, "rows.jsonl, line 1: is nested too deeply"),
    ("\udcff", "rows.jsonl: is not UTF-8"),
]


@pytest.mark.parametrize("verb", ["evaluate", "fit"])
@pytest.mark.parametrize(("text", "said"), BAD)
def test_a_bad_file_is_one_line(command: Operator, tmp_path: Path, verb: str, text: str, said: str) -> None:
    """With its line and field, and not what stands there."""
    path = tmp_path / "rows.jsonl"
    path.write_text(text, encoding="utf-8", errors="surrogateescape")
    answer = command(verb, str(path))
    assert (2, "", 1) == (answer.code, answer.out, len(answer.err.splitlines()))
    assert said in answer.err
    assert "canary" not in answer.err


@pytest.mark.parametrize(
    "arguments",
    ["evaluate {}/none.csv", "fit {}/none.csv", "evaluate {}/none.csv --map {}/no.toml", "evaluate x --previous {}/no"],
)
def test_a_missing_file_is_one_line(command: Operator, tmp_path: Path, arguments: str) -> None:
    """With its name."""
    answer = command(*arguments.format(tmp_path, tmp_path).split())
    assert (2, 1) == (answer.code, len(answer.err.splitlines()))
    assert answer.err.startswith(f"ticket-processor: {tmp_path}/no")
    assert "No such file" in answer.err
