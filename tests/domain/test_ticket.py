"""What a ticket may be, and how it is refused."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handler.domain.errors import EnrichmentError, InvalidTicket, TicketTooLarge
from handler.domain.ticket import parse_ticket
from tests.factories import ticket, ticket_fields

CANARY = "canary@example.com"


@pytest.mark.parametrize(
    ("fields", "kind", "at"),
    [
        ({"ticket_id": ".."}, InvalidTicket, "ticket_id"),
        ({"ticket_id": "a/b"}, InvalidTicket, "ticket_id"),
        ({"ticket_id": "a\n"}, InvalidTicket, "ticket_id"),
        ({"ticket_id": "x" * 129}, InvalidTicket, "ticket_id"),
        ({"subject": "x" * 1_001}, InvalidTicket, "subject"),
        ({"subject": None}, InvalidTicket, "subject"),
        ({"subject": "", "body": "\n"}, InvalidTicket, ""),
        ({"body": "x" * 100_001}, TicketTooLarge, "body"),
        ({"priority": "urgent"}, InvalidTicket, "priority"),
        ({"created_at": "1760000000"}, InvalidTicket, "created_at"),
        ({"created_at": 1.5}, InvalidTicket, "created_at"),
        ({"created_at": True}, InvalidTicket, "created_at"),
        ({"created_at": -1}, InvalidTicket, "created_at"),
        ({"updated_at": 253_402_300_800}, InvalidTicket, "updated_at"),
        ({"customer_id": ""}, InvalidTicket, "customer_id"),
        ({"metadata": {"tags": "vip"}}, InvalidTicket, "metadata.tags"),
    ],
)
def test_a_rule_that_is_broken_is_named_by_its_field(
    fields: dict[str, Any], kind: type[EnrichmentError], at: str
) -> None:
    """The error says where, and never what the customer wrote."""
    with pytest.raises(kind) as caught:
        ticket(**fields)
    assert at == caught.value.field


def test_milliseconds_are_refused_in_words_that_help() -> None:
    """The most common mistake gets a message of its own."""
    with pytest.raises(InvalidTicket, match=r"created_at: must be Unix seconds; this looks like milliseconds"):
        ticket(created_at=1_760_000_000_000)


@pytest.mark.parametrize("text", ["", "[", "[" * 100_000, "NaN", '{"a": 1e999}', "9" * 5_000, b"\xff", "[]", "null"])
def test_rubbish_is_an_invalid_ticket(text: str | bytes) -> None:
    """Nothing but our own error, whatever the parser thinks."""
    with pytest.raises(InvalidTicket):
        parse_ticket(text)


def test_what_json_can_spell_and_utf8_cannot_is_replaced() -> None:
    """A lone surrogate becomes U+FFFD wherever text is kept."""
    text = json.dumps(ticket_fields(subject="\ud800", metadata={"tags": ["\udfff"]}))
    found = parse_ticket(text)
    assert found.metadata is not None
    assert ("\ufffd", ("\ufffd",)) == (found.subject, found.metadata.tags)
    assert found.canonical_json().encode()


def test_unknown_fields_and_control_characters_are_no_fault() -> None:
    """Upstream systems add fields; customers paste anything."""
    assert "\x00\x1b[31m" == ticket(body="\x00\x1b[31m", colour="red").body


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(ticket_fields())), json_values)
def test_no_value_in_any_field_raises_anything_else(name: str, value: object) -> None:
    """A ticket is a ticket, or an error of ours."""
    try:
        parse_ticket(json.dumps({**ticket_fields(), name: value}))
    except EnrichmentError as error:
        assert error.field.startswith(name) or not error.field  # noqa: PT017 - both ways out are allowed


@given(st.sampled_from(sorted(ticket_fields())))
def test_an_error_never_quotes_the_ticket(name: str) -> None:
    """Errors go to logs and dead letters; personal data must not."""
    fields: dict[str, object] = {**dict.fromkeys(ticket_fields(), CANARY), name: [CANARY]}
    with pytest.raises(InvalidTicket) as caught:
        parse_ticket(json.dumps(fields))
    assert "canary" not in repr(caught.value)
