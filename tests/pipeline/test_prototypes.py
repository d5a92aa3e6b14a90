"""Groups told by example."""

import numpy as np
import pytest

from handler.domain.errors import ModelUnavailable
from handler.pipeline.prototypes import Group, Prototypes, embeddings_of, probabilities
from tests.pipeline.fakes import FakeEmbedder, drafts_of

GROUPS = {
    "fruit": Group("something to eat", ("red apple", "yellow banana", "green pear", "blue plum")),
    "tools": Group("something to work with", ("heavy hammer", "sharp saw")),
}


def _prototypes(embedder: FakeEmbedder, nearest: int = 2, description_weight: float = 0.0) -> Prototypes:
    return Prototypes(GROUPS, embedder, nearest=nearest, description_weight=description_weight)


def test_a_text_is_nearest_to_the_group_of_its_like() -> None:
    """Shape (texts, groups), in the order of the groups."""
    embedder = FakeEmbedder()
    vectors = embedder.embed(["a red apple", "the sharp saw", "an old saw"]).vectors

    similarities = _prototypes(embedder).similarities(vectors)

    assert similarities.shape == (3, 2)
    assert similarities.argmax(axis=1).tolist() == [0, 1, 1]


def test_only_the_nearest_examples_count() -> None:
    """A text means one of the things that a group may mean: one equal example is enough."""
    embedder = FakeEmbedder()
    vectors = embedder.embed(["red apple"]).vectors

    assert _prototypes(embedder, nearest=1).similarities(vectors)[0, 0] == pytest.approx(1.0)
    assert _prototypes(embedder, nearest=4).similarities(vectors)[0, 0] < 0.5


def test_the_description_counts_by_its_weight() -> None:
    """A group with few examples still has its description."""
    embedder = FakeEmbedder()
    vectors = embedder.embed(["something to eat"]).vectors

    plain, mixed = (_prototypes(embedder, description_weight=w).similarities(vectors)[0, 0] for w in (0.0, 0.5))

    assert mixed - plain == pytest.approx(0.5, abs=0.01)


def test_the_groups_are_embedded_once_and_not_before_they_are_needed() -> None:
    """The taxonomy costs a model run per process, not per batch."""
    embedder = FakeEmbedder()
    prototypes = _prototypes(embedder)
    assert embedder.calls == []

    vectors = np.eye(2, 384, dtype=np.float32)
    prototypes.similarities(vectors)
    prototypes.similarities(vectors)

    assert len(embedder.calls) == 1


def test_a_failure_to_embed_them_is_not_remembered() -> None:
    """The next batch tries again."""
    prototypes = _prototypes(FakeEmbedder(failures=[ModelUnavailable("gone")]))
    vectors = np.eye(1, 384, dtype=np.float32)

    with pytest.raises(ModelUnavailable):
        prototypes.similarities(vectors)
    assert prototypes.similarities(vectors).shape == (1, 2)


def test_probabilities_sum_to_one_however_large_the_odds() -> None:
    """Softmax by row, without overflow."""
    rows = probabilities(np.array([[1000.0, 0.0], [0.0, 0.0]]))

    assert rows.tolist() == [[1.0, 0.0], [0.5, 0.5]]


def test_embeddings_are_stacked_in_order() -> None:
    """Shape (drafts, 384)."""
    drafts = drafts_of("one", "two", "three")

    assert embeddings_of(drafts).shape == (3, 384)
