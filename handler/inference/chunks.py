"""Texts as pieces of a size that a model can read, and batches of pieces that waste little work.

Both backends read the same chunks, so a text that is longer than a model's positions is treated alike by both.
"""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from handler.domain.errors import ModelUnavailable

SPECIAL = 2  # tokens around each chunk
AROUND = (("[CLS]", "[SEP]", "[PAD]"), ("<s>", "</s>", "<pad>"))  # before, after, padding: BERT's, and those of others


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of one text is read: tokens of a chunk, chunks, and characters, which saves tokenizing the rest."""

    tokens: int
    chunks: int
    characters: int = 20_000


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some tokens, and the number of the text that they are from."""

    text: int
    tokens: list[int]


class Tokens:
    """A tokenizer that threads may share: a fast tokenizer alone must not be (huggingface/transformers#47085)."""

    def __init__(self, tokenizer: Any) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer = tokenizer
        self._lock = threading.Lock()

    def around(self) -> tuple[int, int, int]:
        """The numbers of the tokens before and after each chunk, and of the padding. Raises ModelUnavailable."""
        for tokens in AROUND:
            before, after, padding = map(self._tokenizer.token_to_id, tokens)
            if None not in {before, after, padding}:
                return before, after, padding
        raise ModelUnavailable(f"the tokenizer knows none of {' and '.join(map(' '.join, AROUND))}")

    def spelled(self, tokens: Sequence[int]) -> list[str]:
        """Tokens as the engine's translator wants them."""
        return [self._tokenizer.id_to_token(token) for token in tokens]

    def text(self, tokens: Sequence[int]) -> str:
        """The text that tokens stand for, special ones left out, on one line."""
        with self._lock:
            return " ".join(self._tokenizer.decode(list(tokens)).split())

    def numbers(self, tokens: Sequence[str]) -> list[int]:
        """The tokenizer's numbers of spelled tokens; the engine may have more than it knows."""
        found = (self._tokenizer.token_to_id(token) for token in tokens)
        return [number for number in found if number is not None]

    def cut(self, texts: Sequence[str], limits: Limits) -> tuple[list[Chunk], tuple[bool, ...]]:
        """Each text as at least one chunk, and whether some of it was left out."""
        with self._lock:
            shortened = [text[: limits.characters] for text in texts]
            encodings = self._tokenizer.encode_batch_fast(shortened, add_special_tokens=False)
        chunks, truncated = [], []
        for number, (text, encoding) in enumerate(zip(texts, encodings, strict=True)):
            starts = range(0, max(len(encoding.ids), 1), limits.tokens)
            read = starts[: limits.chunks]
            chunks += [Chunk(number, encoding.ids[start : start + limits.tokens]) for start in read]
            truncated.append(len(starts) > len(read) or len(text) > limits.characters)
        return chunks, tuple(truncated)


def batches(chunks: Sequence[Chunk], threads: int, budget: int) -> Iterator[list[Chunk]]:
    """Chunks of like length together, so that little padding is computed; at most ``budget`` tokens, padding included.

    There is a batch for every thread as long as there are chunks.
    """
    tokens = sum(len(chunk.tokens) + SPECIAL for chunk in chunks)
    most = min(budget, tokens // threads)
    batch: list[Chunk] = []
    for chunk in sorted(chunks, key=lambda chunk: len(chunk.tokens), reverse=True):
        if batch and (len(batch) + 1) * (len(batch[0].tokens) + SPECIAL) > most:
            yield batch
            batch = []
        batch.append(chunk)
    if batch:
        yield batch
