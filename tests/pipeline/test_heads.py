"""Heads correct labels; what the customer set stays, and with another taxonomy or model there is none."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from handler.domain.ports import ODDS
from handler.domain.taxonomy import load_taxonomy
from handler.domain.ticket import RawTicket
from handler.pipeline.base import Draft, Label
from handler.pipeline.features import MEANING, Features, meaning, unaided, wordings_of
from handler.pipeline.heads import DOUBT, Head, Headed, middle
from handler.pipeline.heads_file import shipped
from handler.pipeline.labels import labellers, unheaded
from handler.pipeline.prototypes import Scores
from handler.pipeline.words import Words, wording
from tests.fakes import FakeStage
from tests.pipeline.fakes import FakeEmbedder, in_another_language, tickets_of

LABELS = ("low", "medium", "high", "critical")
NOTHING = Words(np.zeros(0, np.intp), np.zeros(0))


def head(labels: tuple[str, ...], *weights: float) -> Head:
    """Over one feature, and without words."""
    return Head(labels, np.array([weights]), np.zeros(len(labels)), NOTHING, np.zeros((0, len(labels))))


HIGH = head(LABELS, 0.0, 0.0, 3.0, 0.0)


class FakeJudge(FakeStage):
    def judge(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> tuple[list[Draft], Scores]:
        return self(tickets, drafts), np.ones((len(drafts), 1))


def as_judged(_: Sequence[Draft], judged: Scores) -> Features:
    return judged


def draft(body: str = "fails. again") -> Draft:
    (vector,) = FakeEmbedder().embed([body]).vectors
    return Draft(body=body, wording=wording(body), embedding=vector, odds=vector[:ODDS])


def test_a_head_says_how_sure_it_is() -> None:
    """Softmax of its log odds, less a doubt."""
    row, unsure = HIGH.probabilities(np.ones((2, 1)), [wording("word " * 1_000), wording("4711")])
    assert np.exp(3) / (np.exp(3) + 3) == pytest.approx(row[2], abs=DOUBT)
    assert np.exp(1) / (np.exp(1) + 3) == pytest.approx(unsure[2], abs=DOUBT)
    sure = head(LABELS, 0.0, 0.0, 9.0, 0.0)
    (found,) = Headed(FakeJudge(), "urgency", sure, as_judged)(tickets_of("a"), [draft()])
    assert found.urgency is not None
    assert ("high", "head", "high") == (found.urgency.value, found.urgency.method, found.urgency.band)


def test_a_head_is_never_certain() -> None:
    """Whatever its odds; and probabilities are still those of all labels together."""
    (row,) = head(LABELS, 0.0, 0.0, 900.0, 0.0).probabilities(np.ones((1, 1)), [wording("word " * 1_000)])
    assert 1 - DOUBT < row[2] < 1 - DOUBT / 2
    assert 1.0 == pytest.approx(row.sum())


def test_evidence_stays_only_for_the_label_that_it_speaks_for() -> None:
    """The fake stage says high and bug_report, because of "fails"."""
    low = head(LABELS, 3.0, 0.0, 0.0, 0.0)
    found = [
        Headed(FakeJudge(), "urgency", one, as_judged)(tickets_of("a"), [draft()])[0].urgency for one in (HIGH, low)
    ]
    assert [("fails",), ()] == [one.evidence for one in found if one]


def test_what_the_customer_set_is_not_corrected() -> None:
    """An explicit priority wins over any detection."""

    class Explicit(FakeJudge):
        def __call__(self, tickets: object, drafts: Sequence[Draft]) -> list[Draft]:
            return [replace(one, urgency=Label("low", 1.0, "explicit", "high", ("priority",))) for one in drafts]

    (found,) = Headed(Explicit(), "urgency", HIGH, as_judged)(tickets_of("a"), [draft()])
    assert found.urgency == Label("low", 1.0, "explicit", "high", ("priority",))


def test_of_levels_the_middle_one_is_chosen() -> None:
    """Not the likeliest: low or critical with equal odds is neither."""
    assert [0, 1, 2, 3] == [middle(np.eye(4)[i]) for i in range(4)]
    assert 1 == middle(np.array([0.4, 0.1, 0.1, 0.4]))
    assert 2 == middle(np.array([0.1, 0.3, 0.2, 0.4]))


def test_intents_are_ranked_anew() -> None:
    """The first one is the intent."""
    second = head(("bug_report", "login_issue"), 0.0, 1.0)
    stage = FakeJudge()
    (found,) = Headed(stage, "intent", second, as_judged)(tickets_of("a"), [draft()])
    assert found.intent is not None
    assert ["login_issue"] == [name for name, _ in found.intents]
    assert (stage.name, found.intents[0][1]) == ("fake", found.intent.confidence)


def test_tones_are_ranked_too() -> None:
    """The full profile's model asks how likely there is none."""
    sure = head(("NEGATIVE", "NEUTRAL"), 0.0, 1.0)
    before = replace(draft(), tones=(("NEGATIVE", 0.6), ("NEUTRAL", 0.4)))
    (found,) = Headed(FakeJudge(), "sentiment", sure, as_judged)(tickets_of("a"), [before])
    assert found.sentiment is not None
    assert ["NEUTRAL", "NEGATIVE"] == [name for name, _ in found.tones]
    assert found.tones[0][1] == found.sentiment.confidence


