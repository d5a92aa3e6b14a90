"""Sentence embeddings by MiniLM on CTranslate2."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from handler.domain.ports import Embeddings, Vectors
from handler.inference import cache
from handler.inference.engine.encoder import Encoder
from handler.inference.engine.files import Converted
from handler.inference.minilm import DIMENSIONS, LIMITS, SHALLOW_LAYERS, summed, unit_length


@dataclass(frozen=True, slots=True)
class _Layers:
    """The whole model, and its first layers alone."""

    whole: Encoder
    first: Encoder

    @classmethod
    def load(cls, model: Converted, threads: int) -> "_Layers":
        whole = Encoder.load(model, threads)
        return cls(whole, whole.first(model, SHALLOW_LAYERS))


class MiniLM:
    """A LayeredEmbedder. The model is loaded by the first call and kept in the model cache."""

    def __init__(self, model: Converted, *, threads: int) -> None:
        self._model = model
        self._threads = threads

    def embed(self, texts: Sequence[str]) -> Embeddings:
        """See ports.Embedder. Texts without a word piece get the embedding of the empty text."""
        return _means(self._layers().whole, texts)

    def shallow(self, texts: Sequence[str]) -> Vectors:
        """See ports.LayeredEmbedder."""
        return _means(self._layers().first, texts).vectors

    def _layers(self) -> _Layers:
        spec = ("minilm", self._model.folder, self._threads)
        return cache.get(spec, lambda: _Layers.load(self._model, self._threads))


def _means(encoder: Encoder, texts: Sequence[str]) -> Embeddings:
    chunks, truncated = encoder.tokens.cut(texts, LIMITS)
    sums = np.zeros((len(texts), DIMENSIONS), np.float32)
    for batch, part in encoder.rows(chunks, summed):
        np.add.at(sums, [chunk.text for chunk in batch], part)
    return Embeddings(unit_length(sums), truncated)
