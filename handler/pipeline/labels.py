"""The three labels: what rules and examples say, and what a head that has seen labelled tickets makes of it."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from handler.domain.ports import Embedder
from handler.domain.taxonomy import Taxonomy
from handler.pipeline.base import Draft, Stage
from handler.pipeline.features import Concepts, Features, manner, meaning
from handler.pipeline.heads import Head, Headed, HeadsFile, likeliest, middle
from handler.pipeline.intent import ClassifyIntent
from handler.pipeline.sentiment import ClassifySentiment
from handler.pipeline.urgency import ClassifyUrgency

FeaturesOf = Callable[[Sequence[Draft]], Features]


def unheaded(taxonomy: Taxonomy, embedder: Embedder) -> Mapping[str, tuple[Stage, FeaturesOf]]:
    """Each signal's stage without a head, and what its head looks at."""
    intent, urgency, sentiment = ClassifyIntent(taxonomy, embedder), ClassifyUrgency(), ClassifySentiment(embedder)
    impact, tone = Concepts("urgency", embedder), Concepts("tone", embedder)
    return {
        "intent": (intent, lambda drafts: np.hstack([meaning(drafts), intent.log_odds(drafts)])),
        "urgency": (
            urgency,
            lambda drafts: np.hstack([meaning(drafts), impact(drafts), manner(drafts), urgency.signs(drafts)]),
        ),
        "sentiment": (
            sentiment,
            lambda drafts: np.hstack([meaning(drafts), tone(drafts), manner(drafts), sentiment.log_odds(drafts)]),
        ),
    }


def labellers(taxonomy: Taxonomy, embedder: Embedder, heads: HeadsFile, embedding: str) -> Mapping[str, Stage]:
    """Each signal's stage, with its head where that was fitted with this taxonomy and this ``embedding`` model."""
    stages: dict[str, Stage] = {}
    for signal, (stage, features) in unheaded(taxonomy, embedder).items():
        fits = heads.embedding == embedding and (signal != "intent" or heads.taxonomy == taxonomy.version)
        data = heads.heads.get(signal) if fits else None
        choose = middle if signal == "urgency" else likeliest
        stages[signal] = stage if data is None else Headed(stage, signal, Head.of(data), features, choose)
    return stages
