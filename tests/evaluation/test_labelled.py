"""Labelled files of our own and of others, and mistakes in them."""

import json
from pathlib import Path

import pytest

from handler.evaluation.labelled import LabelledError, columns, read

ROW = {"subject": "Refund", "body": "Charged twice", "intent": "payment_issue", "urgency": "high", "style": "phone"}


def file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_our_own_set_needs_no_map(tmp_path: Path) -> None:
    """A signal without a label is not scored; a line without labels is none of the rows."""
    path = file(tmp_path, "a.jsonl", json.dumps(ROW) + "\n\n" + json.dumps({"body": "x"}) + "\n")
    (row,) = read(path, columns(None))
    assert ({"intent": "payment_issue", "urgency": "high"}, "phone") == (row.labels, row.group)
    assert ("Refund", "Charged twice") == (row.ticket.subject, row.ticket.body)


def test_a_map_names_columns_and_what_labels_mean(tmp_path: Path) -> None:
    """Banking77's file, as it is; what means nothing here is passed over."""
    path = file(
        tmp_path, "a.csv", 'text,category\n"My card, please",card_arrival\nI forgot my PIN,passcode_forgotten\n'
    )
    named = columns(
        file(
            tmp_path,
            "m.toml",
            'body = "text"\nintent = "category"\n[means.intent]\npasscode_forgotten = "login_issue"\n',
        )
    )
    (row,) = read(path, named)
    assert ({"intent": "login_issue"}, "I forgot my PIN") == (row.labels, row.ticket.body)


@pytest.mark.parametrize(
    ("created_at", "seconds"),
    [
        (1_795_426_800, 1_795_426_800),
        ("1795426800", 1_795_426_800),
        ("2026-11-23T09:40:00Z", 1_795_426_800),
        ("2026-11-23T10:40:00+01:00", 1_795_426_800),
        ("2026-11-23T09:40", 1_795_426_800),
        ("2026-11-23", 1_795_392_000),
        (" 20261123 ", 1_795_392_000),
        (" 1795426800", 1_795_426_800),
        (1_795_426_800.0, 1_795_426_800),
        ("", 0),
        (None, 0),
    ],
)
def test_when_a_ticket_was_written_is_known_or_not(tmp_path: Path, created_at: object, seconds: int) -> None:
    """A deadline is near or far on that day. Without a zone it is UTC, so the same on every machine."""
    (row,) = read(file(tmp_path, "a.jsonl", json.dumps({**ROW, "created_at": created_at})), columns(None))
    assert seconds == row.ticket.created_at


def test_a_map_names_the_time_or_passes_it_over(tmp_path: Path) -> None:
    """Files of others have all kinds of times, and scores need none."""
    path = file(tmp_path, "a.jsonl", json.dumps({**ROW, "created_at": "23/11/2026", "opened": "2026-11-23"}))
    opened, without = (columns(file(tmp_path, f"{name}.toml", f'created_at = "{name}"\n')) for name in ("opened", ""))
    assert [1_795_392_000, 0] == [row.ticket.created_at for named in (opened, without) for row in read(path, named)]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (json.dumps({**ROW, "created_at": "23/11/2026"}), 'line 1: created_at must .* created_at = "" in the map'),
        (json.dumps({**ROW, "created_at": "46349"}), "line 1: created_at must be Unix seconds"),
        (json.dumps({**ROW, "created_at": False}), "line 1: created_at: "),
        (json.dumps({**ROW, "created_at": []}), "line 1: created_at: "),
        (json.dumps({**ROW, "created_at": "secret"}), "line 1: created_at must be Unix seconds or a time in ISO 8601"),
        (json.dumps({**ROW, "created_at": "9" * 5_000}), "line 1: created_at must be Unix seconds"),
        (json.dumps({**ROW, "created_at": -1}), "line 1: created_at: "),
        (json.dumps({**ROW, "created_at": 1_795_426_800_000}), "line 1: created_at: .* milliseconds"),
        ("{", "line 1: is not JSON"),
        ("[]", "line 1: must be an object"),
        (json.dumps({**ROW, "urgency": "secret"}), "line 1: urgency must be one of low, medium, high, critical"),
        (json.dumps({**ROW, "subject": "", "body": " "}), "line 1: "),
    ],
)
def test_a_mistake_is_named_by_line_and_field(tmp_path: Path, line: str, said: str) -> None:
    """And never by the customer's text."""
    with pytest.raises(LabelledError, match=said) as raised:
        list(read(file(tmp_path, "a.jsonl", line), columns(None)))
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("text", ["body = 3", "colour = 'x'", "["])
def test_a_map_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    """With the file's name."""
    with pytest.raises(LabelledError, match=r"m\.toml"):
        columns(file(tmp_path, "m.toml", text))
