"""One head: ridge regression over features and words, averaged with what tuned layers say, and its temperature.

It is solved by comparing tickets with each other (the dual form), since there are fewer tickets than terms: two are
alike in meaning, in what rules and examples say of them, and in the words that they have in common.
https://doi.org/10.1007/978-0-387-84858-7, sections 3.4 and 12.3
"""

from collections.abc import Iterator, Sequence

import numpy as np

from handler.domain.packed import Packed
from handler.domain.ports import ODDS
from handler.fitting.material import EXAMPLE, Indices, Material
from handler.inference.tuning import shipped
from handler.pipeline.features import MEANING, Features
from handler.pipeline.heads import calibrated
from handler.pipeline.heads_file import HeadData
from handler.pipeline.words import LEAST_TICKETS, Words, dense, trust

# Chosen by leaving styles out (``python -m training.fit`` prints those scores).
WORDS = 4.0  # what words in common count, against meaning
EMBEDDING = 0.3  # what likeness in all of its numbers counts, and so on
SIGNS = {"intent": 0.1, "urgency": 0.5, "sentiment": 0.5}  # all that is not meaning
ORDERED = {"urgency"}  # where a sign moves a ticket up or down, and never from the middle to both ends
RULES = 1.0  # of what a head leaves to examples and rules: a text of a few words is unlike all known tickets
LEAST_SPREAD = 0.01  # a sign that is hardly ever there is not to shout
LEVEL = 0.2  # of every label, so that frequent ones may be likelier
RESTRAINT = 0.4
NEVER = -20.0  # log odds of a label that no ticket of a fold's training has
DIGITS = 4
TERM_LEVELS = 15  # of a term's weight on either side of zero: as good as 127, and compresses to half
BLOCK = 2_000  # terms that are looked at at once
COOLEST, HOTTEST = 0.01, 5.0  # temperatures that are tried
SPLITS = 60  # of that range, each to 62% of it: to the last digit
GOLDEN = (5**0.5 - 1) / 2


class Fitting:
    """Fits heads of one signal to some rows of its material."""

    def __init__(self, material: Material, words: Words) -> None:
        self._material = material
        features = material.features
        self._mean = features.mean(axis=0)
        self._scale = _scale(material)
        self._scaled = (features - self._mean) * self._scale
        self._terms = len(words.rarity)
        self._rows = [words.row(one) for one in material.wordings]
        self._alike = self._scaled @ self._scaled.T + LEVEL
        self._kernel = self._alike.copy()
        for _, block in self._blocks():
            self._kernel += WORDS * block @ block.T
        self._rules = RULES * np.eye(len(material.names)) if material.signal == "intent" else None  # the last features
        self._tuned = _tuned(material)

    def _blocks(self) -> Iterator[tuple[slice, Features]]:
        return dense(self._rows, self._terms, BLOCK)

    def left_out(self, folds: Sequence[int]) -> Features:
        """Log odds of each ticket, by regression that saw no ticket of its fold: shape (tickets, labels)."""
        tickets = len(self._material.rows)
        fold = np.array([*folds, *[EXAMPLE] * (len(self._kernel) - tickets)])
        odds = np.zeros((tickets, len(self._material.names)))
        against = self._against(fold)
        for one in sorted(set(folds)):
            seen, inside = np.flatnonzero(fold != one), np.flatnonzero(fold == one)
            parts = self._solved(seen)
            odds[inside] = against[np.ix_(inside, seen)] @ parts
            odds[inside] += self._scaled[inside] @ self._straightened(self._scaled[seen].T @ parts)
            odds[np.ix_(inside, self._unknown(seen))] = NEVER
        if self._rules is not None:
            odds += self._material.features[:tickets, -len(self._rules) :] @ self._rules
        return odds * trust(self._material.wordings[:tickets])

    def _against(self, fold: Indices) -> Features:
        """The kernel as a head meets it that saw no ticket of the row's fold: it knows fewer terms."""
        common = np.zeros_like(self._kernel)
        for _, block in self._blocks():
            for one in sorted({*fold} - {EXAMPLE}):
                inside = fold == one
                known = (block[~inside] > 0).sum(axis=0) >= LEAST_TICKETS
                common[inside] += block[np.ix_(inside, known)] @ block[:, known].T
        return np.asarray(self._alike + WORDS * common)

    def averaged(self, odds: Features) -> tuple[float, Features]:
        """What the tuned layers' log odds count beside those of regression, and both together.

        As much as calibrates them alike: of two witnesses the one who is surer with reason has more to say.
        """
        tickets = len(odds)
        truth = self._material.truth[:tickets]
        said = self._material.features[:tickets] @ self._tuned * trust(self._material.wordings[:tickets])
        share = temperature(odds, truth) / temperature(said, truth)
        return share, odds + share * said

    def head(self, divisor: float, share: float) -> HeadData:
        """Fitted to all rows, over the raw features: scale, mean, share of the tuned layers, temperature worked in."""
        parts = self._solved(np.arange(len(self._kernel))) / divisor
        scaled = self._scaled.T @ parts
        scaled += self._straightened(scaled)
        bias = LEVEL * parts.sum(axis=0) - (self._mean * self._scale) @ scaled
        weights = scaled * self._scale[:, None] + self._tuned * share / divisor
        if self._rules is not None:
            weights[-len(self._rules) :] += self._rules / divisor
        words = np.zeros((self._terms, len(bias)))
        for some, block in self._blocks():
            words[some] = WORDS * block.T @ parts
        return HeadData(
            labels=self._material.names,
            bias=tuple(round(float(number), DIGITS) for number in bias),
            weights=Packed.of(weights, "float16"),
            words=Packed.of(words, "int8", TERM_LEVELS),
        )

    def _solved(self, rows: Indices) -> Features:
        """Each row's part in every label: least squares, held back by RESTRAINT, by less the more a row weighs."""
        width = len(self._material.names)
        wanted = np.eye(width)[self._material.truth[rows]] - 1 / width
        restraint = np.diag(RESTRAINT / self._material.weights[rows])
        return np.linalg.solve(self._kernel[np.ix_(rows, rows)] + restraint, wanted)

    def _straightened(self, weights: Features) -> Features:
        """What signs' weights lack to rise, or to fall, from label to label: shape (features, labels)."""
        lacking = np.zeros_like(weights)
        if self._material.signal in ORDERED:
            signs = weights[MEANING + ODDS :]
            lacking[MEANING + ODDS :] = [_straight(one) - one for one in signs]
        return lacking

    def _unknown(self, rows: Indices) -> Indices:
        """The labels of none of these rows."""
        return np.setdiff1d(np.arange(len(self._material.names)), self._material.truth[rows])


