"""The three labels: what rules and examples say, and what a head that has seen labelled tickets makes of it."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from handler.domain.ports import Embedder
from handler.domain.taxonomy import Taxonomy
from handler.pipeline.base import Draft, Stage
from handler.pipeline.features import Features, meaning, unaided
from handler.pipeline.heads import FeaturesOf, Head, Headed, Judge, likeliest, middle
from handler.pipeline.heads_file import HeadsFile
from handler.pipeline.intent import ClassifyIntent
from handler.pipeline.prototypes import Scores
from handler.pipeline.sentiment import ClassifySentiment
from handler.pipeline.urgency import ClassifyUrgency
from handler.pipeline.words import Words


def unheaded(taxonomy: Taxonomy, embedder: Embedder) -> Mapping[str, tuple[Judge, FeaturesOf]]:
    """Each signal's stage without a head, and what its head looks at."""
    intent, urgency, sentiment = ClassifyIntent(taxonomy, embedder), ClassifyUrgency(), ClassifySentiment(embedder)
    return {
        "intent": (intent, lambda drafts, judged: np.hstack([meaning(drafts), judged, judged * unaided(drafts)])),
        "urgency": (urgency, _told),
        "sentiment": (sentiment, _told),
    }


def _told(drafts: Sequence[Draft], judged: Scores) -> Features:
    return np.hstack([meaning(drafts), judged])


def labellers(
    taxonomy: Taxonomy, embedder: Embedder, heads: Sequence[HeadsFile], embedding: str
) -> Mapping[str, Stage]:
    """Each signal's stage, with the first head that was fitted with this taxonomy and this ``embedding`` model."""
    stages: dict[str, Stage] = {}
    read = [(file, Words.of(file.vocabulary)) for file in heads]
    for signal, (stage, features) in unheaded(taxonomy, embedder).items():
        head = _head_of(signal, taxonomy, embedding, read)
        stages[signal] = Headed(stage, signal, head, features, chooser(signal)) if head else stage
    return stages


def _head_of(signal: str, taxonomy: Taxonomy, embedding: str, heads: Sequence[tuple[HeadsFile, Words]]) -> Head | None:
    for file, words in heads:
        if data := file.head_for(signal, taxonomy, embedding):
            return Head.of(data, words)
    return None


def chooser(signal: str) -> Callable[[Scores], int]:
    """Which label is said, of a row of probabilities: urgency's are in order."""
    return middle if signal == "urgency" else likeliest
