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
    except (OSError, ValueError, EOFError):
        return None
    sound = vectors.ndim == 2 and len(vectors) == rows and np.isfinite(vectors).all()  # noqa: PLR2004 - rows, columns
    return np.asarray(vectors, np.float32) if sound else None


def _keep(path: Path, vectors: Vectors) -> None:
    """Appears whole or not at all; where nothing can be written, as on Lambda, nothing is kept."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
            np.save(file, vectors, allow_pickle=False)
        Path(file.name).rename(path)
