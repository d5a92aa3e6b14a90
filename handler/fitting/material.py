"""Labelled tickets as the heads see them: what the stages before make of them, as numbers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from handler import bootstrap
from handler.domain.taxonomy import Taxonomy, load_taxonomy
from handler.domain.ticket import RawTicket, ticket_from
from handler.evaluation.labelled import LABELS, SIGNALS, Row
from handler.inference.language import FastText
from handler.pipeline.base import Draft, Stage
from handler.pipeline.draft import Label
from handler.pipeline.embed import Embed
from handler.pipeline.features import Features, wordings_of
from handler.pipeline.gist import Gist
from handler.pipeline.labels import labellers, unheaded
from handler.pipeline.language import Identify
from handler.pipeline.redact import Redact
from handler.pipeline.words import Wording, vocabulary
from handler.profiles import Models, models_of
from handler.settings import Settings

EXAMPLE_WEIGHT = 0.5  # of one of the taxonomy's examples, which are short and clear, against a ticket
Indices = NDArray[np.intp]

CHUNK = 500  # tickets that go through the stages at once
EXAMPLE = -1  # the fold of what is never left out


@dataclass(frozen=True)
class Material:
    """One signal. ``features``: shape (rows, features); ``truth``: the index of each row's label in ``names``.

    The first ``rows`` rows are tickets, what follows are the taxonomy's examples; ``wordings`` are
    those of all, as heads read them. ``used`` is what the heads in use (or examples and rules) say of each ticket.
    """

    signal: str
    names: tuple[str, ...]
    features: Features
    truth: Indices
    weights: Features
    rows: tuple[Row, ...]
    drafts: tuple[Draft, ...]
    used: tuple[Label, ...]
    wordings: tuple[Wording, ...]


class Prepared:
    """Tickets after the stages that every head needs, in the pipeline of ``settings``; by ``models``, or by its own."""

    def __init__(self, settings: Settings, rows: Sequence[Row], models: Models | None = None) -> None:
        self.taxonomy = load_taxonomy(settings.taxonomy)
        self._rows = rows
        self._examples = [(text, one.name) for one in self.taxonomy.intents for text in one.examples]
        models = models or models_of(settings)
        remembering = bootstrap.remembering(settings, models)
        heads = bootstrap.heads_of(settings, self.taxonomy)
        self._bare = unheaded(self.taxonomy, remembering)
        self._used = labellers(self.taxonomy, remembering, heads, bootstrap.embedding_of(settings))
        stages = (Redact(settings.pii), Gist(), Identify(FastText()), Embed(models.embedder))
        self._tickets = [*(row.ticket for row in rows), *(_ticket(text) for text, _ in self._examples)]
        self._drafts = through(stages, self._tickets)
        self.vocabulary = vocabulary(wordings_of(self._drafts[: len(rows)]))

    def of(self, signal: str) -> Material:
        """What there is of one signal. Raises ModelUnavailable."""
        labelled = [i for i, row in enumerate(self._rows) if signal in row.labels]
        examples = self._examples if signal == "intent" else []
        extra = range(len(self._rows), len(self._rows) + len(examples))
        every = [*labelled, *extra]
        names = names_of(signal, self.taxonomy)
        labels = [*(self._rows[i].labels[signal] for i in labelled), *(intent for _, intent in examples)]
        weights = [1.0] * len(labelled) + [EXAMPLE_WEIGHT] * len(examples)
        stage, features = self._bare[signal]
        found = [stage.judge(*self._some(some)) for some in _chunks(every)]
        return Material(
            signal,
            names,
            np.vstack([features(*one) for one in found]),
            np.array([names.index(label) for label in labels]),
            np.array(weights),
            tuple(self._rows[i] for i in labelled),
            tuple(self._drafts[i] for i in labelled),
            tuple(label for some in _chunks(labelled) for label in self._said(signal, some)),
            tuple(wordings_of([self._drafts[i] for i in every])),
        )

    def _some(self, indices: Sequence[int]) -> tuple[list[RawTicket], list[Draft]]:
        return [self._tickets[i] for i in indices], [self._drafts[i] for i in indices]

    def _said(self, signal: str, indices: Sequence[int]) -> Iterator[Label]:
        for draft in self._used[signal](*self._some(indices)):
            label = getattr(draft, signal)
            assert isinstance(label, Label)  # noqa: S101 - a stage fills its signal
            yield label


def names_of(signal: str, taxonomy: Taxonomy) -> tuple[str, ...]:
    """The labels in their order."""
    return taxonomy.names if signal == "intent" else LABELS[signal]


def labelled_signals(rows: Sequence[Row]) -> Mapping[str, list[str]]:
    """The labels of each signal that is labelled at all."""
    said = {signal: [row.labels[signal] for row in rows if signal in row.labels] for signal in SIGNALS}
    return {signal: labels for signal, labels in said.items() if labels}


def through(stages: Sequence[Stage], tickets: Sequence[RawTicket]) -> list[Draft]:
    """What the stages make of the tickets, some of them at a time."""
    drafts: list[Draft] = []
    for some in _chunks(range(len(tickets))):
        chunk = [tickets[i] for i in some]
        made: Sequence[Draft] = [Draft() for _ in chunk]
        for stage in stages:
            made = stage(chunk, made)
        drafts += made
    return drafts


def _chunks(indices: Sequence[int]) -> Iterator[Sequence[int]]:
    return (indices[start : start + CHUNK] for start in range(0, len(indices), CHUNK))


def _ticket(text: str) -> RawTicket:
    return ticket_from({"ticket_id": "T", "subject": "", "body": text, "created_at": 0, "customer_id": "C"})