def _scale(material: Material) -> Features:
    """What features are multiplied by: each comes to a like spread, and each kind of them to its say."""
    meaning, odds, signs = np.split(material.features, [MEANING, MEANING + ODDS], axis=1)
    heard_apart = np.zeros(odds.shape[1])  # an average of both is worth far more (docs/quality.md)
    return np.concatenate([_like(meaning, EMBEDDING), heard_apart, _like(signs, SIGNS[material.signal])])


def _straight(weights: Features) -> Features:
    """The nearest ones that rise from label to label, or fall: whichever are nearer."""
    rising, falling = _rising(weights), -_rising(-weights)
    return min(rising, falling, key=lambda found: float(np.square(found - weights).sum()))


def _rising(weights: Features) -> Features:
    """The nearest ones that never fall: isotonic regression, by its formula of minima and maxima of means.

    https://doi.org/10.1214/aoms/1177728423
    """
    places = range(len(weights))
    means = {(i, j): weights[i : j + 1].mean() for i in places for j in places[i:]}
    return np.array([max(min(means[i, j] for j in places[k:]) for i in places[: k + 1]) for k in places])


def _tuned(material: Material) -> Features:
    """Which features are the tuned layers' log odds of which label; none where they do not know all labels."""
    places = {label: place for place, label in enumerate(shipped().labels)}
    wanted = [f"{material.signal}:{name}" for name in material.names]
    chosen = np.zeros((material.features.shape[1], len(wanted)))
    if places.keys() >= set(wanted):
        chosen[[MEANING + places[label] for label in wanted], np.arange(len(wanted))] = 1.0
    return chosen


def _like(features: Features, say: float) -> Features:
    spread = np.maximum(features.std(axis=0), LEAST_SPREAD)
    return np.asarray((say / max(features.shape[1], 1)) ** 0.5 / spread)


def temperature(odds: Features, truth: Indices) -> float:
    """What the log odds have to be divided by, so that confidence meets accuracy: least log loss (golden section)."""

    def loss(divisor: float) -> float:
        return -float(np.mean(np.log(calibrated(odds / divisor)[np.arange(len(truth)), truth])))

    low, high = COOLEST, HOTTEST
    for _ in range(SPLITS):
        left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        low, high = (low, right) if loss(left) < loss(right) else (left, high)
    return (low + high) / 2


def cooled(odds: Features, truth: Indices, folds: Sequence[int]) -> Features:
    """Probabilities of left-out tickets, each fold at the temperature of the others: none is its own judge."""
    parts, found = np.array(folds), np.zeros_like(odds)
    for one in sorted(set(folds)):
        inside = parts == one
        found[inside] = calibrated(odds[inside] / temperature(odds[~inside], truth[~inside]))
    return found