def test_the_shipped_heads_fit_what_they_look_at() -> None:
    """As many rows as features, the default taxonomy's labels, and less than 200 KB."""
    taxonomy = load_taxonomy(None)
    heads = shipped()
    assert len(heads.model_dump_json()) < 200_000
    assert taxonomy.version == heads.taxonomy, "make heads"
    for signal, (stage, features) in unheaded(taxonomy, FakeEmbedder()).items():
        data = heads.head_for(signal, taxonomy, heads.embedding)
        assert data is not None
        found = stage.judge(tickets_of("a", "b"), [draft(), draft("thanks")])
        assert features(*found).shape[1] == data.weights.shape[0]
        assert set(taxonomy.names if signal == "intent" else data.labels) == set(data.labels)


@pytest.mark.parametrize(
    ("taxonomy", "embedding", "headed"),
    [
        ("default", "ours", {"intent", "urgency", "sentiment"}),
        ("another", "ours", {"urgency", "sentiment"}),
        ("default", "another", set()),
    ],
)
def test_heads_are_used_where_they_were_fitted_for(taxonomy: str, embedding: str, headed: set[str]) -> None:
    """A custom taxonomy works without training, and another model's vectors mean other things."""
    chosen = load_taxonomy(None)
    if taxonomy == "another":
        chosen = chosen.model_copy(update={"version": "another"})
    revision = shipped().embedding if embedding == "ours" else "another"
    stages = labellers(chosen, FakeEmbedder(), (shipped(),), revision)
    assert headed == {signal for signal, stage in stages.items() if isinstance(stage, Headed)}


def test_features_are_numbers_whatever_the_text() -> None:
    """No word, one letter, shouting."""
    rows = [draft("x"), draft(""), draft("HELP ME NOW!!! " * 50)]
    assert (3, MEANING + ODDS) == meaning(rows).shape
    assert np.isfinite(np.hstack([meaning(rows), unaided(rows)])).all()


def test_the_fewer_words_the_more_is_left_to_examples_and_rules() -> None:
    """But nothing of a text in a language that they are not in."""
    short, long = draft("refund me"), draft("refund me " * 30)
    (two,), (sixty,), (french,) = unaided([short, long, in_another_language(short, "fr")])
    assert two > sixty > french == 0


def test_a_ticket_without_terms_does_not_borrow_its_neighbours() -> None:
    """The gist stage failed on it."""
    with_terms, without = draft("refund me"), replace(draft("4711"), wording=None)
    assert [2, 0] == [said.words for said in wordings_of([with_terms, without])]
