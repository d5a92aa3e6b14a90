"""What the customer wants: nearness to each intent's examples, plus the weight of the rules that match.

The default intent is the abstention: it is never less near than ``ABSTAIN_AT``, so it wins where nothing else is near.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

import numpy as np

from handler.domain.enriched import Method
from handler.domain.ports import Embedder
from handler.domain.taxonomy import Taxonomy
from handler.domain.ticket import RawTicket
from handler.pipeline.bands import Bands, doubted
from handler.pipeline.base import Draft
from handler.pipeline.features import wordings_of
from handler.pipeline.prototypes import Group, Prototypes, Scores, embeddings_of, probabilities
from handler.pipeline.rules import Matches, Rules
from handler.pipeline.work import whole

TEMPERATURE = 0.06  # of cosines; chosen so that confidence about meets accuracy on public training data
ABSTAIN_AT = 0.29  # texts about anything else are rarely nearer to an intent; chosen on the same data
NEAREST = 3  # examples count: an intent may mean several things, and a text means one of them
DESCRIPTION_WEIGHT = 0.15
BANDS = Bands(high=0.75, medium=0.5)
RANKED = 3


class ClassifyIntent:
    """Fills ``intent`` and ``intents``."""

    name: ClassVar[str] = "intent"
    needs: ClassVar[tuple[str, ...]] = ("embed",)
    work = staticmethod(whole)

    def __init__(self, taxonomy: Taxonomy, embedder: Embedder) -> None:
        groups = {intent.name: Group(intent.description, intent.examples) for intent in taxonomy.intents}
        self._taxonomy = taxonomy
        self._rules = Rules(taxonomy)
        self._prototypes = Prototypes(groups, embedder, nearest=NEAREST, description_weight=DESCRIPTION_WEIGHT)

    def __call__(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:
        """See base.Stage. Raises ModelUnavailable."""
        return self.judge(tickets, drafts)[0]

    def judge(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> tuple[list[Draft], Scores]:  # noqa: ARG002 - Judge
        """See heads.Judge: the log odds of each intent, by examples and rules together."""
        matches = [self._rules(said.reading) for said in wordings_of(drafts)]
        near = self._nearness(drafts) / TEMPERATURE
        by_example = probabilities(near)
        log_odds = near + np.array([found.weights for found in matches])
        rows = zip(drafts, matches, by_example, probabilities(log_odds), strict=True)
        return [self._labelled(*row) for row in rows], log_odds

    def _nearness(self, drafts: Sequence[Draft]) -> Scores:
        similarities = self._prototypes.similarities(embeddings_of(drafts))
        default = self._taxonomy.names.index(self._taxonomy.default)
        similarities[:, default] = similarities[:, default].clip(min=ABSTAIN_AT)
        return similarities

    def _labelled(self, draft: Draft, found: Matches, by_example: Scores, by_both: Scores) -> Draft:
        ranking = np.argsort(-by_both, kind="stable")[:RANKED]
        best = int(ranking[0])
        carried = found.weights[best] > 0 and (by_example.argmax() != best or by_example[best] < BANDS.medium)
        method: Method = "rules" if carried else "prototype"
        names = self._taxonomy.names
        label = BANDS.label(draft, names[best], float(by_both[best]), method, found.words[best])
        ranked = tuple((names[i], doubted(float(by_both[i]), draft)) for i in ranking)
        return replace(draft, intent=label, intents=ranked)
