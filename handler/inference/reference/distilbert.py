"""The tone of a text by transformers in float32."""

from collections.abc import Iterator, Sequence
from typing import Any

from handler.domain.ports import Tones, Vectors
from handler.inference import cache
from handler.inference.chunks import Chunk, Tokens
from handler.inference.distilbert import LIMITS, averaged, softmax
from handler.inference.reference.batch import rectangles
from handler.inference.reference.files import Published


class TorchDistilBert:
    """A SentimentModel. The model is loaded by the first call and kept in the model cache."""

    def __init__(self, model: Published) -> None:
        self._model = model

    def classify(self, texts: Sequence[str]) -> Tones:
        """See ports.SentimentModel."""
        model, tokens = cache.get(("torch distilbert", self._model.folder), self._load)
        labels = tuple(label for _, label in sorted(model.config.id2label.items()))
        chunks, truncated = tokens.cut(texts, LIMITS)
        logits = averaged(len(texts), len(labels), _logits(model, chunks, tokens))
        return Tones(labels, softmax(logits), truncated)

    def _load(self) -> tuple[Any, Tokens]:
        folder = self._model.checked()
        import torch  # noqa: PLC0415 - no model library is imported before the first use
        from transformers import AutoModelForSequenceClassification  # noqa: PLC0415 - as above

        torch.set_num_threads(self._model.threads)
        model = AutoModelForSequenceClassification.from_pretrained(folder, use_safetensors=True)
        return model.eval(), self._model.tokens()


def _logits(model: Any, chunks: Sequence[Chunk], tokens: Tokens) -> Iterator[tuple[list[Chunk], Vectors]]:
    import torch  # noqa: PLC0415 - as above

    for batch, features in rectangles(chunks, tokens):
        with torch.inference_mode():
            yield batch, model(**features).logits.numpy()
