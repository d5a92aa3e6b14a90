"""Abstractive summaries by transformers' ``generate()`` in float32."""

from collections.abc import Sequence
from typing import Any

from handler.domain.ports import Summary
from handler.inference import brevity, cache
from handler.inference.chunks import Tokens
from handler.inference.distilbart import LIMITS, summaries
from handler.inference.reference.batch import rectangles
from handler.inference.reference.files import Published


class TorchDistilBart:
    """A Summarizer. The model is loaded by the first text that needs it and kept in the model cache."""

    def __init__(self, model: Published) -> None:
        self._model = model

    def summarize(self, texts: Sequence[str]) -> Sequence[Summary]:
        """See ports.Summarizer. Short texts are their own summary."""
        return summaries(texts, self._generated)

    def _generated(self, texts: Sequence[str]) -> list[Summary]:
        model, tokens = cache.get(("torch distilbart", self._model.folder), self._load)
        chunks, truncated = tokens.cut(texts, LIMITS)
        texts_made: dict[int, str] = {}
        for batch, features in rectangles(chunks, tokens):
            found = model.generate(**features, **generation()).tolist()
            texts_made |= {chunk.text: tokens.text(ids) for chunk, ids in zip(batch, found, strict=True)}
        return [Summary(texts_made[i], "abstractive", truncated=truncated[i]) for i in range(len(texts))]

    def _load(self) -> tuple[Any, Tokens]:
        folder = self._model.checked()
        import torch  # noqa: PLC0415 - no model library is imported before the first use
        from transformers import AutoModelForSeq2SeqLM  # noqa: PLC0415 - as above

        torch.set_num_threads(self._model.threads)
        model = AutoModelForSeq2SeqLM.from_pretrained(folder, use_safetensors=True)
        return model.eval(), self._model.tokens()


def generation() -> dict[str, Any]:
    """Those of the default backend, and distilbart-cnn's forced tokens, whatever the model's configuration says."""
    return {
        "num_beams": brevity.BEAMS,
        "length_penalty": brevity.LENGTH_PENALTY,
        "no_repeat_ngram_size": brevity.NO_REPEAT_NGRAM_SIZE,
        "min_length": brevity.MIN_LENGTH,
        "max_length": brevity.MAX_LENGTH,
        "early_stopping": True,
        "do_sample": False,
        "forced_bos_token_id": 0,
        "forced_eos_token_id": 2,
    }
