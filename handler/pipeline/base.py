"""A stage, and how a batch of tickets runs through the stages.

A stage sees the whole batch, so a model does too. What breaks it is found by halving: the ticket at fault lacks
that stage's signal and says so, and its neighbours keep theirs. Stages that stand side by side in one tuple run at
the same time, from the same drafts: model engines let go of Python's lock while they compute.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from handler.domain.errors import RetryableError
from handler.domain.ticket import Metadata, RawTicket
from handler.pipeline.draft import Draft, Label, merged

__all__ = ["Computation", "Draft", "Label", "Pipeline", "Run", "Spent", "Stage"]


_Words = tuple[str, str, str | None, Metadata | None, date | None, bool]


@dataclass(frozen=True, slots=True)
class Computation:
    """What computes, by name and version: it goes into every result. ``fingerprint`` is a hash of all of it."""

    pipeline_version: int
    profile: str
    backend: str
    models: Mapping[str, str]
    taxonomy: str
    fingerprint: str

    @property
    def model_version(self) -> str:
        """The short name of it all."""
        return f"{self.pipeline_version}-{self.fingerprint[:12]}"


class Stage(Protocol):
    """One signal. ``needs`` names the stages without whose signal it cannot run."""

    @property
    def name(self) -> str:
        """Under which errors and timings count it."""

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of stages that have to have given their signal."""

    def work(self, ticket: RawTicket, *, hurried: bool) -> float:
        """What ``ticket`` is to this stage, in characters' worth; bounded, and 0 if it is nothing."""

    def __call__(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> Sequence[Draft]:
        """A new draft for each ticket, in order; the very same one where the stage has nothing to do with it.

        Raises whatever it likes; a RetryableError blames no ticket.
        """


@dataclass(frozen=True, slots=True)
class Spent:
    """What one stage took in one run: ``seconds`` by the clock, for ``work`` in characters' worth."""

    seconds: float
    work: float


@dataclass(frozen=True, slots=True)
class Run:
    """A draft for each ticket, in order, and what each stage took; texts that were equal count once in that."""

    drafts: list[Draft]
    spent: Mapping[str, Spent]


class Pipeline:
    """Stages in order, each over the whole batch; a tuple of stages side by side, in threads.

    ``computation`` says what they are, by name and version.
    """

    def __init__(
        self,
        stages: Sequence[Stage | tuple[Stage, ...]],
        computation: Computation,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.computation = computation
        self._groups = tuple(group if isinstance(group, tuple) else (group,) for group in stages)
        self._clock = clock
        for group in self._groups:
            if {stage.name for stage in group} & {need for stage in group for need in stage.needs}:
                raise ValueError("a stage cannot run beside one that it needs")

    def work(self, ticket: RawTicket, *, hurried: bool) -> dict[str, float]:
        """What ``ticket`` is to each stage, by name, in characters' worth."""
        return {stage.name: stage.work(ticket, hurried=hurried) for group in self._groups for stage in group}

    def run(self, tickets: Sequence[RawTicket], hurried: Sequence[bool] | None = None) -> Run:
        """The batch through all stages; ``hurried[i]``: time is short for ticket i. By default it is for none.

        Tickets that say the same, equally hurried, share the work. Raises RetryableError.
        """
        paced = list(zip(tickets, hurried or [False] * len(tickets), strict=True))
        distinct: dict[_Words, tuple[RawTicket, bool]] = {}
        for one in paced:
            distinct.setdefault(_says(*one), one)
        run = self._run_distinct(list(distinct.values()))
        by_words = dict(zip(distinct, run.drafts, strict=True))
        return Run([by_words[_says(*one)] for one in paced], run.spent)

    def _run_distinct(self, paced: Sequence[tuple[RawTicket, bool]]) -> Run:
        tickets = [ticket for ticket, _ in paced]
        drafts = [Draft(hurried=hurried) for _, hurried in paced]
        spent: dict[str, Spent] = {}
        for group in self._groups:
            runs = self._run_group(group, tickets, drafts)
            for run in runs:
                spent |= run.spent
            found = zip(*(run.drafts for run in runs), strict=True)
            drafts = [merged(draft, after) for draft, after in zip(drafts, found, strict=True)]
        return Run(drafts, spent)

    def _run_group(self, group: Sequence[Stage], tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Run]:
        if len(group) == 1:
            return [self._run_stage(group[0], tickets, drafts)]
        with ThreadPoolExecutor(len(group), thread_name_prefix="stage") as pool:
            return list(pool.map(lambda stage: self._run_stage(stage, tickets, drafts), group))

    def _run_stage(self, stage: Stage, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> Run:
        ready = [i for i, draft in enumerate(drafts) if not set(stage.needs) & draft.errors.keys()]
        started = self._clock()
        done = _bisect(stage, [tickets[i] for i in ready], [drafts[i] for i in ready])
        seconds = self._clock() - started
        touched = {i: draft for i, draft in zip(ready, done, strict=True) if draft is not drafts[i]}
        found = [draft.failed(stage.name, "MissingInput") for draft in drafts]
        for i in ready:
            found[i] = touched[i].took(stage.name, seconds / len(touched)) if i in touched else drafts[i]
        work = sum(stage.work(tickets[i], hurried=drafts[i].hurried) for i in ready)
        return Run(found, {stage.name: Spent(seconds, work)})


def _bisect(stage: Stage, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:
    """The stage over the batch; where it fails, over each half, down to the ticket that breaks it."""
    if not tickets:
        return []
    try:
        return _run(stage, tickets, drafts)
    except RetryableError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a model library raises: halving finds the ticket at fault
        if len(tickets) == 1:
            return [drafts[0].failed(stage.name, type(error).__name__)]
    half = len(tickets) // 2
    return _bisect(stage, tickets[:half], drafts[:half]) + _bisect(stage, tickets[half:], drafts[half:])


def _run(stage: Stage, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:
    found = list(stage(tickets, drafts))
    if len(found) != len(tickets):
        raise ValueError("a stage must give a draft for each ticket")
    return found


def _says(ticket: RawTicket, hurried: bool) -> _Words:  # noqa: FBT001 - it states what is true
    """All that a stage may look at: tickets equal in this get equal drafts."""
    return ticket.subject, ticket.body, ticket.priority, ticket.metadata, ticket.written_on, hurried
