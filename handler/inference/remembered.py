"""Embeddings of texts that stay the same from process to process, kept in files: the examples of a taxonomy.

To embed some 250 examples takes a second of every cold start; to read them back takes a millisecond.
"""

import hashlib
import json
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from handler.domain.ports import Embedder, Embeddings, Vectors

DIMENSIONS = 384
LENGTH_TOLERANCE = 1e-3


class Remembered:
    """An Embedder whose answers are kept in ``folder``. ``model`` names what computes them, precision included."""

    def __init__(self, embedder: Embedder, folder: Path, model: str) -> None:
        self._embedder = embedder
        self._folder = folder
        self._model = model

    def embed(self, texts: Sequence[str]) -> Embeddings:
        """See ports.Embedder. A file that is missing or damaged is computed anew."""
        digest = hashlib.sha256(json.dumps([self._model, *texts]).encode()).hexdigest()
        path = self._folder / f"{digest}.npy"
        vectors = _read(path, len(texts))
        if vectors is not None:
            return Embeddings(vectors, (False,) * len(texts))
        computed = self._embedder.embed(texts)
        if not any(computed.truncated):
            _keep(path, computed.vectors)
        return computed


def _read(path: Path, rows: int) -> Vectors | None:
    try:
        vectors = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError, MemoryError):  # whatever a damaged header makes it try
        return None
    return vectors if isinstance(vectors, np.ndarray) and _are_embeddings(vectors, rows) else None


def _are_embeddings(vectors: Vectors, rows: int) -> bool:
    """As many as texts, of MiniLM's shape, and of unit length, which also rules out NaN."""
    if vectors.dtype != np.float32 or vectors.shape != (rows, DIMENSIONS):
        return False
    return bool((np.abs(np.linalg.norm(vectors, axis=1) - 1) < LENGTH_TOLERANCE).all())


def _keep(path: Path, vectors: Vectors) -> None:
    """Appears whole or not at all; where nothing can be written, as on Lambda, nothing is kept."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
            np.save(file, vectors, allow_pickle=False)
        Path(file.name).rename(path)
