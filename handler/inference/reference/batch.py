"""Chunks as torch's rectangles."""

from collections.abc import Iterator, Sequence
from typing import Any

from handler.inference.chunks import Chunk, Tokens, batches

BATCH_TOKENS = 4_096  # padding included


def rectangles(chunks: Sequence[Chunk], tokens: Tokens) -> Iterator[tuple[list[Chunk], dict[str, Any]]]:
    """Batches of like length with their ``input_ids`` and ``attention_mask``: int64, shape (chunks, tokens)."""
    import torch  # noqa: PLC0415 - no model library is imported before the first use

    before, after, padding = tokens.around()
    for batch in batches(chunks, 1, BATCH_TOKENS):
        rows = [[before, *chunk.tokens, after] for chunk in batch]
        width = max(map(len, rows))
        ids = torch.tensor([row + [padding] * (width - len(row)) for row in rows])
        mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows])
        yield batch, {"input_ids": ids, "attention_mask": mask}
