"""What all-MiniLM-L6-v2 is on either backend.

The published model reads 256 word pieces and drops the rest without a word. Here a longer text is read in chunks
whose word pieces all count the same in the mean, up to a bound that is reported as truncation.
Source: https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2
"""

import numpy as np

from handler.domain.ports import Vectors
from handler.inference.chunks import Limits

DIMENSIONS = 384
LIMITS = Limits(tokens=254, chunks=16)  # 256 positions less the two around; about 4,000 word pieces are read


def summed(states: Vectors, mask: Vectors) -> Vectors:
    """The sum of the hidden states of each chunk's pieces: float32, shape (chunks, 384)."""
    return np.asarray((states * mask[:, :, None]).sum(axis=1), np.float32)


def unit_length(sums: Vectors) -> Vectors:
    """Mean pooling and normalisation in one: the mean is as long as the sum once both are of unit length."""
    return np.asarray(sums / np.linalg.norm(sums, axis=1, keepdims=True), np.float32)
