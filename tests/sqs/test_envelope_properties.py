"""What holds for every body, found by generating them."""

import json
import re
from dataclasses import replace
from typing import Any
from urllib.parse import quote, quote_plus

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handler.domain.message import Ignored, InlineTicket, Message, PayloadPointer, Record, S3Object, Unusable
from handler.domain.ticket import parse_ticket
from handler.domain.version import version_of
from tests.sqs.bodies import (
    ENVELOPE,
    EVENTS,
    RAW_BUCKET,
    eventbridge,
    message,
    notification,
    pointer,
    recorded,
    sns,
    ticket,
)

EXAMPLES = [json.loads(recorded(path.stem)) for path in sorted(EVENTS.glob("*.json"))]
NAMES = sorted({name for example in EXAMPLES for name in re.findall(r'"([\w-]+)":', json.dumps(example))})

quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(NAMES)
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5)
)
any_text = st.text(st.characters(), max_size=200) | st.text(st.characters(categories=["Cs", "Cc", "Co"]), max_size=20)
keys = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=250)
times = st.none() | st.text(max_size=15) | st.integers(-5, 10**14).map(str)
hexadecimal = st.from_regex(r"[0-9A-Fa-f]{0,32}", fullmatch=True)


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """A recorded event in which one value, at any depth, is another one."""
    root = [json.loads(json.dumps(draw(st.sampled_from(EXAMPLES))))]
    parent: Any = root
    place: Any = 0
    while isinstance(parent[place], dict | list) and parent[place] and draw(st.integers(0, 5)):
        parent = parent[place]
        place = draw(st.sampled_from(sorted(parent) if isinstance(parent, dict) else range(len(parent))))
    parent[place] = draw(values | hexadecimal | st.sampled_from(EXAMPLES).map(json.dumps))
    return root[0]


bodies = any_text | values.map(json.dumps) | mutated().map(json.dumps) | mutated().map(sns).map(json.dumps)
messages = st.builds(
    Message, st.just("m-1"), bodies, sent_at_ms=st.integers(-1, 10**13), source_time=times, group_id=st.none()
)


def decoded(received: Message) -> list[Record]:
    """Every record of the message, and of the same body behind a pointer."""
    payload = received.body.encode("utf-8", "surrogatepass")
    return ENVELOPE.decode(received) + ENVELOPE.decode_payload(replace(received, body=json.dumps(pointer())), payload)


@quick
@given(received=messages, payload=st.binary(max_size=200))
def test_nothing_raises_and_nothing_vanishes(received: Message, payload: bytes) -> None:
    """Poison is a record, not an exception; and a message that named no record would be acknowledged unseen."""
    assert ENVELOPE.decode(received)
    assert ENVELOPE.decode_payload(received, payload)
    assert ENVELOPE.decode_payload(received, received.body.encode("utf-8", "surrogatepass"))


@quick
@given(received=messages)
def test_every_record_has_its_place_in_one_order(received: Message) -> None:
    """The order is compared as text, so every time and sequencer has to fit the fixed width."""
    for record in decoded(received):
        assert 0 <= record.time_ms < 10**13
        assert re.fullmatch("[0-9A-Fa-f]{0,32}", record.sequencer)
        order = version_of(parse_ticket(json.dumps(ticket())), record.time_ms, record.sequencer).source_order
        assert re.fullmatch("[0-9]{13}:[0-9A-F]{32}:[0-9a-f]{64}", order)


@quick
@given(received=messages)
def test_only_the_two_buckets_are_ever_read(received: Message) -> None:
    """No body, however it is written, leads to another bucket, or a pointer in a payload to a second one."""
    for record in decoded(received):
        match record.origin:
            case S3Object(bucket) | PayloadPointer(S3Object(bucket)):
                assert bucket == (RAW_BUCKET if isinstance(record.origin, S3Object) else "ticket-payloads")
            case origin:
                assert isinstance(origin, Ignored | InlineTicket | Unusable)


def _spaced(key: str) -> str:
    return quote(key, safe="")


def _plus(key: str) -> str:
    return quote_plus(key, safe="")


def _slashed(key: str) -> str:
    return quote_plus(key, safe="/")


@quick
@given(key=keys, encode=st.sampled_from([_spaced, _plus, _slashed]))
def test_any_key_comes_back_as_it_was(key: str, encode: Any) -> None:
    """Every character of every plane, however it is encoded; and EventBridge's are not encoded at all."""
    expected = S3Object(RAW_BUCKET, key)
    body = {"Records": [notification(encode(key))]}
    for form in (body, eventbridge(key)):
        for wrapped in (form, sns(form)):
            assert [expected] == [record.origin for record in ENVELOPE.decode(message(wrapped))]


@quick
@given(event=mutated(), received=messages, place=st.integers(0, 10**6))
def test_no_error_quotes_the_message(event: Any, received: Message, place: int) -> None:
    """Errors go to logs and dead letters, where the customer's text must never be."""
    canary = "cAnArY-7c1f"
    for body in (_with_canary(event, canary, place), sns(_with_canary(event, canary, place)), canary + received.body):
        text = body if isinstance(body, str) else json.dumps(body)
        for record in decoded(replace(received, body=text, source_time=received.source_time and canary)):
            if isinstance(record.origin, Unusable):
                error = record.origin.error
                assert canary not in f"{error} {error!r} {error.field} {error.args} {error.__context__!r}"
            if isinstance(record.origin, Ignored):
                assert canary not in record.origin.reason


def _with_canary(value: Any, canary: str, place: int) -> Any:
    """``value`` with the canary in one of its strings, or in all of them, and as a name in every object."""
    count = 0

    def visit(inner: Any) -> Any:
        nonlocal count
        if isinstance(inner, dict):
            return {name: visit(child) for name, child in inner.items()} | {canary: canary}
        if isinstance(inner, list):
            return [visit(child) for child in inner]
        count += 1
        return f"{canary}{inner}" if place % 3 == 0 or count == place % 40 else inner

    return visit(value)


records = st.lists(
    st.builds(
        notification,
        keys.map(_plus),
        sequencer=hexadecimal,
        versionId=st.sampled_from(["", "null", "v1"]),
        eventTime=st.datetimes().map(lambda moment: moment.isoformat() + "Z"),
    )
    | values
    | mutated(),
    min_size=1,
    max_size=4,
)


@quick
@given(entries=records, moment=st.integers(0, 10**13 - 1))
def test_what_is_dead_lettered_can_be_sent_again(entries: list[Any], moment: int) -> None:
    """A redriven dead letter names the same record: the same object in the same place in the order."""
    for record in ENVELOPE.decode(message({"Records": entries}, source_time=str(moment))):
        again = ENVELOPE.decode(message(record.raw, source_time=str(record.time_ms)))
        if isinstance(record.origin, Unusable):
            assert [Unusable] * len(again) == [type(repeated.origin) for repeated in again]
        else:
            assert [record] == again
