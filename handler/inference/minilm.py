"""Sentence embeddings by all-MiniLM-L6-v2 on CTranslate2.

The published model reads 256 word pieces and drops the rest without a word. Here a longer text is read in chunks
whose word pieces all count the same in the mean, up to a bound that is reported as truncation.
Source: https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2
"""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from handler.domain.errors import ModelUnavailable
from handler.domain.ports import Embeddings, Vectors
from handler.inference import cache
from handler.inference.artifacts import ArtifactMismatch, converted_folder, verify_manifest
from handler.inference.pins import ModelPin

MEND = "run 'ticket-processor models fetch'"
DIMENSIONS = 384
CHUNK_PIECES = 254  # 256 positions less [CLS] and [SEP]
MAX_CHUNKS = 16  # bounds the cost of one text: about 4,000 word pieces are read
MAX_CHARACTERS = 20_000  # no need to tokenize what cannot be read anyway
BATCH_PIECES = 1_024  # word pieces, padding included, in one call: fills a core, and more is not faster


@dataclass(frozen=True, slots=True)
class _Engine:
    encoder: Any
    tokenizer: Any
    tokenizing: threading.Lock  # a fast tokenizer must not be shared by threads: huggingface/transformers#47085
    pool: ThreadPoolExecutor


@dataclass(frozen=True, slots=True)
class _Chunk:
    text: int
    pieces: list[int]


class MiniLM:
    """An Embedder. The model is loaded by the first call and kept in the model cache."""

    def __init__(self, pin: ModelPin, root: Path, *, threads: int, precision: str = "int8") -> None:
        self._pin = pin
        self._root = root
        self._threads = threads
        self._precision = precision

    def embed(self, texts: Sequence[str]) -> Embeddings:
        """See ports.Embedder. Texts without a word piece get the embedding of the empty text."""
        engine = self._engine()
        chunks, truncated = _cut(engine, texts)
        sums = np.zeros((len(texts), DIMENSIONS), np.float32)
        batches = list(_batches(chunks, self._threads))
        for batch, part in zip(batches, engine.pool.map(lambda b: _encode(engine, b), batches), strict=True):
            np.add.at(sums, [chunk.text for chunk in batch], part)
        return Embeddings(_unit_length(sums), truncated)

    def _engine(self) -> _Engine:
        folder = converted_folder(self._root, self._pin, self._precision)
        return cache.get(("minilm", folder, self._threads), lambda: self._load(folder))

    def _check(self, folder: Path) -> None:
        if not folder.is_dir():
            raise ModelUnavailable(f"{folder} is missing: {MEND}")
        try:
            verify_manifest(folder, self._pin)
        except ArtifactMismatch as error:
            raise ArtifactMismatch(f"{error}: {MEND}") from None

    def _load(self, folder: Path) -> _Engine:
        self._check(folder)
        import ctranslate2  # noqa: PLC0415 - no model library is imported before the first use
        from tokenizers import Tokenizer  # noqa: PLC0415 - as above

        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        encoder = ctranslate2.Encoder(
            str(folder), compute_type=self._precision, inter_threads=self._threads, intra_threads=1
        )
        return _Engine(encoder, tokenizer, threading.Lock(), ThreadPoolExecutor(self._threads))


def _cut(engine: _Engine, texts: Sequence[str]) -> tuple[list[_Chunk], tuple[bool, ...]]:
    """Each text as chunks of word pieces, and whether some of it was left out."""
    with engine.tokenizing:
        shortened = [text[:MAX_CHARACTERS] for text in texts]
        encodings = engine.tokenizer.encode_batch_fast(shortened, add_special_tokens=False)
    chunks, truncated = [], []
    for number, (text, encoding) in enumerate(zip(texts, encodings, strict=True)):
        pieces = encoding.ids
        starts = range(0, max(len(pieces), 1), CHUNK_PIECES)
        chunks += [_Chunk(number, pieces[start : start + CHUNK_PIECES]) for start in starts[:MAX_CHUNKS]]
        truncated.append(len(starts) > MAX_CHUNKS or len(text) > MAX_CHARACTERS)
    return chunks, tuple(truncated)


def _batches(chunks: Sequence[_Chunk], threads: int) -> Iterator[list[_Chunk]]:
    """Chunks of like length together, so that little padding is computed; and work for every thread."""
    pieces = sum(len(chunk.pieces) + 2 for chunk in chunks)
    most = min(BATCH_PIECES, pieces // threads)
    batch: list[_Chunk] = []
    for chunk in sorted(chunks, key=lambda chunk: len(chunk.pieces), reverse=True):
        if batch and (len(batch) + 1) * (len(batch[0].pieces) + 2) > most:
            yield batch
            batch = []
        batch.append(chunk)
    if batch:
        yield batch


def _encode(engine: _Engine, batch: Sequence[_Chunk]) -> Vectors:
    """The sum of the hidden states of each chunk's pieces: float32, shape (chunks, 384)."""
    cls, sep = engine.tokenizer.token_to_id("[CLS]"), engine.tokenizer.token_to_id("[SEP]")
    rows = [[cls, *chunk.pieces, sep] for chunk in batch]
    states = np.asarray(engine.encoder.forward_batch(rows).last_hidden_state)
    mask = np.arange(states.shape[1]) < np.array([[len(row)] for row in rows])
    return np.asarray((states * mask[:, :, None]).sum(axis=1), np.float32)


def _unit_length(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)
