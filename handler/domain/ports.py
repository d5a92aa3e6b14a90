"""Every port in one view. Adapters just fit them; nothing inherits from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from handler.domain.enriched import SummaryMethod
from handler.domain.errors import EnrichmentError
from handler.domain.message import DeadLetter, Delivery, S3Object
from handler.domain.version import CommittedRow, EnrichedVersion, TicketKey, TicketVersion

Vectors = NDArray[np.float32]

ODDS = 17  # labels of the default taxonomy's intents, of urgency and of sentiment


@dataclass(frozen=True, slots=True)
class Embeddings:
    """``vectors``: float32, shape (texts, 384), unit length. ``truncated[i]``: text i was longer than is read."""

    vectors: Vectors
    truncated: tuple[bool, ...]


class Embedder(Protocol):
    """Texts to sentence embeddings."""

    def embed(self, texts: Sequence[str]) -> Embeddings:
        """One vector a text, in order. Raises ModelUnavailable."""


class TunedEmbedder(Embedder, Protocol):
    """An Embedder whose first layers, tuned on labelled tickets, can be asked for what they make of a text, too."""

    def odds(self, texts: Sequence[str]) -> Vectors:
        """Log odds of each label of intent, urgency and sentiment: float32, shape (texts, ODDS).

        Zeros where nothing was tuned for this model. Raises ModelUnavailable.
        """


@dataclass(frozen=True, slots=True)
class Summary:
    """A summary and how it was made. ``truncated``: the text was longer than is read."""

    text: str
    method: SummaryMethod
    truncated: bool = False


class Summarizer(Protocol):
    """Texts to summaries that are written anew."""

    def summarize(self, texts: Sequence[str]) -> Sequence[Summary]:
        """One summary a text, in order. Raises ModelUnavailable."""


class Extractor(Protocol):
    """Texts to summaries made of their own sentences."""

    def extract(self, texts: Sequence[str], wholes: Sequence[Vectors | None]) -> Sequence[Summary]:
        """One summary a text, in order. Raises ModelUnavailable; ValueError for a long text without its whole.

        ``wholes``: the embedding of the ticket that each text is from, float32, shape (384,), unit length.
        """


@dataclass(frozen=True, slots=True)
class Tones:
    """``probabilities``: float32, shape (texts, labels), rows sum to 1. ``truncated``: as for Embeddings."""

    labels: tuple[str, ...]
    probabilities: Vectors
    truncated: tuple[bool, ...]


class SentimentModel(Protocol):
    """Texts to tones."""

    def classify(self, texts: Sequence[str]) -> Tones:
        """One row a text, in order. Raises ModelUnavailable."""


class LanguageModel(Protocol):
    """Texts to languages."""

    def identify(self, text: str) -> tuple[str, float]:
        """The ISO 639 code of the text's language and a probability in 0..1. Raises ModelUnavailable."""


class TicketSource(Protocol):
    """Where tickets and large payloads lie."""

    def fetch(self, location: S3Object) -> bytes:
        """The object's bytes. Raises TicketNotFound, TicketTooLarge, StoreUnavailable."""


class ResultStore(Protocol):
    """Where results are committed: an object that is never written twice, then a row that names it."""

    def read(self, keys: Sequence[TicketKey]) -> Mapping[TicketKey, CommittedRow | None]:
        """The committed rows, read consistently; None where there is none. ``keys`` are distinct.

        A key that could not be read is left out; raises StoreUnavailable when none could.
        """

    def write(self, result: EnrichedVersion) -> str:
        """Writes the object; its key. Raises StoreUnavailable."""

    def commit(self, result: EnrichedVersion, s3_key: str) -> bool:
        """Makes ``result`` the row if version.may_replace allows it, atomically. Raises StoreUnavailable."""

    def advance(self, version: TicketVersion) -> bool:
        """Raises the row's source order if version.may_advance allows it. Raises StoreUnavailable."""


class DeadLetters(Protocol):
    """Where records end that can never succeed."""

    def send(self, letters: Sequence[DeadLetter]) -> Sequence[EnrichmentError | None]:
        """For each letter, in order, None once the queue has it, else why not. Raises nothing for one of them."""


class Queue(Protocol):
    """Where messages come from. The answers of the last two: for each delivery, in order, None or why it failed."""

    def receive(self, most: int, wait_seconds: int) -> Sequence[Delivery]:
        """At most ``most`` messages; waits so long for the first one. Raises StoreUnavailable."""

    def delete(self, deliveries: Sequence[Delivery]) -> Sequence[EnrichmentError | None]:
        """Takes the messages off the queue for good. Raises nothing for one of them."""

    def hide(self, deliveries: Sequence[Delivery], seconds: Sequence[int]) -> Sequence[EnrichmentError | None]:
        """Lets each message be received again after its ``seconds`` from now, 0 for at once."""
