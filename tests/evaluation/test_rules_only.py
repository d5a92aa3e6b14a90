"""Rules alone: no embedding is looked at."""

from dataclasses import replace

import pytest

from handler.domain.taxonomy import load_taxonomy
from handler.domain.ticket import Priority
from handler.evaluation.rules_only import RulesOnly
from tests.evaluation.made import judged
from tests.factories import ticket


def said(body: str, priority: Priority | None = None) -> list[str]:
    made = judged({})
    told = replace(made.enriched, ticket=ticket(subject="", body=body, priority=priority))
    (found,) = RulesOnly(load_taxonomy(None)).labelled([replace(made, enriched=told)])
    return [label.value for label in found.values()]


@pytest.mark.parametrize(
    ("body", "labels"),
    [
        ("I was charged twice, this is terrible", ["payment_issue", "medium", "NEGATIVE"]),
        ("Production is down and nobody can log in", ["login_issue", "critical", "NEUTRAL"]),
        ("How tall is the tower?", ["general_inquiry", "medium", "NEUTRAL"]),
    ],
)
def test_words_that_match_decide_and_otherwise_the_default(body: str, labels: list[str]) -> None:
    assert labels == said(body)


def test_what_is_quoted_is_not_read() -> None:
    """It reads what the pipeline reads."""
    assert (
        "general_inquiry"
        == said("Could somebody have a look at this one for me, as I have asked before?\n> charged twice")[0]
    )


def test_a_priority_of_the_customers_own_counts() -> None:
    assert "critical" == said("How tall is the tower?", "critical")[1]
