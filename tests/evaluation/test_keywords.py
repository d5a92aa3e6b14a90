"""The baseline: plain words, looked for anywhere, and a default where there are none."""

import pytest

from handler.domain.enriched import EnrichedTicket
from handler.domain.taxonomy import load_taxonomy
from handler.evaluation.keywords import DEFAULT_INTENT, INTENTS, SENTIMENTS, URGENCIES, labelled
from handler.evaluation.labelled import LABELS
from tests.evaluation.made import judged


def enriched(subject: str, body: str) -> EnrichedTicket:
    return judged({}, subject=subject, body=body).enriched


@pytest.mark.parametrize(
    ("subject", "body", "labels"),
    [
        ("Login issue", "Cannot access account", ("login_issue", "medium", "NEUTRAL")),
        ("Bug report", "App crashes on startup", ("bug_report", "medium", "NEUTRAL")),
        ("", "My credit card was declined but money was charged", ("payment_issue", "medium", "NEUTRAL")),
        ("URGENT", "The API is down, this is unacceptable", ("integration_help", "critical", "NEGATIVE")),
        ("Hello", "What are your opening hours?", (DEFAULT_INTENT, "medium", "NEUTRAL")),
        ("Great", "I love it, but the last update is terrible and useless", (DEFAULT_INTENT, "medium", "NEUTRAL")),
    ],
)
def test_words_decide(subject: str, body: str, labels: tuple[str, ...]) -> None:
    """The first three are the examples of the documents; as much praise as blame is neither."""
    found = labelled(enriched(subject, body))
    assert labels == tuple(found[signal].value for signal in ("intent", "urgency", "sentiment"))


def test_more_words_are_surer_and_are_the_evidence() -> None:
    """None, one and two."""
    found = [labelled(enriched("", body))["intent"] for body in ("hm", "a bug", "a bug and an error")]
    assert found[0].confidence < found[1].confidence < found[2].confidence
    assert [(), ("bug",), ("bug", "error")] == [one.evidence for one in found]


def test_its_labels_are_ours() -> None:
    """Or it would be wrong by its spelling."""
    assert set(load_taxonomy(None).names) == {*INTENTS, DEFAULT_INTENT}
    assert set(URGENCIES) | {"medium"} == set(LABELS["urgency"])
    assert set(SENTIMENTS) | {"NEUTRAL"} == set(LABELS["sentiment"])
