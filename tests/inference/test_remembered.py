"""Embeddings that are kept: the same as computed, whatever the file has become."""

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from handler.domain.ports import Embeddings
from handler.inference.remembered import Remembered
from tests.pipeline.fakes import FakeEmbedder

TEXTS = ["one example", "another"]


class Counting:
    """An embedder that counts its calls."""

    def __init__(self) -> None:
        self.calls = 0

    def embed(self, texts: Sequence[str]) -> Embeddings:
        self.calls += 1
        return FakeEmbedder().embed(texts)


def test_what_was_computed_once_is_read_back(tmp_path: Path) -> None:
    """By another process too; other texts and another model are computed for themselves."""
    counting = Counting()
    first = Remembered(counting, tmp_path, "m").embed(TEXTS)
    again = Remembered(counting, tmp_path, "m").embed(TEXTS)
    assert np.array_equal(first.vectors, again.vectors)
    assert 1 == counting.calls
    Remembered(counting, tmp_path, "m").embed(TEXTS[::-1])
    Remembered(counting, tmp_path, "other").embed(TEXTS)
    assert 3 == counting.calls


def saved(array: object) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.asarray(array))
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"rubbish",
        b"\x93NUMPY\x01\x00",
        saved(np.ones((2, 3), np.float32)),
        saved(np.zeros((2, 384), np.float32)),
        saved(np.full((2, 384), np.nan, np.float32)),
        saved(np.eye(2, 384)),
        saved(np.eye(3, 384, dtype=np.float32)),
        saved("text"),
    ],
)
def test_a_damaged_file_is_computed_anew(tmp_path: Path, content: bytes) -> None:
    """And mended."""
    counting = Counting()
    expected = Remembered(counting, tmp_path, "m").embed(TEXTS).vectors
    (path,) = tmp_path.iterdir()
    path.write_bytes(content)
    assert np.array_equal(expected, Remembered(counting, tmp_path, "m").embed(TEXTS).vectors)
    assert 2 == counting.calls


def test_where_nothing_can_be_written_it_still_works(tmp_path: Path) -> None:
    """Lambda's root is read-only."""
    (tmp_path / "file").touch()
    found = Remembered(Counting(), tmp_path / "file" / "folder", "m").embed(TEXTS)
    assert (2, 384) == found.vectors.shape
