"""Sentence embeddings by sentence-transformers in float32."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from handler.domain.ports import ODDS, Embeddings, Vectors
from handler.inference import cache
from handler.inference.chunks import Tokens
from handler.inference.minilm import DIMENSIONS, LIMITS, summed, unit_length
from handler.inference.reference.batch import rectangles
from handler.inference.reference.files import Published
from handler.inference.reference.layers import tuned_layers
from handler.inference.tuning import Tuning


@dataclass(frozen=True, slots=True)
class _Encoders:
    """The model, and its first layers as they were tuned."""

    whole: Any
    tuned: Any
    tokens: Tokens


class TorchMiniLM:
    """A TunedEmbedder. The models are loaded by the first call and kept in the model cache."""

    def __init__(self, model: Published, tuning: Tuning | None = None) -> None:
        self._model = model
        self._tuning = tuning

    def embed(self, texts: Sequence[str]) -> Embeddings:
        """See ports.Embedder."""
        encoders = self._encoders()
        return _means(encoders.whole, encoders.tokens, texts)

    def odds(self, texts: Sequence[str]) -> Vectors:
        """See ports.TunedEmbedder."""
        if self._tuning is None:
            return np.zeros((len(texts), ODDS), np.float32)
        encoders = self._encoders()
        return self._tuning.odds(_means(encoders.tuned, encoders.tokens, texts).vectors)

    def _encoders(self) -> _Encoders:
        return cache.get(("torch minilm", self._model.folder, self._tuning and self._tuning.version), self._load)

    def _load(self) -> _Encoders:
        folder = self._model.checked()
        import torch  # noqa: PLC0415 - no model library is imported before the first use
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - as above

        torch.set_num_threads(self._model.threads)
        bert = SentenceTransformer(folder, device="cpu", model_kwargs={"use_safetensors": True})[0].auto_model
        tuned = tuned_layers(bert, self._tuning.layers, self._tuning.matrices()) if self._tuning else None
        return _Encoders(bert, tuned, self._model.tokens())


def _means(bert: Any, tokens: Tokens, texts: Sequence[str]) -> Embeddings:
    import torch  # noqa: PLC0415 - as above

    chunks, truncated = tokens.cut(texts, LIMITS)
    sums = np.zeros((len(texts), DIMENSIONS), np.float32)
    for batch, features in rectangles(chunks, tokens):
        with torch.inference_mode():
            states = bert(**features).last_hidden_state.numpy()
        part = summed(states, features["attention_mask"].numpy().astype(np.float32))
        np.add.at(sums, [chunk.text for chunk in batch], part)
    return Embeddings(unit_length(sums), truncated)
