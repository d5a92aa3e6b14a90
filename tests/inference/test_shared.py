"""Two stages that ask for the same sentences pay for them once."""

import hashlib
import threading

import numpy as np

from handler.inference.shared import REMEMBERED, Shared
from tests.pipeline.fakes import FakeEmbedder


def test_what_is_known_is_not_computed_again() -> None:
    """Nor what is asked twice at once; the answer is the same, in order."""
    inner = FakeEmbedder()
    shared = Shared(inner)
    first = shared.embed(["a", "b", "a"])
    again = shared.embed(["b", "c"])
    assert [["a", "b"], ["c"]] == inner.calls
    expected = FakeEmbedder().embed(["a", "b", "a", "c"]).vectors
    np.testing.assert_array_equal(expected[:3], first.vectors)
    np.testing.assert_array_equal(expected[[1, 3]], again.vectors)


def test_side_by_side_each_text_is_computed_once() -> None:
    """Whoever comes second waits."""
    inner = FakeEmbedder()
    shared = Shared(inner)
    threads = [threading.Thread(target=shared.embed, args=([f"{n}" for n in range(50)],)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 50 == sum(map(len, inner.calls))


def test_no_words_are_kept() -> None:
    """Only hashes and vectors."""
    shared = Shared(FakeEmbedder())
    shared.embed(["a customer's words"])
    assert [hashlib.sha256(b"a customer's words").digest()] == list(shared._known)


def test_it_does_not_remember_for_ever() -> None:
    """A worker lives for months."""
    shared = Shared(FakeEmbedder())
    shared.embed([f"{n}" for n in range(REMEMBERED + 10)])
    assert REMEMBERED == len(shared._known)
