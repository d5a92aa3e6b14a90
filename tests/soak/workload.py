"""What is put into the raw bucket: tickets, and among them edits, copies and poison, in an order by seed."""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from handler.domain.ticket import parse_ticket
from handler.domain.version import TicketKey, content_hash

CREATED_AT = 1_760_000_000
SENTENCES = (
    "I was charged twice for the same order and want one payment back.",
    "The export has been failing since this morning with a timeout.",
    "How can I add a colleague to our account?",
    "It would be great if the report could be sent every week.",
    "I cannot log in any more although I reset my password.",
    "Your support was quick and friendly, thank you very much.",
)
POISON = (b"no JSON {", b'{"ticket_id": "x"}', b"[" * 50_000, b"\xff\xfe")


@dataclass(frozen=True)
class Put:
    """One object. A valid ticket has a ``ticket`` and a ``content``; poison has neither."""

    key: str
    body: bytes
    ticket: TicketKey | None = None
    content: str | None = None


def puts(tickets: int, seed: int) -> list[Put]:
    """``tickets`` objects: 3% poison, 5% copies of an earlier one, 5% edits of an earlier one."""
    chance = random.Random(seed)  # noqa: S311 - chance, no secret
    made: list[Put] = []
    valid: list[Put] = []
    for number in range(tickets):
        draw = chance.random()
        if draw < 0.03:
            made.append(Put(f"poison-{number}.json", POISON[number % len(POISON)]))
        elif draw < 0.08 and valid:
            made.append(chance.choice(valid))
        elif draw < 0.13 and valid:
            made.append(_ticket(chance.choice(valid).key, number, chance))
            valid.append(made[-1])
        else:
            made.append(_ticket(f"S-{number}.json", number, chance))
            valid.append(made[-1])
    return made


def newest(done: Sequence[Put]) -> dict[TicketKey, str]:
    """The content that each ticket had last."""
    return {put.ticket: put.content for put in done if put.ticket and put.content}


def _ticket(key: str, number: int, chance: random.Random) -> Put:
    fields = {
        "ticket_id": key.removesuffix(".json"),
        "subject": f"Case {number}",
        "body": " ".join(_some(chance)),
        "created_at": CREATED_AT,
        "customer_id": f"C-{number}",
    }
    body = json.dumps(fields).encode()
    ticket = parse_ticket(body)
    return Put(key, body, TicketKey(ticket.ticket_id, ticket.created_at), content_hash(ticket))


def _some(chance: random.Random) -> Iterator[str]:
    yield from chance.sample(SENTENCES, chance.randint(1, 3))
