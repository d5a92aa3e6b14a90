"""A head is what was fitted with everything worked in, and its temperature makes confidence meet accuracy."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handler.domain.ports import ODDS
from handler.evaluation.labelled import Row
from handler.fitting.head import Fitting, _rising, cooled, temperature
from handler.fitting.material import Material
from handler.inference.tuning import shipped
from handler.pipeline.base import Draft
from handler.pipeline.features import MEANING, Features
from handler.pipeline.heads import Head
from handler.pipeline.prototypes import probabilities
from handler.pipeline.words import Words, trust, vocabulary, wording
from tests.factories import ticket

RANDOM = np.random.default_rng(1)
NAMES = ("NEGATIVE", "NEUTRAL", "POSITIVE")
WORDS = ("anger", "facts", "praise")


def material(signal: str, rows: int = 60, examples: int = 0) -> Material:
    """Rows whose features tell their label, with noise."""
    truth = np.arange(rows + examples) % 3
    meaning = RANDOM.normal(size=(rows + examples, MEANING + ODDS)) / 28
    meaning[np.arange(rows + examples), truth] += 0.5
    extra = RANDOM.normal(size=(rows + examples, 3)) * (0.2 if signal == "intent" else 40) + 100
    row = Row(ticket(), {signal: "NEUTRAL"})
    weights = np.array([1.0] * rows + [0.5] * examples)
    features = np.hstack([meaning, extra])
    said = tuple(wording(f"a text of {WORDS[label]} and {number % 7} more") for number, label in enumerate(truth))
    return Material(signal, NAMES, features, truth, weights, (row,) * rows, (Draft(),) * rows, (), said)


def fitting_of(made: Material) -> tuple[Fitting, Words]:
    """Over the words of its tickets."""
    words = Words.of(vocabulary(made.wordings[: len(made.rows)]))
    return Fitting(made, words), words


@pytest.mark.parametrize(("signal", "examples"), [("sentiment", 0), ("intent", 9)])
def test_a_head_over_raw_features_says_what_was_fitted_over_scaled_ones(signal: str, examples: int) -> None:
    """Scale, mean, the rules and temperature are in its numbers, to the digits that are kept."""
    made = material(signal, examples=examples)
    place = shipped().labels.index("sentiment:NEGATIVE") + MEANING
    made.features[:, place : place + 3] += 2 * np.eye(3)[made.truth]  # the layers know sentiment's labels
    fitting, words = fitting_of(made)
    tickets = len(made.rows)
    odds = (fitting._kernel @ fitting._solved(np.arange(len(made.truth))))[:tickets]
    odds += 0 if fitting._rules is None else made.features[:tickets, MEANING + ODDS :] @ fitting._rules
    odds += 0.3 * (made.features[:tickets] @ fitting._tuned)
    head = Head.of(fitting.head(0.2, 0.3), words)
    assert probabilities(odds / 0.2 * trust(made.wordings[:tickets])) == pytest.approx(
        head.probabilities(made.features[:tickets], made.wordings[:tickets]), abs=0.05
    )
    assert (made.truth[:tickets] == odds.argmax(axis=1)).mean() > 0.9


def at_both_ends(signal: str) -> Material:
    """A sign that stands at the first and the last label, and nothing else that tells them apart."""
    made = material(signal)
    noise = RANDOM.normal(size=(60, MEANING + ODDS)) / 28
    ends = (made.truth != 1).astype(float)[:, None]
    return replace(made, features=np.hstack([noise, ends]), wordings=(wording("a text"),) * 60)


def test_a_sign_moves_urgency_up_or_down_and_never_to_both_ends() -> None:
    """A date that is near must not make low likelier; the tones have no such order."""
    weights = {}
    for signal in ("urgency", "sentiment"):
        fitting, _ = fitting_of(at_both_ends(signal))
        weights[signal] = np.diff(fitting.head(1.0, 0.0).weights.matrix()[-1])
    assert (np.sign(weights["sentiment"]) == [-1, 1]).all()
    assert weights["urgency"].min() >= 0 or weights["urgency"].max() <= 0


def test_a_left_out_ticket_meets_signs_as_the_head_will_hear_them() -> None:
    parted = {}
    for signal in ("urgency", "sentiment"):
        made = at_both_ends(signal)
        odds = fitting_of(made)[0].left_out([number % 4 for number in range(60)])
        parted[signal] = ((odds.argmax(axis=1) == 1) == (made.truth == 1)).mean()
    assert parted["urgency"] < 0.9 < parted["sentiment"]


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=6))
def test_rising_weights_are_the_nearest_that_never_fall(weights: list[float]) -> None:
    """They keep the sum, and what rises already stays as it is."""
    given_, found = np.array(weights), _rising(np.array(weights))
    assert (np.diff(found) >= -1e-9).all()
    assert float(found.sum()) == pytest.approx(float(given_.sum()), abs=1e-6)
    assert _rising(found) == pytest.approx(found, abs=1e-9)
    distance = float(np.square(found - given_).sum())
    assert all(distance <= float(np.square(np.full(len(found), level) - given_).sum()) + 1e-9 for level in weights)


def test_tuned_layers_have_as_much_to_say_as_their_log_odds_are_worth() -> None:
    """Right ones count, and mend what regression gets wrong; noise counts next to nothing."""
    made, folds = material("sentiment"), [i // 12 for i in range(60)]
    place = [label.startswith("sentiment:") for label in shipped().labels].index(True) + MEANING
    right, noise = made.features.copy(), made.features.copy()
    right[:, place : place + 3] = 4 * np.eye(3)[made.truth]
    noise[:, place : place + 3] = RANDOM.normal(size=(60, 3))
    shares = []
    for features in (right, noise):
        fitting, _ = fitting_of(replace(made, features=features))
        share, odds = fitting.averaged(fitting.left_out(folds) / 50)
        shares.append(share)
        assert features is noise or (odds.argmax(axis=1) == made.truth).all()
    assert shares[0] > 3 * shares[1]


def test_tuned_layers_are_not_heard_on_labels_that_they_do_not_know() -> None:
    """Intents of a user's own: half of a vote would be a vote for the other half."""
    strangers = replace(material("intent"), names=("billing", "bug_report", "other"))
    assert not fitting_of(strangers)[0]._tuned.any()
    assert fitting_of(material("sentiment"))[0]._tuned.sum() == 3


