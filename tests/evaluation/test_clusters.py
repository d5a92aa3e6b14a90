"""Proposals for intents: what is alike goes together, and what is proposed can be pasted."""

import tomllib

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from handler.domain.taxonomy import Taxonomy
from handler.evaluation.clusters import MOST_EXAMPLES, Proposal, clusters, proposals
from tests.pipeline.fakes import FakeEmbedder

PIZZA = [f"one large pizza with {word}" for word in ("ham", "olives", "tuna", "corn", "onions")]
TRAIN = [f"the train to {city} runs late" for city in ("Bonn", "Bern", "Rome", "Oslo")]
ALONE = ["what time is it", "hello"]


def proposed(texts: list[str], least: int = 3, taken: tuple[str, ...] = ()) -> list[Proposal]:
    return proposals(texts, FakeEmbedder().embed(texts).vectors, least, taken)


def test_what_is_alike_becomes_an_intent() -> None:
    """The largest first; what stands alone becomes none. The order of the tickets does not matter."""
    texts = [*PIZZA[:2], *TRAIN, *ALONE, *PIZZA[2:]]
    found = proposed(texts)
    assert [5, 4] == [one.tickets for one in found]
    assert [set(PIZZA), set(TRAIN)] == [set(one.examples) for one in found]
    assert [set(one.examples) for one in proposed(texts[::-1])] == [set(one.examples) for one in found]
    assert ["pizza"] == [word for word in found[0].name.split("_") if word == "pizza"]


def test_small_clusters_and_repeated_texts_are_no_intent() -> None:
    """An intent needs three different examples."""
    assert [] == proposed(TRAIN, least=5)
    assert [] == proposed(["the very same text"] * 9)
    assert [] == proposed(ALONE)


def test_a_name_is_taken_once() -> None:
    """Also by the taxonomy that there is."""
    (first,) = proposed(TRAIN)
    (second,) = proposed(TRAIN, taken=(first.name,))
    assert f"{first.name}_2" == second.name


hostile = st.lists(st.text(min_size=1).map(lambda text: f"x {text}"), min_size=3, max_size=MOST_EXAMPLES, unique=True)


@given(hostile)
def test_whatever_customers_write_can_be_pasted(texts: list[str]) -> None:
    """Quotes, backslashes, controls, TOML: it is read back as strings, and is an intent."""
    intent = tomllib.loads(Proposal("name", 3, tuple(texts)).to_toml())["intents"][0]
    other = {**intent, "name": "other"}
    assert len(texts) == len(
        Taxonomy.model_validate({"default": "other", "intents": [intent, other]}).intents[0].examples
    )


@given(st.integers(0, 2**32), st.integers(0, 40))
def test_every_text_is_in_one_cluster(seed: int, count: int) -> None:
    """Of any vectors, and of none."""
    vectors = np.random.default_rng(seed).normal(size=(count, 3)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    assert list(range(count)) == sorted(i for some in clusters(vectors) for i in some)


def test_linkage_is_by_the_mean() -> None:
    """A chain of neighbours is not one cluster: its ends are not alike."""
    angles = np.arange(0, 180, 30) * np.pi / 180
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    assert 1 < len(list(clusters(vectors)))
