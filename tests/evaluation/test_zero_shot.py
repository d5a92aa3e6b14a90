"""Nearness alone: the label whose words lie nearest."""

from handler.domain.taxonomy import load_taxonomy
from handler.evaluation.run import FAILED
from handler.evaluation.zero_shot import LEVELS, ZeroShot
from tests.evaluation.made import judged
from tests.pipeline.fakes import FakeEmbedder


def test_the_nearest_label_is_given() -> None:
    """An intent's own example, and the sentence that stands for a level."""
    taxonomy, embedder = load_taxonomy(None), FakeEmbedder()
    texts = [taxonomy.intents[2].examples[0], LEVELS["critical"]]
    vectors = embedder.embed(texts).vectors.tolist()
    first, second = ZeroShot(taxonomy, embedder).labelled([judged({}, embedding=vector) for vector in vectors])
    assert (taxonomy.names[2], "critical") == (first["intent"].value, second["urgency"].value)
    assert "prototype" == first["intent"].method


def test_without_an_embedding_there_is_no_label() -> None:
    """The stage failed; the rows of others are labelled all the same."""
    (found,) = ZeroShot(load_taxonomy(None), FakeEmbedder()).labelled([judged({})])
    assert [FAILED] * 3 == list(found.values())