def test_a_left_out_fold_is_scored_by_the_others() -> None:
    """Its own labels do not matter."""
    made = material("sentiment")
    folds = [i % 3 for i in range(60)]
    lied = replace(made, truth=np.where(np.array(folds) == 0, 2 - made.truth, made.truth))
    inside = np.array(folds) == 0
    before, after = (fitting_of(one)[0].left_out(folds)[inside] for one in (made, lied))
    assert before == pytest.approx(after)


def test_what_meaning_cannot_part_is_told_by_words() -> None:
    """The same features for all; a word tells the label."""
    made = material("sentiment")
    blurred = replace(made, features=np.tile(made.features[:1], (60, 1)))
    odds = fitting_of(blurred)[0].left_out([i // 12 for i in range(60)])
    assert (blurred.truth == odds.argmax(axis=1)).all()


def test_words_that_only_the_left_out_ticket_shares_do_not_help_it() -> None:
    """A head that did not see it has met them once, and so does not know them: its kernel counts what is known."""
    made = material("sentiment")
    folds = [i // 12 for i in range(60)]
    said = [wording("zebra crossing") if i in {0, 59} else one for i, one in enumerate(made.wordings)]
    fitting, _ = fitting_of(replace(made, wordings=tuple(said)))
    assert fitting._kernel[0, 59] > fitting._alike[0, 59] + 1
    assert fitting._against(np.array(folds))[0, 59] == pytest.approx(fitting._alike[0, 59])


def test_left_out_odds_are_as_far_as_the_text_may_be_trusted() -> None:
    """As the head itself will say them; words that every ticket has are as good as none."""
    made, folds = material("sentiment"), [i // 12 for i in range(60)]
    short, long = (
        fitting_of(replace(made, wordings=(said,) * 60))[0].left_out(folds) / trust([said])
        for said in (wording("all"), wording("all " * 50))
    )
    assert short == pytest.approx(long)


def test_a_label_without_a_row_in_training_is_never_said() -> None:
    """All rows of the first label are in one fold."""
    made = material("sentiment")
    folds = [0 if label == 0 else 1 + i % 2 for i, label in enumerate(made.truth)]
    odds = fitting_of(made)[0].left_out(folds)
    assert (odds[made.truth == 0].argmax(axis=1) != 0).all()


def sampled(odds: Features) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Labels as often as the odds say."""
    return np.array([RANDOM.choice(3, p=row) for row in probabilities(odds)])


@pytest.mark.parametrize("true", [0.5, 1.0, 2.5])
def test_the_temperature_is_found_again(true: float) -> None:
    """From odds that say ``true`` times too much."""
    odds = RANDOM.normal(size=(6_000, 3)) * 2
    assert true == pytest.approx(temperature(odds * true, sampled(odds)), rel=0.1)


def test_a_fold_is_not_its_own_judge() -> None:
    """Its temperature comes from the others: the labels of fold 0 do not change what is said of it."""
    odds, folds = RANDOM.normal(size=(90, 3)), [i % 3 for i in range(90)]
    truth = sampled(odds)
    other = np.where(np.array(folds) == 0, 2 - truth, truth)
    inside = np.array(folds) == 0
    assert cooled(odds, truth, folds)[inside] == pytest.approx(cooled(odds, other, folds)[inside])
