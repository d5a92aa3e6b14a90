"""The tone of a text by a DistilBERT classifier: the encoder on CTranslate2, its two last layers in NumPy."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from handler.domain.ports import Tones, Vectors
from handler.inference import cache
from handler.inference.distilbert import LIMITS, averaged, first, softmax
from handler.inference.engine.encoder import Encoder
from handler.inference.engine.files import Converted


@dataclass(frozen=True, slots=True)
class _Classifier:
    encoder: Encoder
    head: Mapping[str, Vectors]
    labels: tuple[str, ...]

    @classmethod
    def load(cls, model: Converted, threads: int) -> "_Classifier":
        encoder = Encoder.load(model, threads)
        from safetensors.numpy import load_file  # noqa: PLC0415 - no model library is imported before the first use

        labels = json.loads((model.folder / "labels.json").read_text(encoding="utf-8"))
        return cls(encoder, load_file(model.folder / "head.safetensors"), tuple(labels))

    def logits(self, states: Vectors, mask: Vectors) -> Vectors:
        """What the classifier says of each chunk: float32, shape (chunks, labels)."""
        hidden = self._dense("pre_classifier", first(states, mask))
        return self._dense("classifier", np.maximum(hidden, 0))

    def _dense(self, name: str, rows: Vectors) -> Vectors:
        return np.asarray(rows @ self.head[f"{name}.weight"].T + self.head[f"{name}.bias"], np.float32)


class DistilBert:
    """A SentimentModel. The model is loaded by the first call and kept in the model cache."""

    def __init__(self, model: Converted, *, threads: int) -> None:
        self._model = model
        self._threads = threads

    def classify(self, texts: Sequence[str]) -> Tones:
        """See ports.SentimentModel."""
        spec = ("distilbert", self._model.folder, self._threads)
        classifier = cache.get(spec, lambda: _Classifier.load(self._model, self._threads))
        chunks, truncated = classifier.encoder.tokens.cut(texts, LIMITS)
        parts = classifier.encoder.rows(chunks, classifier.logits)
        return Tones(classifier.labels, softmax(averaged(len(texts), len(classifier.labels), parts)), truncated)
