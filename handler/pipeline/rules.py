"""What a taxonomy's rules find in a text: for each intent their weight, and the words that matched."""

from dataclasses import dataclass

from handler.domain.phrases import Matcher, Reading
from handler.domain.taxonomy import Taxonomy

MAX_RULE_WEIGHT = 4.0  # of one intent: a long text must not win by matching everything
MAX_EVIDENCE = 5


@dataclass(frozen=True, slots=True)
class Matches:
    """What the rules found in one text: weight and words by intent, in the taxonomy's order."""

    weights: tuple[float, ...]
    words: tuple[tuple[str, ...], ...]


class Rules:
    """All rules of a taxonomy, ready to be looked for."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._intents = len(taxonomy.intents)
        self._rules = [(i, rule) for i, intent in enumerate(taxonomy.intents) for rule in intent.rules]
        self._matcher = Matcher(*([rule.search] for _, rule in self._rules))

    def __call__(self, reading: Reading) -> Matches:
        """Each rule counts once."""
        weights = [0.0] * self._intents
        words: list[dict[str, None]] = [{} for _ in weights]
        for (intent, rule), hits in zip(self._rules, self._matcher.all(reading), strict=True):
            if hits:
                weights[intent] = min(weights[intent] + rule.weight, MAX_RULE_WEIGHT)
                words[intent][hits[0].words] = None
        return Matches(tuple(weights), tuple(tuple(found)[:MAX_EVIDENCE] for found in words))
