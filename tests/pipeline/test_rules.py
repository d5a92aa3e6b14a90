"""What rules add up to, and where that ends."""

from handler.domain.phrases import read
from handler.domain.taxonomy import Intent, Rule, Taxonomy
from handler.pipeline.rules import MAX_EVIDENCE, MAX_RULE_WEIGHT, Rules

WORDS = ("one", "two", "three", "four", "five", "six")


def intent(name: str, *words: str) -> Intent:
    rules = tuple(Rule(phrase=word, weight=1.5) for word in words)
    return Intent(name=name, description="d", examples=("a", "b", "c"), rules=rules)


def test_weights_add_up_to_a_bound_and_evidence_is_cut() -> None:
    """A long text must not win by matching everything; a rule counts once, however often it matches."""
    rules = Rules(Taxonomy(default="none", intents=(intent("none"), intent("some", *WORDS))))
    once, all_of_them = rules(read("two, two and TWO")), rules(read(" ".join(WORDS)))
    assert ((0.0, 1.5), ((), ("two",))) == (once.weights, once.words)
    assert (0.0, MAX_RULE_WEIGHT) == all_of_them.weights
    assert WORDS[:MAX_EVIDENCE] == all_of_them.words[1]
