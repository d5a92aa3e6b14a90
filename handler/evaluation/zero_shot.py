"""A baseline: each label said in a sentence or by example, and a ticket gets the one that it lies nearest to.

No rules, no heads, no thresholds: what the embedding alone is worth.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from handler.domain.ports import Embedder
from handler.domain.taxonomy import Taxonomy
from handler.evaluation.run import FAILED, Judged, Labels
from handler.pipeline.bands import Bands
from handler.pipeline.draft import Label
from handler.pipeline.prototypes import Group, Prototypes, Scores, probabilities

TEMPERATURE = 0.06  # of cosines, as the intents have it
NEAREST = 3
DESCRIPTION_WEIGHT = 0.15
BANDS = Bands(high=0.75, medium=0.5)

LEVELS: Mapping[str, str] = {
    "low": "This is only a question or an idea and there is no hurry at all.",
    "medium": "Something does not work as it should, but I can go on working.",
    "high": "I am blocked and need an answer today.",
    "critical": "Everything is down, data or money is being lost, and it has to stop at once.",
}
TONES: Mapping[str, str] = {
    "NEGATIVE": "I am angry and disappointed.",
    "NEUTRAL": "I state facts and ask a question.",
    "POSITIVE": "I am happy and grateful.",
}


class ZeroShot:
    """Labels by nearness, from the embeddings that the pipeline has made."""

    def __init__(self, taxonomy: Taxonomy, embedder: Embedder) -> None:
        intents = {one.name: Group(one.description, one.examples) for one in taxonomy.intents}
        self._prototypes = {
            "intent": _prototypes(intents, embedder),
            "urgency": _prototypes(_sentences(LEVELS), embedder),
            "sentiment": _prototypes(_sentences(TONES), embedder),
        }

    def labelled(self, found: Sequence[Judged]) -> list[Labels]:
        """Of each row. Raises ModelUnavailable."""
        return [self._labels(one.enriched.enrichment.embedding) for one in found]

    def _labels(self, embedding: Sequence[float] | None) -> Labels:
        if embedding is None:
            return dict.fromkeys(self._prototypes, FAILED)
        vectors = np.array([embedding], np.float32)
        return {
            signal: _nearest(one.names, one.similarities(vectors) / TEMPERATURE)
            for signal, one in self._prototypes.items()
        }


def _prototypes(groups: Mapping[str, Group], embedder: Embedder) -> Prototypes:
    return Prototypes(groups, embedder, nearest=NEAREST, description_weight=DESCRIPTION_WEIGHT)


def _sentences(said: Mapping[str, str]) -> dict[str, Group]:
    return {label: Group(text, (text,)) for label, text in said.items()}


def _nearest(names: Sequence[str], log_odds: Scores) -> Label:
    row = probabilities(log_odds)[0]
    best = int(row.argmax())
    return Label(names[best], float(row[best]), "prototype", BANDS.of(float(row[best])))
