"""The embedding of what the customer wrote."""

import numpy as np
import pytest

from handler.domain.errors import ModelUnavailable, NotFinite
from handler.pipeline.base import Computation, Draft, Pipeline
from handler.pipeline.embed import Embed
from handler.pipeline.redact import Redact
from tests.pipeline.fakes import FakeEmbedder, drafts_of, tickets_of

COMPUTATION = Computation(1, "fast", "none", {}, "taxonomy", "0123456789abcdef")


def test_subject_and_body_are_embedded_in_one_call() -> None:
    """One batch, one call, a vector each, and what tuned layers say."""
    embedder = FakeEmbedder()
    drafts = [Draft(subject="Login", body="fails"), Draft(body="Refund")]

    embedded = Embed(embedder)(tickets_of("a", "b"), drafts)

    assert embedder.calls == [["Login\nfails", "Refund"]]
    assert [draft.embedding.shape for draft in embedded if draft.embedding is not None] == [(384,), (384,)]
    assert drafts[0].embedding is None
    assert embedded[0].odds is not None
    assert np.array_equal(embedder.odds(["Login\nfails"])[0], embedded[0].odds)


def test_truncation_is_told() -> None:
    """A text that was not read to its end says so."""
    long, short = Embed(FakeEmbedder(limit=10))(tickets_of("a", "b"), drafts_of("much too long", "short"))

    assert (long.truncated, short.truncated) == (("embed",), ())


def test_a_vector_that_is_no_number_is_refused() -> None:
    """NaN would make every score nonsense, silently."""
    with pytest.raises(NotFinite):
        Embed(FakeEmbedder(broken="x"))(tickets_of("x"), drafts_of("x"))


def test_in_a_pipeline_only_the_broken_text_lacks_its_embedding() -> None:
    """The pipeline halves the batch down to the text that gives NaN."""
    pipeline = Pipeline([Redact("mask"), Embed(FakeEmbedder(broken="bad"))], COMPUTATION)

    drafts = pipeline.run(tickets_of("a", "bad", "c")).drafts

    assert [draft.errors for draft in drafts] == [{}, {"embed": "NotFinite"}, {}]
    assert [draft.embedding is None or bool(np.isnan(draft.embedding).any()) for draft in drafts] == [
        False,
        True,
        False,
    ]


def test_a_model_that_is_not_there_is_nobodys_fault() -> None:
    """ModelUnavailable passes through the pipeline: the tickets are tried again later."""
    pipeline = Pipeline([Redact("mask"), Embed(FakeEmbedder(failures=[ModelUnavailable("gone")]))], COMPUTATION)

    with pytest.raises(ModelUnavailable):
        pipeline.run(tickets_of("a", "b"))
