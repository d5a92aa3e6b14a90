"""What the heads look at, as numbers: rows are tickets."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from handler.pipeline.bands import read_well
from handler.pipeline.base import Draft
from handler.pipeline.prototypes import embeddings_of
from handler.pipeline.words import Wording, trust, wording

Features = NDArray[np.float64]

MEANING = 384  # the first features of every head: the embedding, and then ODDS by the tuned layers


def meaning(drafts: Sequence[Draft]) -> Features:
    """What a text is about, and what the tuned layers say of it: shape (drafts, MEANING + ODDS)."""
    odds = np.stack([draft.odds for draft in drafts if draft.odds is not None])
    return np.hstack([embeddings_of(drafts), odds]).astype(np.float64)


def unaided(drafts: Sequence[Draft]) -> Features:
    """How far a head leaves a text to examples and rules, which are English: short ones more. Shape (drafts, 1)."""
    readable = np.array([[read_well(draft)] for draft in drafts], np.float64)
    return np.asarray(readable * (1 - trust(wordings_of(drafts))))


def wordings_of(drafts: Sequence[Draft]) -> list[Wording]:
    """Their terms, which the gist stage has found; it may have failed, which costs a ticket its gist and no label."""
    return [draft.wording or wording(draft.text) for draft in drafts]
