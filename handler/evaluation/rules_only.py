"""A baseline: what the rules and signals say by themselves, without any embedding: what its words are worth."""

from collections.abc import Sequence

import numpy as np

from handler.domain.phrases import read
from handler.domain.taxonomy import Taxonomy
from handler.domain.ticket import RawTicket
from handler.evaluation.run import FAILED, Judged, Labels
from handler.pipeline.bands import Bands
from handler.pipeline.draft import Draft, Label
from handler.pipeline.feelings import BLAME_FIRST, Feelings
from handler.pipeline.gist import gist
from handler.pipeline.prototypes import probabilities
from handler.pipeline.rules import Rules
from handler.pipeline.urgency import ClassifyUrgency

BANDS = Bands(high=0.75, medium=0.5)


class RulesOnly:
    """Labels by the words of the masked ticket, as the pipeline reads them."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._names, self._default = taxonomy.names, taxonomy.default
        self._rules, self._urgency, self._feelings = Rules(taxonomy), ClassifyUrgency(), Feelings()

    def labelled(self, found: Sequence[Judged]) -> list[Labels]:
        """Of each row."""
        return [self._labels(one.enriched.ticket) for one in found]

    def _labels(self, ticket: RawTicket) -> Labels:
        draft = Draft(subject=ticket.subject, body=ticket.body, gist=gist(ticket.body))
        reading = read(draft.text)
        felt = self._feelings(reading)
        (judged,) = self._urgency([ticket], [draft])
        return {
            "intent": _heaviest(self._names, self._rules(reading).weights, self._default),
            "urgency": judged.urgency or FAILED,
            "sentiment": _heaviest(BLAME_FIRST, [float(len(felt.get(tone, ()))) for tone in BLAME_FIRST], "NEUTRAL"),
        }


def _heaviest(names: Sequence[str], weights: Sequence[float], default: str) -> Label:
    """The name with the most weight; the default where none has more than the others."""
    row = probabilities(np.array([weights]))[0]
    best = names[int(row.argmax())] if list(weights).count(max(weights)) == 1 else default
    return Label(best, float(row.max()), "rules", BANDS.of(float(row.max())))
