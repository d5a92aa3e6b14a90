"""A head is what was fitted with everything worked in, and its temperature makes confidence meet accuracy."""

from dataclasses import replace

import numpy as np
import pytest

from handler.evaluation.labelled import Row
from handler.fitting.head import Fitting, cooled, temperature
from handler.fitting.material import Material
from handler.pipeline.base import Draft
from handler.pipeline.features import Features
from handler.pipeline.heads import Head
from handler.pipeline.memory import Memory, remembered
from handler.pipeline.prototypes import probabilities
from tests.factories import ticket

RANDOM = np.random.default_rng(1)
NAMES = ("NEGATIVE", "NEUTRAL", "POSITIVE")


def material(signal: str, rows: int = 60, examples: int = 0) -> Material:
    """Rows whose features tell their label, with noise."""
    truth = np.arange(rows + examples) % 3
    meaning = RANDOM.normal(size=(rows + examples, 768)) / 28
    meaning[np.arange(rows + examples), truth] += 0.5
    extra = RANDOM.normal(size=(rows + examples, 3)) * (0.5 if signal == "intent" else 40) + 100
    row = Row(ticket(), {signal: "NEUTRAL"})
    weights = np.array([1.0] * rows + [0.5] * examples)
    features = np.hstack([meaning, extra])
    return Material(signal, NAMES, features, truth, weights, (row,) * rows, (Draft(),) * rows, (), np.arange(rows))


def fitting_of(made: Material) -> tuple[Fitting, Memory]:
    """Over a memory of its tickets."""
    memory = Memory.of(remembered(made.features[: len(made.rows)]))
    return Fitting(made, memory), memory


@pytest.mark.parametrize(("signal", "examples"), [("sentiment", 0), ("intent", 9)])
def test_a_head_over_raw_features_says_what_was_fitted_over_scaled_ones(signal: str, examples: int) -> None:
    """Scale, mean, the rules and temperature are in its numbers, to the digits that are kept."""
    made = material(signal, examples=examples)
    fitting, memory = fitting_of(made)
    tickets = len(made.rows)
    odds = (fitting._kernel @ fitting._solved(np.arange(len(made.truth))))[:tickets]
    odds += 0 if fitting._rules is None else made.features[:tickets, 768:] @ fitting._rules
    head = Head.of(fitting.head(0.2), memory)
    assert probabilities(odds / 0.2) == pytest.approx(head.probabilities(made.features[:tickets]), abs=0.02)
    assert (made.truth[:tickets] == odds.argmax(axis=1)).mean() > 0.9


def test_a_left_out_fold_is_scored_by_the_others() -> None:
    """Its own labels do not matter."""
    made = material("sentiment")
    folds = [i % 3 for i in range(60)]
    lied = replace(made, truth=np.where(np.array(folds) == 0, 2 - made.truth, made.truth))
    inside = np.array(folds) == 0
    before, after = (fitting_of(one)[0].left_out(folds)[inside] for one in (made, lied))
    assert before == pytest.approx(after)


def test_what_planes_cannot_part_is_told_by_nearness() -> None:
    """Two labels at the corners of a square, crosswise."""
    corners = np.array([[1, 1], [-1, -1], [1, -1], [-1, 1]]) * 0.7
    made = material("sentiment", rows=80)
    meaning = np.zeros((80, 768))
    meaning[:, :2] = corners[np.arange(80) % 4] + RANDOM.normal(size=(80, 2)) * 0.05
    crossed = replace(made, features=np.hstack([meaning, np.zeros((80, 3))]), truth=np.arange(80) % 4 // 2)
    odds = fitting_of(crossed)[0].left_out([i // 16 for i in range(80)])
    assert (crossed.truth == odds.argmax(axis=1)).all()


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
