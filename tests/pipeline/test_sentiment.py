"""The customer's tone."""

import pytest

from handler.domain.ports import Embedder
from handler.pipeline.base import Draft, Label
from handler.pipeline.sentiment import ClassifySentiment
from tests.pipeline.fakes import FakeEmbedder, drafts_of, in_another_language, tickets_of


def _tone(draft: Draft) -> Label:
    (classified,) = ClassifySentiment(FakeEmbedder())(tickets_of("x"), [draft])
    assert classified.sentiment is not None
    return classified.sentiment


def _tone_of(body: str) -> Label:
    return _tone(*drafts_of(body))


def test_words_of_feeling_decide_and_are_evidence() -> None:
    """Carried by the lexicon: the method says rules, the evidence is the customer's words."""
    label = _tone_of("FURIOUS zebra, fed up quartz")

    assert (label.value, label.method, label.evidence) == ("NEGATIVE", "rules", ("FURIOUS", "fed up"))


def test_a_plain_text_is_neutral_by_its_likeness_to_plain_texts() -> None:
    """Neutral is found, not what is left over."""
    label = _tone_of("How do I change the billing address of our account?")

    assert (label.value, label.method, label.evidence) == ("NEUTRAL", "prototype", ())


@pytest.mark.parametrize(
    ("body", "evidence"),
    [
        ("Please send the file. Thanks in advance, best regards", ()),
        ("It would be great if it could be sorted", ()),
        ("No problem at all with the entry", ()),
        ("I am not happy with the zebra", ("happy",)),
        ("Oh great, the zebra again", ("Oh great",)),
    ],
)
def test_words_count_for_what_they_mean_here(body: str, evidence: tuple[str, ...]) -> None:
    """Courtesies are no praise, negated praise is blame, and so is mockery."""
    label = _tone_of(body)

    assert label.evidence == evidence
    assert label.value == ("NEGATIVE" if evidence else "NEUTRAL")


def test_another_language_is_never_more_than_a_guess() -> None:
    """Words and examples are English."""
    (draft,) = drafts_of("love love, awesome, perfect")

    assert _tone(draft).band != "low"
    assert _tone(in_another_language(draft, "fr")).band == "low"


@pytest.mark.timeout(60)  # a guard against hanging, not a measurement: it takes well under a second
@pytest.mark.parametrize("piece", ["not happy ", "great ", "thanks in advance ", "😡"])
def test_hostile_texts_take_bounded_time(piece: str) -> None:
    """100,000 characters full of hits."""
    drafts = drafts_of(piece * (100_000 // len(piece)))
    assert 0 <= _tone(*drafts).confidence <= 1


OBVIOUS = [
    ("POSITIVE", "You were so quick to help, I'm thrilled with this product. Thank you!"),
    ("POSITIVE", "Just a note to say that the new version is fantastic, we all love it."),
    ("NEGATIVE", "I'm really angry. Nobody answers my mails and the thing is still broken."),
    ("NEGATIVE", "Terrible experience, what a waste of money. I will never order from you again."),
    ("NEUTRAL", "Where can I see the list of my past orders? Thanks in advance."),
    ("NEUTRAL", "The report page shows error 404 when opened from the menu."),
    ("NEUTRAL", "We'd like to add a second user to our account."),
]


@pytest.mark.models
@pytest.mark.parametrize(("tone", "text"), OBVIOUS)
def test_obvious_tones_are_recognised(minilm: Embedder, tone: str, text: str) -> None:
    """With the real embedding; none of these is among the examples."""
    embedding = minilm.embed([text]).vectors[0]

    (draft,) = ClassifySentiment(minilm)(tickets_of(text), [Draft(body=text, embedding=embedding)])

    assert draft.sentiment is not None
    assert draft.sentiment.value == tone
