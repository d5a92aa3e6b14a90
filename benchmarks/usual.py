"""The usual way to do the same: three models of transformers, in float32."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForSeq2SeqLM, AutoModelForSequenceClassification, AutoTokenizer

from handler.inference.reference.distilbart import generation


class Usual:
    """Embeds, classifies and summarises texts at once."""

    def __init__(self, embedder: Any, distilbert: Path, distilbart: Path) -> None:
        self._embedder = embedder
        self._tone = AutoModelForSequenceClassification.from_pretrained(distilbert).eval()
        self._tone_tokens = AutoTokenizer.from_pretrained(distilbert)
        self._summary = AutoModelForSeq2SeqLM.from_pretrained(distilbart).eval()
        self._summary_tokens = AutoTokenizer.from_pretrained(distilbart)

    def __call__(self, texts: Sequence[str]) -> list[str]:
        """The summaries; the rest is computed and dropped."""
        self._embedder.encode(list(texts))
        with torch.inference_mode():
            self._tone(**self._encoded(self._tone_tokens, texts))
            made = self._summary.generate(**self._encoded(self._summary_tokens, texts), **generation())
        return list(self._summary_tokens.batch_decode(made, skip_special_tokens=True))

    def _encoded(self, tokenizer: Any, texts: Sequence[str]) -> dict[str, Any]:
        found = tokenizer(list(texts), return_tensors="pt", padding=True, truncation=True, max_length=512)
        return {name: found[name] for name in ("input_ids", "attention_mask")}
