"""Stages in one tuple: the same drafts in, what each of them found in one draft out."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest

from handler.domain.errors import ModelUnavailable
from handler.domain.ports import Summary
from handler.domain.ticket import RawTicket
from handler.pipeline.base import Draft, Pipeline, Stage
from handler.pipeline.work import whole
from tests.fakes import computation
from tests.pipeline.fakes import tickets_of

Change = Callable[[RawTicket, Draft], Draft]


@dataclass
class Changing:
    """A stage that changes drafts as it is told, and keeps what it saw and in which thread."""

    name: str
    change: Change
    needs: tuple[str, ...] = ()
    saw: list[Draft] = field(default_factory=list)
    threads: set[int] = field(default_factory=set)

    work = staticmethod(whole)

    def __call__(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:
        self.threads.add(threading.get_ident())
        self.saw += drafts
        return [self.change(ticket, draft) for ticket, draft in zip(tickets, drafts, strict=True)]


def body(ticket: RawTicket, draft: Draft) -> Draft:
    return replace(draft, body=ticket.body, truncated=(*draft.truncated, "first", "body"))


def summary(ticket: RawTicket, draft: Draft) -> Draft:
    return replace(draft, summary=Summary(ticket.body, "verbatim"), truncated=(*draft.truncated, "summary"))


def subject(ticket: RawTicket, draft: Draft) -> Draft:
    return replace(draft, subject=f"about {ticket.body}", truncated=("first",))


def breaking(word: str, error: Exception) -> Change:
    def change(ticket: RawTicket, draft: Draft) -> Draft:
        if ticket.body == word:
            raise error
        return body(ticket, draft)

    return change


def pipeline(*groups: Stage | tuple[Stage, ...]) -> Pipeline:
    return Pipeline(groups, computation(), lambda: 0.0)


def test_each_gets_the_same_drafts_and_what_they_found_is_united() -> None:
    """Fields, truncations (each once, in the order listed) and timings of all of them."""
    one, two = Changing("one", body), Changing("two", summary)

    (draft,) = pipeline(Changing("zero", subject), (one, two)).run(tickets_of("text")).drafts

    assert [("about text", "", None)] * 2 == [(d.subject, d.body, d.summary) for d in (*one.saw, *two.saw)]
    assert ("about text", "text", Summary("text", "verbatim")) == (draft.subject, draft.body, draft.summary)
    assert ("first", "body", "summary") == draft.truncated
    assert {"zero", "one", "two"} == set(draft.seconds)


def test_where_two_fill_the_same_field_the_later_listed_counts() -> None:
    """Whichever thread was faster, the result is the same."""
    slow_done = threading.Event()

    def slow(_: RawTicket, draft: Draft) -> Draft:
        slow_done.set()
        return replace(draft, body="slow")

    def fast(_: RawTicket, draft: Draft) -> Draft:
        assert slow_done.wait(10)
        return replace(draft, body="fast")

    (draft,) = pipeline((Changing("fast", fast), Changing("slow", slow))).run(tickets_of("x")).drafts
    assert "slow" == draft.body


def test_they_run_at_the_same_time() -> None:
    """Each waits for the other: one after the other, they would wait for ever."""
    met = threading.Barrier(2, timeout=10)

    def meets(ticket: RawTicket, draft: Draft) -> Draft:
        met.wait()
        return body(ticket, draft)

    (draft,) = pipeline((Changing("one", meets), Changing("two", meets))).run(tickets_of("x")).drafts
    assert {} == draft.errors


def test_a_stage_by_itself_runs_in_the_callers_thread() -> None:
    """Also as a tuple of one."""
    plain, single = Changing("plain", body), Changing("single", body)

    pipeline(plain, (single,)).run(tickets_of("x"))

    assert {threading.get_ident()} == plain.threads | single.threads


def test_a_ticket_that_breaks_one_keeps_what_the_others_found() -> None:
    """And what needs the broken one does not run for it, as ever."""
    broken = Changing("broken", breaking("bad", ZeroDivisionError()))
    after = Changing("after", subject, needs=("broken",))

    bad, good = pipeline((broken, Changing("whole", summary)), after).run(tickets_of("bad", "good")).drafts

    assert {"broken": "ZeroDivisionError", "after": "MissingInput"} == bad.errors
    assert Summary("bad", "verbatim") == bad.summary
    assert ({}, "good", "about good") == (good.errors, good.body, good.subject)


def test_the_worlds_fault_passes_through_from_a_thread() -> None:
    """It blames no ticket, whichever stage ran into it."""
    gone = Changing("gone", breaking("a", ModelUnavailable("gone")))

    with pytest.raises(ModelUnavailable):
        pipeline((Changing("one", summary), gone)).run(tickets_of("a", "b"))
    assert 2 == len(gone.saw)


def test_a_stage_may_not_stand_beside_what_it_needs() -> None:
    """It would never see it."""
    with pytest.raises(ValueError, match="beside one that it needs"):
        pipeline((Changing("one", body), Changing("two", body, needs=("one",))))
