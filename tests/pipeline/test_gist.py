"""What is left of a mail when everything around the customer's own words is gone."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handler.pipeline.gist import gist

ASKS = "Please give me one of the two payments back, I need it for the rent of this month already."


@pytest.mark.parametrize(
    "around",
    [
        "{}\n\nOn Mon, Nov 3, 2025 at 10:11 AM Support <[EMAIL]> wrote:\n> Hello,\n> is it solved?\n",
        "{}\n\n-----Original Message-----\nFrom: Support\nSent: Monday\nSubject: Your case\n\nHello, is it solved?",
        "{}\n\nFrom: Support <[EMAIL]>\nSent: Monday\nTo: Me\nSubject: Re: case\n\nHello, is it solved?",
        "{}\n\nAm 03.11.2025 um 10:11 schrieb Support:\n> Hallo\n> alles gut?",
        "> is it solved?\n{}\n> and the other one?",
        "{}\n\nBest regards,\nJana\nHead of Things\nSome Firm, Long Street 5",
        "{}\n-- \nJana\nSome Firm",
        "{}\n\nSent from my iPhone",
        "{}\n\nThis e-mail and any attachments are confidential and intended solely for the recipient. Ask us.",
        "<p>{}</p>",
    ],
)
def test_only_what_the_customer_says_now_is_left(around: str) -> None:
    """Quotes, signatures, disclaimers and markup say nothing about this ticket, and much about others."""
    assert ASKS == gist(around.format(ASKS)).strip()


def test_a_short_reply_keeps_what_it_answers() -> None:
    """What else would "any news?" be about."""
    left = gist("Any news?\n\nOn Mon, Nov 3, 2025, Jana wrote:\n> I was charged twice.\n> Best regards,\n> Jana")
    assert left.startswith("Any news?")
    assert "charged twice" in left
    assert "Jana" not in left


def test_of_a_log_the_telling_lines_stay() -> None:
    """A stack trace is one error, however long it is."""
    log = "\n".join(
        ["2026-01-01 10:00:00 INFO begins", "2026-01-01 10:00:01 ERROR it failed: NullPointerException: x"]
        + [f"    at com.firm.Part{n}.run(Part.java:{n})" for n in range(50)]
    )
    left = gist(f"{ASKS}\n{log}\nWhat can I do?")
    assert [ASKS, "2026-01-01 10:00:01 ERROR it failed: NullPointerException: x", "What can I do?"] == left.splitlines()


@pytest.mark.parametrize(
    "text", ["> all of it is quoted", "-- \nJana", "Thanks!\nJana", "On Monday he wrote:\nnothing", "", "   ", "<br>"]
)
def test_a_text_of_nothing_else_stays_as_it_is(text: str) -> None:
    """Better too much than nothing."""
    assert gist(text).split() or not text.split()


@pytest.mark.parametrize(
    "text", ["Thanks for the refund, now please cancel my plan.\nIt is too dear for us.", "Best,\n" + "word " * 90]
)
def test_a_closing_in_the_middle_closes_nothing(text: str) -> None:
    """Only short lines may follow a closing."""
    assert text.split() == gist(text).split()


@given(st.text(max_size=500) | st.text("<>-_ \n:@aA1", max_size=500))
def test_nothing_breaks_it(text: str) -> None:
    """Whatever people paste."""
    assert gist(text) or not text.strip()


@pytest.mark.parametrize(
    "piece", ["<a ", "> ", "From: a\n", "at a.b.", "-", "_", "On a ", "this ", "[2026-", " \n", "<<", "a.a.a."]
)
def test_it_takes_no_longer_than_the_text(piece: str) -> None:
    """No pattern tries many ways; a second is a hundred times what it needs."""
    text = piece * (100_000 // len(piece))
    started = time.process_time()
    gist(text)
    assert time.process_time() - started < 1.0
