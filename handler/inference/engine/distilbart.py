"""Abstractive summaries by DistilBART on CTranslate2.

Beam search is the cost of the full profile. So every replica gets a thread of its own and a micro-batch of texts of
like length; texts that are their own summary, and texts that were seen in the batch already, are never generated.
"""

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from handler.domain.errors import NotFinite
from handler.domain.ports import Summary
from handler.inference import brevity, cache
from handler.inference.chunks import Chunk, Tokens, batches
from handler.inference.distilbart import LIMITS, summaries
from handler.inference.engine.files import Converted

BATCH_TOKENS = 1_024  # of the source, padding included: some ten tickets, whose beams fill a core


@dataclass(frozen=True, slots=True)
class _Generator:
    translator: Any
    tokens: Tokens
    pool: ThreadPoolExecutor

    @classmethod
    def load(cls, model: Converted, threads: int) -> "_Generator":
        folder = model.checked()
        import ctranslate2  # noqa: PLC0415 - no model library is imported before the first use

        settings = {"compute_type": model.precision, "inter_threads": threads, "intra_threads": 1}
        return cls(ctranslate2.Translator(folder, **settings), model.tokens(), ThreadPoolExecutor(threads))

    def generate(self, batch: Sequence[Chunk]) -> list[str]:
        """A summary for each chunk. Raises NotFinite."""
        longest = brevity.MAX_LENGTH - 2  # transformers counts the start and <s>, the engine neither
        found = self.translator.translate_batch(
            [["<s>", *self.tokens.spelled(chunk.tokens), "</s>"] for chunk in batch],
            target_prefix=[["<s>"]] * len(batch),  # BART's forced first token
            beam_size=brevity.BEAMS,
            length_penalty=brevity.LENGTH_PENALTY,
            no_repeat_ngram_size=brevity.NO_REPEAT_NGRAM_SIZE,
            min_decoding_length=min(brevity.MIN_LENGTH - 1, longest),
            max_decoding_length=longest,
            max_input_length=0,
            return_scores=True,
        )
        if not all(math.isfinite(one.scores[0]) for one in found):
            raise NotFinite("a summary's score is not finite")
        return [self.tokens.text(self.tokens.numbers(one.hypotheses[0])) for one in found]


class DistilBart:
    """A Summarizer. The model is loaded by the first text that needs it and kept in the model cache."""

    def __init__(self, model: Converted, *, threads: int) -> None:
        self._model = model
        self._threads = threads

    def summarize(self, texts: Sequence[str]) -> Sequence[Summary]:
        """See ports.Summarizer. Short texts are their own summary. Raises NotFinite."""
        return summaries(texts, self._generated)

    def _generated(self, texts: Sequence[str]) -> list[Summary]:
        spec = ("distilbart", self._model.folder, self._threads)
        generator = cache.get(spec, lambda: _Generator.load(self._model, self._threads))
        chunks, truncated = generator.tokens.cut(texts, LIMITS)
        found = list(batches(chunks, self._threads, BATCH_TOKENS))
        texts_made: dict[int, str] = {}
        for batch, made in zip(found, generator.pool.map(generator.generate, found), strict=True):
            texts_made |= {chunk.text: text for chunk, text in zip(batch, made, strict=True)}
        return [Summary(texts_made[i], "abstractive", truncated=truncated[i]) for i in range(len(texts))]
