"""What is found in a taxonomy: contradictions, near twins, thin and overlapping intents, stray examples."""

from handler.domain.taxonomy import Intent, Taxonomy
from handler.evaluation.overlap import THIN, Severity, findings
from tests.pipeline.fakes import FakeEmbedder

PIZZA = [
    f"pizza with cheese and {topping}"
    for topping in ("ham", "olives", "tuna", "corn", "onions", "egg", "basil", "figs")
]
TRAIN = [f"train ticket to station {city}" for city in ("Bonn", "Bern", "Rome", "Oslo", "Lyon", "Linz", "Cork", "Brno")]


def taxonomy(pizza: list[str], train: list[str]) -> Taxonomy:
    intents = (
        Intent(name="pizza", description="pizza with cheese", examples=tuple(pizza)),
        Intent(name="train", description="train ticket to a station", examples=tuple(train)),
    )
    return Taxonomy(default="train", intents=intents)


def found(pizza: list[str], train: list[str]) -> list[tuple[str, str, str]]:
    return [(one.severity, one.place, one.said) for one in findings(taxonomy(pizza, train), FakeEmbedder())]


def test_intents_apart_with_examples_enough_are_sound() -> None:
    """Nothing to say."""
    assert [] == found(PIZZA, TRAIN)


def test_the_same_words_for_two_intents_are_an_error() -> None:
    """Case and white space aside; with other words in another order it is a warning."""
    ((severity, place, said), *_) = found([*PIZZA, TRAIN[3]], [*TRAIN, "x y z"])
    assert (Severity.ERROR, "intents.pizza.examples.8", "is also an example of train") == (severity, place, said)
    again = found([*PIZZA, f" {TRAIN[3].upper()} "], TRAIN)
    assert [Severity.ERROR] == [severity for severity, _, _ in again if severity is Severity.ERROR]
    near = found([*PIZZA, "to station Oslo train ticket"], TRAIN)
    assert (Severity.WARNING, "intents.pizza.examples.8", "says nearly the same as intents.train.examples.3") in near


def test_a_stray_example_is_named_with_where_it_sits() -> None:
    """By both nearnesses."""
    (stray,) = found([*PIZZA, "ticket for a train to a station"], TRAIN)
    assert stray[1] == "intents.pizza.examples.8"
    assert stray[2].startswith("sits nearer to train (0.")


def test_an_example_does_not_speak_for_itself() -> None:
    """One that has a word with the others of its intent, and two with another intent, is a stray."""
    words = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"]
    ours = [f"cheese {word} {word}x {word}y" for word in words]
    theirs = [f"station {word}1 {word}2 {word}3" for word in words]
    assert [] == found(ours, theirs)
    (stray,) = found([*ours, "station 4 5 6"], theirs)
    assert stray[1] == "intents.pizza.examples.8"


def test_few_examples_are_said_to_be_few() -> None:
    """The limit is a warning's, not the file's."""
    assert [(Severity.WARNING, "intents.train.examples")] == [one[:2] for one in found(PIZZA, TRAIN[: THIN - 1])]


def test_intents_that_share_their_ground_overlap() -> None:
    """A quarter of the examples of both."""
    mixed = found(PIZZA[:4] + TRAIN[:4], TRAIN[4:] + PIZZA[4:])
    assert any(one[2].startswith("overlaps with train: ") for one in mixed)
