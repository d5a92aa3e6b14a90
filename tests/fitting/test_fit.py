"""What is refused before anything is fitted: one line, without a word of the customers'."""

import pytest

from handler.domain.taxonomy import load_taxonomy
from handler.evaluation.labelled import LabelledError, Row
from handler.fitting.fit import MOST_ROWS, check, evenly
from handler.fitting.material import labelled_signals
from tests.factories import ticket

LEVELS = ["low", "medium", "high", "critical"]


def rows(signal: str, *labels: str) -> list[Row]:
    return [Row(ticket(body="canary"), {signal: label}, place=f"a.csv:{n}") for n, label in enumerate(labels, 2)]


@pytest.mark.parametrize(
    ("some", "said"),
    [
        ([], "no row has a label"),
        (rows("urgency", *["low"] * 9), "urgency: every row is low: there is nothing to tell apart"),
        (rows("urgency", *LEVELS * 4), "urgency: low has 4 rows; at least 5 are needed"),
        (rows("urgency", *LEVELS[:3] * 9), "urgency: critical has no rows; at least 5 are needed"),
        (rows("urgency", *LEVELS[:3] * 9, "critical"), "urgency: critical has 1 row; at least 5 are needed"),
        (rows("intent", *["bug_report"] * 9, "login_issue"), "intent: login_issue has 1 row; at least 5"),
        (rows("intent", "bug_report", "canary"), r"a\.csv:3: intent is none of the taxonomy's \(1 such rows\)"),
    ],
)
def test_what_cannot_be_fitted_is_named(some: list[Row], said: str) -> None:
    """By place and label, both of which are the taxonomy's or the file's name."""
    with pytest.raises(LabelledError, match=said) as raised:
        check(some, labelled_signals(some), load_taxonomy(None))
    assert "canary" not in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("count", [0, 1, MOST_ROWS, MOST_ROWS + 1, 3 * MOST_ROWS + 7])
def test_of_too_many_rows_an_even_share_is_used(count: int) -> None:
    """In their order, none twice, from everywhere in the file."""
    some = [Row(ticket(), {}, place=f"{n}") for n in range(count)]
    places = [int(row.place) for row in evenly(some)]
    assert min(count, MOST_ROWS) == len(set(places))
    assert sorted(places) == places
    assert count == 0 or places[-1] >= count * 0.999 - 1


def test_an_intent_without_rows_is_known_by_its_examples() -> None:
    """So it is no fault of the file."""
    some = rows("intent", *["bug_report", "login_issue"] * 5)
    check(some, labelled_signals(some), load_taxonomy(None))
