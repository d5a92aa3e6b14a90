"""An encoder on CTranslate2: as many replicas as threads, each on micro-batches of chunks of like length."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from handler.domain.packed import Matrix
from handler.domain.ports import Vectors
from handler.inference.chunks import Chunk, Tokens, batches
from handler.inference.engine.files import Converted
from handler.inference.engine.layers import first_layers

BATCH_TOKENS = 256  # padding included, in one call: what the layers pass on stays in a core's cache

ENGINE_FILES = ("config.json", "model.bin", "vocabulary.json")

Pool = Callable[[Vectors, Vectors], Vectors]  # hidden states and mask of a batch to one row a chunk


@dataclass(frozen=True, slots=True)
class Encoder:
    """A loaded encoder, its tokenizer, and a thread for each of its replicas."""

    engine: Any
    tokens: Tokens
    threads: int
    pool: ThreadPoolExecutor

    @classmethod
    def load(cls, model: Converted, threads: int) -> "Encoder":
        """Raises ModelUnavailable."""
        engine = _engine(model.checked(), model, threads)
        return cls(engine, model.tokens(), threads, ThreadPoolExecutor(threads))

    def tuned(self, model: Converted, layers: int, changes: Mapping[str, Matrix]) -> "Encoder":
        """The first ``layers`` of ``model`` with other weights; it was checked when this one was loaded.

        The two take turns.
        """
        files = {name: (model.folder / name).read_bytes() for name in ENGINE_FILES}
        files["model.bin"] = first_layers(files["model.bin"], layers, changes)
        return replace(self, engine=_engine(f"{model.folder}, {layers} layers, tuned", model, self.threads, files))

    def rows(self, chunks: Sequence[Chunk], pool: Pool) -> Iterator[tuple[list[Chunk], Vectors]]:
        """Batch by batch, its chunks and what ``pool`` makes of their hidden states."""
        found = list(batches(chunks, self.threads, BATCH_TOKENS))
        yield from zip(found, self.pool.map(lambda batch: self._encode(batch, pool), found), strict=True)

    def _encode(self, batch: Sequence[Chunk], pool: Pool) -> Vectors:
        before, after, _ = self.tokens.around()
        rows = [[before, *chunk.tokens, after] for chunk in batch]
        states = np.asarray(self.engine.forward_batch(rows).last_hidden_state)
        mask = np.arange(states.shape[1]) < np.array([[len(row)] for row in rows])
        return pool(states, mask.astype(np.float32))


def _engine(path: str, model: Converted, threads: int, files: Mapping[str, bytes] | None = None) -> Any:
    """From the folder ``path``, or from ``files``, to which it is a name then."""
    import ctranslate2  # noqa: PLC0415 - no model library is imported before the first use

    settings = {"compute_type": model.precision, "inter_threads": threads, "intra_threads": 1}
    return ctranslate2.Encoder(path, **settings, files=files)
