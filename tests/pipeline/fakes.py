"""An embedder and a language model that are predictable: texts are alike as far as they share words."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from handler.domain.enriched import SummaryMethod
from handler.domain.ports import ODDS, Embeddings, Summary, Vectors
from handler.domain.ticket import RawTicket
from handler.pipeline.base import Draft, Label
from tests.factories import ticket

DIMENSIONS = 384


@dataclass
class FakeEmbedder:
    """Bags of hashed words, unit length. ``calls`` keeps the batches; texts with ``broken`` in them become NaN."""

    limit: int = 10_000
    broken: str = "\0"
    failures: list[Exception] = field(default_factory=list)
    calls: list[list[str]] = field(default_factory=list)

    def embed(self, texts: Sequence[str]) -> Embeddings:
        if self.failures:
            raise self.failures.pop()
        self.calls.append(list(texts))
        vectors = np.stack([self._vector(text) for text in texts])
        return Embeddings(vectors, tuple(len(text) > self.limit for text in texts))

    def odds(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self._vector(text[::-1])[:ODDS] for text in texts])

    def _vector(self, text: str) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        vector = np.full(DIMENSIONS, 1e-3, np.float32)
        for word in re.findall(r"\w+", text.lower()):
            vector[int.from_bytes(hashlib.md5(word.encode(), usedforsecurity=False).digest()[:4]) % DIMENSIONS] += 1
        return np.full_like(vector, np.nan) if self.broken in text else vector / np.linalg.norm(vector)


@dataclass
class FakeLanguage:
    """Knows the languages of the words it was given; anything else is English, and it is not sure."""

    words: Mapping[str, str] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)

    def identify(self, text: str) -> tuple[str, float]:
        self.seen.append(text)
        known = [code for word, code in self.words.items() if word in text.lower()]
        return (known[0], 0.97) if known else ("en", 0.12)


@dataclass
class FakeSummarizer:
    """Writes the first three words, and for what is in ``inventing`` a number."""

    seen: list[str] = field(default_factory=list)
    inventing: Sequence[str] = ()

    def summarize(self, texts: Sequence[str]) -> Sequence[Summary]:
        self.seen += texts
        return [_three_words("4711" if text in self.inventing else text, "abstractive") for text in texts]


@dataclass
class FakeExtractor:
    """Takes the first three words."""

    seen: list[str] = field(default_factory=list)

    def extract(self, texts: Sequence[str], wholes: Sequence[Vectors | None]) -> Sequence[Summary]:
        assert len(texts) == len(wholes)
        self.seen += texts
        return [_three_words(text, "extractive") for text in texts]


def _three_words(text: str, method: SummaryMethod) -> Summary:
    return Summary(" ".join(text.split()[:3]), method)


def drafts_of(*bodies: str, language: str = "en", embedder: FakeEmbedder | None = None) -> list[Draft]:
    """Drafts as the stages before leave them: masked, in a language, embedded."""
    vectors = (embedder or FakeEmbedder()).embed(bodies).vectors
    label = Label(language, 0.9, "model", "high")
    return [Draft(body=body, language=label, embedding=vector) for body, vector in zip(bodies, vectors, strict=True)]


def tickets_of(*bodies: str, **fields: object) -> list[RawTicket]:
    """A ticket for each body, without a subject."""
    return [ticket(f"T-{number}", subject="", body=body, **fields) for number, body in enumerate(bodies)]


def in_another_language(draft: Draft, code: str) -> Draft:
    """The draft, as if its text were in that language."""
    return replace(draft, language=Label(code, 0.9, "model", "high"))
