"""What holds for every ticket and every message, found by generating and shrinking them.

tests/sqs/test_envelope_properties.py has the properties of the decoder alone.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handler.domain.errors import InvalidTicket, TicketTooLarge
from handler.domain.message import Message
from handler.domain.ticket import RawTicket, parse_ticket
from tests.fuzz.arena import Arena, arena
from tests.fuzz.hostile import CANARY, MARK, Hostile
from tests.sqs.bodies import ticket
from tests.sqs.test_envelope_properties import any_text, messages, values

quick = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
FIELDS = ("ticket_id", "subject", "body", "priority", "created_at", "customer_id", "metadata", "updated_at")
seconds = st.integers(-2, 2**60) | st.floats() | st.booleans() | any_text
metadata = st.fixed_dictionaries(
    {},
    optional={
        "source": any_text | values,
        "language": any_text | values,
        "tags": st.lists(any_text | values, max_size=3),
    },
)
tickets = st.builds(
    lambda fields, gone: {name: value for name, value in ticket(**fields).items() if name not in gone},
    st.fixed_dictionaries(
        {},
        optional={
            "ticket_id": any_text | st.from_regex(r"[A-Za-z0-9._:-]{1,128}", fullmatch=True) | values,
            "subject": any_text | values,
            "body": any_text | values,
            "priority": st.sampled_from(["critical", "low", "LOW", None]) | values,
            "created_at": seconds,
            "customer_id": any_text | values,
            "metadata": metadata | values,
            "updated_at": seconds | st.none(),
        },
    ),
    st.just(()) | st.lists(st.sampled_from(FIELDS), max_size=2),
)
texts = st.binary(max_size=300) | any_text | tickets.map(json.dumps) | values.map(json.dumps)


def parsed(text: str | bytes) -> RawTicket | InvalidTicket | TicketTooLarge:
    """The ticket, or why it is none; anything else that is raised is the test's finding."""
    try:
        return parse_ticket(text)
    except (InvalidTicket, TicketTooLarge) as error:
        return error


@quick
@given(text=texts)
def test_a_ticket_is_taken_or_refused_and_can_be_written_again(text: str | bytes) -> None:
    """What is taken has one spelling, in UTF-8, that is the same ticket: its content hash stands for it."""
    one = parsed(text)
    if isinstance(one, RawTicket):
        written = one.canonical_json().encode()
        assert one == parse_ticket(written)
        assert written == parse_ticket(written).canonical_json().encode()
    else:
        assert str(one)
        assert one.field.partition(".")[0] in {"", *FIELDS}


@quick
@given(fields=tickets, at=st.sampled_from(FIELDS), shape=st.integers(0, 3))
def test_no_refusal_quotes_the_ticket(fields: dict[str, Any], at: str, shape: int) -> None:
    """Refusals go to logs and dead letters; only a valid ticket_id is named in them, and the canary is in none."""
    hidden = [MARK, [MARK], {MARK: MARK}, {"tags": [MARK, 1], "source": [MARK], MARK: 1}][shape]
    for body in (json.dumps({**fields, at: hidden, MARK: MARK}), MARK + json.dumps(fields), f'["{MARK}"]'):
        one = parsed(body)
        if not isinstance(one, RawTicket):
            chain = (one, one.__cause__, one.__context__)
            assert CANARY not in f"{chain!r} {one} {one.args} {one.field} {one.ticket_id}"


@pytest.fixture
def made() -> Iterator[Arena]:
    with arena() as one:
        yield one


@quick
@given(received=messages, content=texts)
def test_every_message_is_settled(made: Arena, received: Message, content: str | bytes) -> None:
    """With nothing wrong in the world, nothing goes round, whatever it is; and its neighbour never notices."""
    stored = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    source = {} if received.source_time is None else {"SourceTime": {"stringValue": received.source_time}}
    made.deliver(0, Hostile(received.body, stored, source))
    assert ([], []) == (made.figures.faults, made.figures.leaks)


@quick
@given(fields=tickets)
def test_every_ticket_is_settled(made: Arena, fields: dict[str, Any]) -> None:
    """As above, where more of them are valid and go through every stage."""
    made.deliver(0, Hostile(json.dumps(fields), b""))
    assert ([], []) == (made.figures.faults, made.figures.leaks)
