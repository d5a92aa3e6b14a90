"""Sentence embeddings by MiniLM on CTranslate2."""

from collections.abc import Sequence

import numpy as np

from handler.domain.ports import Embeddings
from handler.inference import cache
from handler.inference.engine.encoder import Encoder
from handler.inference.engine.files import Converted
from handler.inference.minilm import DIMENSIONS, LIMITS, summed, unit_length


class MiniLM:
    """An Embedder. The model is loaded by the first call and kept in the model cache."""

    def __init__(self, model: Converted, *, threads: int) -> None:
        self._model = model
        self._threads = threads

    def embed(self, texts: Sequence[str]) -> Embeddings:
        """See ports.Embedder. Texts without a word piece get the embedding of the empty text."""
        spec = ("minilm", self._model.folder, self._threads)
        encoder = cache.get(spec, lambda: Encoder.load(self._model, self._threads))
        chunks, truncated = encoder.tokens.cut(texts, LIMITS)
        sums = np.zeros((len(texts), DIMENSIONS), np.float32)
        for batch, part in encoder.rows(chunks, summed):
            np.add.at(sums, [chunk.text for chunk in batch], part)
        return Embeddings(unit_length(sums), truncated)
