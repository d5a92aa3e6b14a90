"""A taxonomy looked at through its own examples: which sit nearer to another intent, which intents say too little."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import combinations
from typing import Any

import numpy as np

from handler.domain.ports import Embedder, Vectors
from handler.domain.taxonomy import Intent, Taxonomy
from handler.pipeline.intent import DESCRIPTION_WEIGHT, NEAREST
from handler.pipeline.prototypes import Scores

THIN = 8  # examples; with fewer an intent is known by a few phrases only
ALIKE = 0.9  # cosine from which two examples say the same
CLEARLY = 0.05  # cosine by which an example has to be nearer to another intent to be named
OVERLAPPING = 0.25  # of the examples of two intents together sit nearer to the other


class Severity(StrEnum):
    """Errors make the file contradict itself or unusable; warnings are for the author to judge."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found where: ``place`` is the field, ``example`` the author's own text, if it is about one."""

    severity: Severity
    place: str
    said: str
    example: str = ""

    def to_row(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)


def findings(taxonomy: Taxonomy, embedder: Embedder) -> list[Finding]:
    """Everything that can be said of the examples. Raises ModelUnavailable."""
    vectors = [embedder.embed([one.description, *one.examples]).vectors for one in taxonomy.intents]
    found = [*_twins(taxonomy.intents, vectors), *_thin(taxonomy.intents)]
    near = [_similarities(own, vectors) for own in range(len(vectors))]
    return [*found, *_overlaps(taxonomy.intents, near), *_strays(taxonomy.intents, near)]


def _twins(intents: Sequence[Intent], vectors: Sequence[Vectors]) -> Iterator[Finding]:
    """Examples of two intents that say the same: in the same words they contradict each other."""
    for (i, one), (j, other) in combinations(enumerate(intents), 2):
        for a, b in np.argwhere(vectors[i][1:] @ vectors[j][1:].T >= ALIKE).tolist():
            place = f"intents.{one.name}.examples.{a}"
            if _words(one.examples[a]) == _words(other.examples[b]):
                yield Finding(Severity.ERROR, place, f"is also an example of {other.name}", one.examples[a])
            else:
                said = f"says nearly the same as intents.{other.name}.examples.{b}"
                yield Finding(Severity.WARNING, place, said, one.examples[a])


def _words(text: str) -> str:
    return " ".join(text.lower().split())


def _thin(intents: Sequence[Intent]) -> Iterator[Finding]:
    for one in intents:
        if len(one.examples) < THIN:
            said = f"has {len(one.examples)} examples; with {THIN} or more, in different words, it is found more often"
            yield Finding(Severity.WARNING, f"intents.{one.name}.examples", said)


def _similarities(own: int, vectors: Sequence[Vectors]) -> Scores:
    """Of one intent's examples to each intent, as ClassifyIntent has it, itself left out: (examples, intents)."""
    examples = vectors[own][1:]
    return np.stack([_to(examples @ other.T, itself=own == i) for i, other in enumerate(vectors)], axis=1)


def _to(cosines: Vectors, *, itself: bool) -> Scores:
    """``cosines``: shape (examples, 1 + the intent's examples), the description's first."""
    others = cosines[:, 1:].astype(np.float64)
    if itself:
        np.fill_diagonal(others, -np.inf)
    most = min(NEAREST, others.shape[1] - itself)
    nearest = np.sort(others, axis=1)[:, -most:].mean(axis=1)
    return np.asarray((1 - DESCRIPTION_WEIGHT) * nearest + DESCRIPTION_WEIGHT * cosines[:, 0])


def _overlaps(intents: Sequence[Intent], near: Sequence[Scores]) -> Iterator[Finding]:
    """Pairs of intents that share much of their ground."""
    for i, j in combinations(range(len(intents)), 2):
        crossing = int((near[i][:, j] > near[i][:, i]).sum() + (near[j][:, i] > near[j][:, j]).sum())
        total = len(near[i]) + len(near[j])
        if crossing / total >= OVERLAPPING:
            said = f"overlaps with {intents[j].name}: {crossing} of their {total} examples sit nearer to the other one"
            yield Finding(Severity.WARNING, f"intents.{intents[i].name}", said)


def _strays(intents: Sequence[Intent], near: Sequence[Scores]) -> Iterator[Finding]:
    """Examples that sit nearer to another intent than to their own, the farthest first."""
    found = [
        (float(row[best] - row[i]), i, number, best)
        for i, rows in enumerate(near)
        for number, row in enumerate(rows)
        if row[best := int(row.argmax())] >= row[i] + CLEARLY
    ]
    for _, i, number, best in sorted(found, key=lambda one: -one[0]):
        row = near[i][number]
        said = f"sits nearer to {intents[best].name} ({row[best]:.2f}) than to its own ({row[i]:.2f})"
        place = f"intents.{intents[i].name}.examples.{number}"
        yield Finding(Severity.WARNING, place, said, intents[i].examples[number])
