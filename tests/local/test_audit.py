"""What counts as enriched, duplicate, stale, dead-lettered and lost."""

import itertools

from handler.domain.version import TicketKey
from handler.local.audit import Evidence, Fate, classify, summary, wait_until_settled
from handler.local.ledger import Entry, Ledger

T = TicketKey("T-1", 1)
KEY = ("tickets-raw", "tickets/T-1.json")


def _ledger(*contents: str | None) -> Ledger:
    """The same key put once for each content; None is something that holds no ticket."""
    return tuple(
        Entry(order, "ticket", *KEY, "sha256", None if content is None else T, content)
        for order, content in enumerate(contents)
    )


def _objects(*contents: str) -> frozenset[tuple[str, str]]:
    return frozenset((T.ticket_id, content) for content in contents)


def test_a_row_with_its_object_is_enriched() -> None:
    assert classify(_ledger("a"), Evidence({T: "a"}, _objects("a"))) == (Fate.ENRICHED,)


def test_nothing_at_all_is_lost() -> None:
    assert classify(_ledger("a"), Evidence()) == (Fate.LOST,)


def test_an_object_without_a_row_is_an_orphan() -> None:
    """The row is the commit: removing it loses the ticket, whatever lies in the bucket."""
    assert classify(_ledger("a", "b"), Evidence({}, _objects("a", "b"))) == (Fate.LOST, Fate.LOST)


def test_a_row_of_another_ticket_proves_nothing() -> None:
    assert classify(_ledger("a"), Evidence({TicketKey("T-1", 2): "a"}, _objects("a"))) == (Fate.LOST,)


def test_the_same_content_put_again_is_a_duplicate() -> None:
    assert classify(_ledger("a", "a"), Evidence({T: "a"}, _objects("a"))) == (Fate.ENRICHED, Fate.DUPLICATE)


def test_an_edited_ticket_s_first_version_was_enriched_or_overtaken() -> None:
    """S3 may show the edit before the first version has been read: then there is no result of it, nor need be."""
    assert classify(_ledger("a", "b"), Evidence({T: "b"}, _objects("a", "b"))) == (Fate.ENRICHED, Fate.ENRICHED)
    assert classify(_ledger("a", "b"), Evidence({T: "b"}, _objects("b"))) == (Fate.STALE, Fate.ENRICHED)


def test_a_row_older_than_the_edit_loses_the_edit() -> None:
    """Even if the edit's object was written: nobody committed it."""
    assert classify(_ledger("a", "b"), Evidence({T: "a"}, _objects("a", "b"))) == (Fate.ENRICHED, Fate.LOST)


def test_an_edit_taken_back_is_a_duplicate_of_the_first_version() -> None:
    fates = classify(_ledger("a", "b", "a"), Evidence({T: "a"}, _objects("a", "b")))
    assert fates == (Fate.ENRICHED, Fate.ENRICHED, Fate.DUPLICATE)
    lost = classify(_ledger("a", "b", "a"), Evidence({T: "b"}, _objects("a", "b")))
    assert lost == (Fate.ENRICHED, Fate.ENRICHED, Fate.LOST)


def test_what_holds_no_ticket_must_be_a_dead_letter() -> None:
    assert classify(_ledger(None), Evidence(dead={KEY: "InvalidTicket"})) == (Fate.DEAD_LETTERED,)
    assert classify(_ledger(None), Evidence()) == (Fate.LOST,)


def test_a_dead_letter_is_known_by_bucket_and_key() -> None:
    elsewhere = {("another-bucket", KEY[1]): "", (KEY[0], "tickets/T-2.json"): ""}
    assert classify(_ledger("a"), Evidence(dead=elsewhere)) == (Fate.LOST,)
    assert classify(_ledger("a"), Evidence(dead={KEY: ""})) == (Fate.DEAD_LETTERED,)


def test_a_committed_ticket_counts_as_enriched_whatever_lies_dead() -> None:
    """A redelivery may have put its record there after the result was committed."""
    assert classify(_ledger("a"), Evidence({T: "a"}, dead={KEY: ""})) == (Fate.ENRICHED,)


def test_every_entry_is_counted_once() -> None:
    fates = [Fate.ENRICHED, Fate.DUPLICATE, Fate.STALE, Fate.DEAD_LETTERED, Fate.ENRICHED]
    assert summary(fates) == "5 sent, 2 enriched, 2 duplicate or stale, 1 dead-lettered, 0 lost"


def test_waiting_ends_when_nothing_is_lost_any_more() -> None:
    readings = iter([Evidence(), Evidence({T: "a"}), Evidence({T: "b"}), Evidence()])
    seen: list[int] = []
    evidence = wait_until_settled(_ledger("a", "b"), lambda: next(readings), 60, seen.append, pause=0)
    assert (evidence, seen) == (Evidence({T: "b"}), [0, 1, 2])


def test_waiting_ends_with_the_time() -> None:
    """What is still missing then is lost."""
    readings = itertools.repeat(Evidence())
    assert wait_until_settled(_ledger("a"), lambda: next(readings), 0) == Evidence()
