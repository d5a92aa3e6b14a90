"""What the heads look at, as numbers: rows are tickets."""

import tomllib
from collections.abc import Mapping, Sequence
from importlib import resources

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from handler.domain.ports import Embedder, Vectors
from handler.pipeline.bands import read_well
from handler.pipeline.base import Draft
from handler.pipeline.prototypes import Group, Prototypes, embeddings_of
from handler.pipeline.words import Wording, trust, wording

Features = NDArray[np.float64]

MEANING = 384  # the first features of every head: the embedding, and then ODDS by the tuned layers
NEAREST = 2  # examples of a concept count: a sentence says it in one way
SHOUTED_LETTERS = 3  # shorter words in capitals are abbreviations


class _Concept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    examples: tuple[str, ...]


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


def manner(drafts: Sequence[Draft]) -> Features:
    """How it is written: shouting, exclamation marks, length, whether it asks. Shape (drafts, 4)."""
    return np.array([_manner(draft.text) for draft in drafts])


def _manner(text: str) -> list[float]:
    words = text.split()
    count = max(len(words), 1)
    shouted = sum(word.isupper() and len(word) >= SHOUTED_LETTERS for word in words) / count
    return [shouted, text.count("!") / count**0.5, float(np.log1p(len(words))), float("?" in text)]


class Concepts:
    """How near a ticket's sentences come to what concepts.toml names: the nearest, the mean, and the last sentence."""

    def __init__(self, kind: str, embedder: Embedder) -> None:
        text = (resources.files(__package__) / "concepts.toml").read_text(encoding="utf-8")
        found: Mapping[str, object] = tomllib.loads(text)[kind]
        concepts = {name: _Concept.model_validate(value) for name, value in found.items()}
        groups = {name: Group(one.examples[0], one.examples) for name, one in concepts.items()}
        self._prototypes = Prototypes(groups, embedder, nearest=NEAREST, description_weight=0.0)

    def __call__(self, drafts: Sequence[Draft]) -> Features:
        """Shape (drafts, 3 x concepts). Raises ModelUnavailable."""
        by_draft = [_vectors(draft) for draft in drafts]
        every = self._prototypes.similarities(np.vstack(by_draft))
        near = np.split(every, np.cumsum([len(vectors) for vectors in by_draft])[:-1])
        return np.stack([np.hstack([one.max(axis=0), one.mean(axis=0), one[-1]]) for one in near])


def _vectors(draft: Draft) -> Vectors:
    """Of the sentences, or where there is none of the whole: shape (sentences, 384)."""
    if draft.sentence_vectors is not None and len(draft.sentence_vectors):
        return draft.sentence_vectors
    return embeddings_of([draft])
