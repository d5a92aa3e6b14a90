"""Sentence embeddings by sentence-transformers in float32."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from handler.domain.ports import Embeddings, Vectors
from handler.inference import cache
from handler.inference.chunks import Tokens
from handler.inference.minilm import DIMENSIONS, LIMITS, SHALLOW_LAYERS, summed, unit_length
from handler.inference.reference.batch import rectangles
from handler.inference.reference.files import Published

AROUND = ("[CLS]", "[SEP]", "[PAD]")


class TorchMiniLM:
    """A LayeredEmbedder. The model is loaded by the first call and kept in the model cache."""

    def __init__(self, model: Published) -> None:
        self._model = model

    def embed(self, texts: Sequence[str]) -> Embeddings:
        """See ports.Embedder."""
        return self._means(texts, -1)

    def shallow(self, texts: Sequence[str]) -> Vectors:
        """See ports.LayeredEmbedder."""
        return self._means(texts, SHALLOW_LAYERS).vectors

    def _means(self, texts: Sequence[str], layer: int) -> Embeddings:
        """Of the hidden states after ``layer`` layers; -1: after all."""
        import torch  # noqa: PLC0415 - no model library is imported before the first use

        bert, tokens = cache.get(("torch minilm", self._model.folder), self._load)
        chunks, truncated = tokens.cut(texts, LIMITS)
        sums = np.zeros((len(texts), DIMENSIONS), np.float32)
        for batch, features in rectangles(chunks, tokens, AROUND):
            with torch.inference_mode():
                states = bert(**features, output_hidden_states=True).hidden_states[layer].numpy()
            part = summed(states, features["attention_mask"].numpy().astype(np.float32))
            np.add.at(sums, [chunk.text for chunk in batch], part)
        return Embeddings(unit_length(sums), truncated)

    def _load(self) -> tuple[Any, Tokens]:
        folder = self._model.checked()
        import torch  # noqa: PLC0415 - as above
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - as above

        torch.set_num_threads(self._model.threads)
        loaded = SentenceTransformer(folder, device="cpu", model_kwargs={"use_safetensors": True})
        return loaded[0].auto_model, self._model.tokens()
