"""Better, worse, or not to be told apart."""

import numpy as np
import pytest

from handler.evaluation.labelled import Row
from handler.fitting.material import Material
from handler.fitting.verdict import verdict
from handler.pipeline.base import Draft, Label
from handler.pipeline.words import wording
from tests.factories import ticket

NAMES = ("NEGATIVE", "NEUTRAL", "POSITIVE")


def material(used: list[int]) -> Material:
    """As many rows of each label in turn; ``used``: what is said of them now."""
    truth = np.arange(len(used)) % 3
    rows = tuple(Row(ticket(), {"sentiment": NAMES[label]}) for label in truth)
    labels = tuple(Label(NAMES[i], 0.9, "head", "high") for i in used)
    drafts, said = (Draft(),) * len(used), (wording(""),) * len(used)
    return Material("sentiment", NAMES, np.zeros((len(used), 1)), truth, np.ones(len(used)), rows, drafts, labels, said)


RIGHT = [i % 3 for i in range(90)]
WRONG = [(i + 1) % 3 for i in range(90)]
ONE_WRONG = [*RIGHT[:-1], 0]


@pytest.mark.parametrize(
    ("used", "fitted", "opinion"),
    [
        (WRONG, RIGHT, "better"),
        (RIGHT, WRONG, "worse"),
        (RIGHT, RIGHT, "no clear difference"),
        (ONE_WRONG, RIGHT, "no clear difference"),
    ],
)
def test_an_opinion_is_had_where_chance_cannot_explain_it(used: list[int], fitted: list[int], opinion: str) -> None:
    """One ticket of ninety is chance."""
    found = verdict(material(used), np.eye(3)[fitted])
    assert (opinion, True) == (found.opinion, found.low <= found.gain <= found.high)


def test_it_is_the_same_every_time() -> None:
    """The draws are seeded."""
    first, again = (verdict(material(ONE_WRONG), np.eye(3)[WRONG]) for _ in range(2))
    assert first == again
