"""The worst mistakes: in an order that says where to look, in words that may be shown."""

from handler.evaluation.mistakes import CHARACTERS, excerpt, worst
from tests.evaluation.made import judged

PERSONAL = "Write to ada@example.com or call +1 202 456 1111, card 4111 1111 1111 1111."


def test_the_farthest_off_come_first_then_the_surest() -> None:
    """Right ones and unlabelled ones are none."""
    found = [
        judged({"urgency": "high"}),
        judged({"intent": "bug_report"}),
        judged({"urgency": "high"}, urgency="medium", urgency_confidence=0.9),
        judged({"urgency": "low"}, urgency="critical", urgency_confidence=0.3),
        judged({"urgency": "low"}, urgency="medium", urgency_confidence=0.99),
        judged({"urgency": "low"}, urgency=None),
    ]
    assert [("critical", 0.3), ("medium", 0.99), ("medium", 0.9), ("(failed)", 0.0)] == [
        (one.label.value, one.label.confidence) for one in worst("urgency", found)
    ]


def test_personal_data_is_masked_though_the_settings_leave_it() -> None:
    """In text and evidence; TICKETS_PII=off is for the store."""
    (one,) = worst("intent", [judged({"intent": "a"}, PERSONAL, PERSONAL, intent="b", intent_evidence=(PERSONAL,))])
    shown = one.text + "".join(one.evidence)
    assert [False] * 3 == [secret in shown for secret in ("ada@", "4111", "456 1111")]
    assert shown.count("[EMAIL]") == 3


def test_an_excerpt_is_one_short_line() -> None:
    """Without what a terminal or a page would act on."""
    text = excerpt(judged({}, body="a\n\x1b[31m\u202e" + "word " * 500))
    assert len(text) <= CHARACTERS + 2
    assert text.isprintable()
