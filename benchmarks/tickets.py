"""Tickets of a pinned seed: of about 100 word pieces, and of one line. No two sentences are alike: none is computed once for two."""

import random

from handler.domain.ticket import RawTicket

SEED = 20
SENTENCES = (
    "Hello, I am writing about the invoice for the last month.",
    "We were charged twice for the same subscription on the third of this month.",
    "The dashboard shows an error whenever one of my colleagues tries to export the report.",
    "I have already restarted the application and cleared the cache, but nothing has changed since.",
    "Could you please tell me how the webhook can be connected to our ticket system?",
    "Since the update last night every page takes more than twenty seconds to load.",
    "My manager needs the figures before the meeting on Friday afternoon.",
    "The password reset link that you have sent me seems to have expired.",
    "It would be great if the calendar could be filtered by team and by project.",
    "We are thinking about cancelling our plan if this is not solved soon.",
    "Please delete all the data that you hold about our former employee.",
    "Somebody has logged in to my account from a country that I have never been to.",
)


def bodies(number: int, first: int = 0) -> list[str]:
    """Texts of four to six sentences: those from ``first`` on of an endless row."""
    return [_body(i) for i in range(first, first + number)]


def tickets(number: int, first: int = 0) -> list[RawTicket]:
    """Long enough to be summarised."""
    return [_ticket(first + i, body) for i, body in enumerate(bodies(number, first))]


def one_liners(number: int, first: int = 0) -> list[RawTicket]:
    """One sentence each."""
    return [_ticket(i, f"Case {i}: {SENTENCES[i % len(SENTENCES)]}") for i in range(first, first + number)]


def _body(i: int) -> str:
    pinned = random.Random(SEED + i)  # noqa: S311 - a pinned seed
    chosen = pinned.sample(SENTENCES, pinned.randint(4, 6))
    return " ".join(f"Case {i}{'abcdefg'[k]}: {sentence}" for k, sentence in enumerate(chosen))


def _ticket(number: int, body: str) -> RawTicket:
    return RawTicket(ticket_id=f"B-{number}", subject="", body=body, created_at=number, customer_id="C")
