"""``taxonomy``: exit 1 on errors only, and nothing in it that a terminal would act on."""

import json
import tomllib
from pathlib import Path

import pytest

from handler.domain.taxonomy import load_taxonomy
from tests.cli.conftest import Operator

OWN = Path(__file__).parents[2] / "docs/your-own-labels"
TAXONOMY = (OWN / "taxonomy.toml").read_text(encoding="utf-8")

pytestmark = pytest.mark.models


def file(folder: Path, text: str) -> str:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_warnings_are_for_the_author(command: Operator, tmp_path: Path) -> None:
    """They end in 0, for a table and for JSON alike."""
    answer = command("taxonomy", "check", file(tmp_path, TAXONOMY))
    said = json.loads(command("taxonomy", "check", file(tmp_path, TAXONOMY), "--json").out)
    assert (0, "mine.toml", 4, 0) == (answer.code, said["looked_at"], said["intents"], said["found"]["error"])
    assert len(said["findings"]) == said["found"]["warning"] == answer.out.count("warning: ")
    assert answer.out.endswith(f"mine.toml: 4 intents, 0 errors, {said['found']['warning']} warnings\n")


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('default = "other"', "", "mine.toml: default: Field required"),
        ('default = "other"', "default", "mine.toml: is not TOML"),
        ('"hello"', '"why 48 euro for one ride???"', "is also an example of other"),
    ],
)
def test_errors_end_in_one(command: Operator, tmp_path: Path, right: str, wrong: str, said: str) -> None:
    """What cannot be used, and what contradicts itself."""
    answer = command("taxonomy", "check", file(tmp_path, TAXONOMY.replace(right, wrong)))
    assert (1, "") == (answer.code, answer.err)
    assert said in answer.out
    assert "1 error," in answer.out


def test_a_missing_file_is_an_error(command: Operator, tmp_path: Path) -> None:
    """Named, and no traceback."""
    answer = command("taxonomy", "check", str(tmp_path / "none.toml"))
    assert (1, True) == (answer.code, "cannot be read: No such file" in answer.out)


def test_the_shipped_taxonomy_is_sound(command: Operator) -> None:
    """It is what is looked at by default."""
    answer = command("taxonomy", "check")
    assert 0 == answer.code
    assert "the shipped taxonomy: 10 intents, 0 errors" in answer.out


def test_an_examples_text_is_shown_and_obeyed_by_nothing(command: Operator, tmp_path: Path) -> None:
    """Control characters of TOML's escapes."""
    answer = command(
        "taxonomy", "check", file(tmp_path, TAXONOMY.replace("hello", "\\u001b[31mtrain to \\u202eoffice"))
    )
    assert not {"\x1b", "\u202e"} & set(answer.out)


def test_a_proposal_can_be_pasted(command: Operator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Into the taxonomy that lacks it, and then nothing is missing. Personal data is masked whatever the settings."""
    monkeypatch.setenv("TICKETS_TAXONOMY", file(tmp_path, TAXONOMY))
    monkeypatch.setenv("TICKETS_PII", "off")
    answer = command("taxonomy", "suggest", str(OWN / "tickets.jsonl"))
    (proposed,) = tomllib.loads(answer.out)["intents"]
    assert "[EMAIL]" in answer.out
    assert "ada@" not in answer.out + answer.err
    assert "10 tickets, of which" in answer.err
    said = json.loads(command("taxonomy", "suggest", str(OWN / "tickets.jsonl"), "--json").out)
    assert [proposed["examples"]] == [one["examples"] for one in said["intents"]]
    pasted = load_taxonomy(Path(file(tmp_path, TAXONOMY + "\n" + answer.out)))
    assert proposed["name"] == pasted.names[-1]
    assert "" == command("taxonomy", "suggest", str(OWN / "tickets.jsonl")).out


def test_nothing_to_propose_is_no_error(command: Operator, tmp_path: Path) -> None:
    """No ticket, one that fits, and some in a language that is not read."""
    path = tmp_path / "t.jsonl"
    days = ("Montag", "Dienstag", "Mittwoch", "Freitag", "Samstag", "Sonntag")
    german = [f"Guten Tag, ich möchte gerne wissen, wann Ihr Geschäft am {day} geöffnet hat." for day in days]
    lines = "\n".join(json.dumps({"body": text}) for text in german)
    for text in ("", '{"body": "I cannot log in, my password is refused"}', lines):
        path.write_text(text, encoding="utf-8")
        answer = command("taxonomy", "suggest", str(path))
        assert (0, "") == (answer.code, answer.out)
        assert "0 intents proposed" in answer.err
