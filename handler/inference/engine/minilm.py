"""Sentence embeddings by MiniLM on CTranslate2."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from handler.domain.ports import ODDS, Embeddings, Vectors
from handler.inference import cache
from handler.inference.engine.encoder import Encoder
from handler.inference.engine.files import Converted
from handler.inference.minilm import DIMENSIONS, LIMITS, summed, unit_length
from handler.inference.tuning import Tuning


@dataclass(frozen=True, slots=True)
class _Encoders:
    """The model, and its first layers as they were tuned."""

    whole: Encoder
    tuned: Encoder | None

    @classmethod
    def load(cls, model: Converted, threads: int, tuning: Tuning | None) -> "_Encoders":
        whole = Encoder.load(model, threads)
        return cls(whole, whole.tuned(model, tuning.layers, tuning.matrices()) if tuning else None)


class MiniLM:
    """A TunedEmbedder. The models are loaded by the first call and kept in the model cache."""

    def __init__(self, model: Converted, *, threads: int, tuning: Tuning | None = None) -> None:
        self._model = model
        self._threads = threads
        self._tuning = tuning

    def embed(self, texts: Sequence[str]) -> Embeddings:
        """See ports.Embedder. Texts without a word piece get the embedding of the empty text."""
        return _means(self._encoders().whole, texts)

    def odds(self, texts: Sequence[str]) -> Vectors:
        """See ports.TunedEmbedder."""
        if self._tuning is None or (tuned := self._encoders().tuned) is None:
            return np.zeros((len(texts), ODDS), np.float32)
        return self._tuning.odds(_means(tuned, texts).vectors)

    def _encoders(self) -> _Encoders:
        spec = ("minilm", self._model.folder, self._threads, self._tuning and self._tuning.version)
        return cache.get(spec, lambda: _Encoders.load(self._model, self._threads, self._tuning))


def _means(encoder: Encoder, texts: Sequence[str]) -> Embeddings:
    chunks, truncated = encoder.tokens.cut(texts, LIMITS)
    sums = np.zeros((len(texts), DIMENSIONS), np.float32)
    for batch, part in encoder.rows(chunks, summed):
        np.add.at(sums, [chunk.text for chunk in batch], part)
    return Embeddings(unit_length(sums), truncated)
