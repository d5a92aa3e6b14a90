"""Every form of body that is understood, and every form that is refused."""

import json

import pytest

from handler.domain.message import Ignored, InlineTicket, Origin, PayloadPointer, S3Object
from handler.domain.ticket import parse_ticket
from handler.sqs.envelope import Envelope
from tests.sqs.bodies import (
    ENVELOPE,
    EVENTS,
    PAYLOAD_BUCKET,
    RAW_BUCKET,
    fault,
    malformed,
    message,
    notification,
    only,
    pointer,
    recorded,
    sns,
    ticket,
)

FIRST = S3Object(RAW_BUCKET, "2026/01/T-1001.json", "096fKKXTRTtl3on89fVO.nfljtsv6qko")
BRIDGED = S3Object(RAW_BUCKET, "2026/01/a+b %2B.json", "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e")
REMOVED = Ignored("the object was removed")
NOT_CREATED = Ignored("the event is not about a new object")
TEST_EVENT = Ignored("S3 tests whether it may send here")

UNDERSTOOD: dict[str, Origin] = {
    "s3_put_2_1": FIRST,
    "s3_copy_2_2": S3Object(RAW_BUCKET, "2026/01/café T-1002+.json"),
    "s3_upload_2_3": S3Object(RAW_BUCKET, "T-1003.json"),
    "s3_post_2_6": S3Object(RAW_BUCKET, "T-1004.json", "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY"),
    "s3_removed": REMOVED,
    "s3_expired_2_3": NOT_CREATED,
    "s3_restored_2_3": NOT_CREATED,
    "s3_test_event": TEST_EVENT,
    "sns_wrapped_s3": FIRST,
    "sns_wrapped_test_event": TEST_EVENT,
    "sns_wrapped_ticket": InlineTicket(json.loads(recorded("sns_wrapped_ticket"))["Message"]),
    "sns_wrapped_eventbridge": BRIDGED,
    "eventbridge_created": BRIDGED,
    "eventbridge_deleted": REMOVED,
    "eventbridge_tagged": NOT_CREATED,
    "ticket": InlineTicket(recorded("ticket")),
    "pointer_1": PayloadPointer(S3Object(PAYLOAD_BUCKET, "7b1b2c6e-7a3f-4f0e-9c52-0f3d6a9d2f10")),
    "pointer_2": PayloadPointer(S3Object(PAYLOAD_BUCKET, "big tickets/a+b%20.json")),
}
REFUSED = {
    "s3_wrong_bucket": "Records.0.s3.bucket.name",
    "eventbridge_other_source": "source",
    "pointer_wrong_bucket": "1.s3BucketName",
    "records_empty": "Records",
    "records_no_list": "Records",
    "rubbish": "",
    "sns_confirmation": "",
    "sns_in_sns": "",
}
NAMED_ELSEWHERE = {"s3_several"}


def test_every_recorded_event_is_in_a_table() -> None:
    """No recorded event lies around without saying what it stands for."""
    assert {path.stem for path in EVENTS.glob("*.json")} == set(UNDERSTOOD) | set(REFUSED) | NAMED_ELSEWHERE


@pytest.mark.parametrize("name", UNDERSTOOD)
def test_a_recorded_event_names_its_record(name: str) -> None:
    """Each documented form names exactly the object, ticket or payload that it is about."""
    assert UNDERSTOOD[name] == only(recorded(name)).origin


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_event_names_the_field_at_fault(name: str) -> None:
    """What is not understood is MalformedMessage, never success."""
    assert malformed(REFUSED[name]) == fault(only(recorded(name)))


@pytest.mark.parametrize("name", sorted(set(UNDERSTOOD) - {"pointer_1", "pointer_2"}))
def test_a_payload_is_decoded_as_the_body_would_have_been(name: str) -> None:
    """A pointer's payload is the original body: every other form is understood in it, as UTF-8 bytes."""
    [record] = ENVELOPE.decode_payload(message(pointer()), recorded(name).encode())
    assert UNDERSTOOD[name] == record.origin


def test_an_inline_ticket_is_the_text_as_received() -> None:
    """The ticket is validated later, from the same characters; decoding changes none of them."""
    body = json.dumps(ticket(ticket_id="T-9"), indent=3)
    origin = only(body).origin
    assert InlineTicket(body) == origin
    assert parse_ticket(body).ticket_id == "T-9"


def test_a_payload_may_begin_with_a_byte_order_mark() -> None:
    """Windows tools write it; it is no part of the ticket."""
    [record] = ENVELOPE.decode_payload(message(pointer()), b"\xef\xbb\xbf" + json.dumps(ticket()).encode())
    assert InlineTicket(json.dumps(ticket())) == record.origin


def test_raw_is_the_body_as_received_for_all_but_s3_records() -> None:
    """A dead letter carries what was sent: the wrapping and the pointer, not what was found behind them."""
    for body in map(json.dumps, (sns(ticket()), sns("rubbish"), pointer(), ticket(), {"no": "form"})):
        assert body == only(body).raw
    received = message(pointer())
    for payload in (json.dumps(ticket()).encode(), b"rubbish"):
        assert [received.body] == [record.raw for record in ENVELOPE.decode_payload(received, payload)]


def test_raw_of_an_s3_record_is_that_record_alone() -> None:
    """Sent again, it names itself and no neighbour, however it came here."""
    records = [notification("a.json"), notification("b.json")]
    expected = [json.dumps({"Records": [record]}) for record in records]
    payload = json.dumps({"Records": records}).encode()
    assert expected == [record.raw for record in ENVELOPE.decode(message({"Records": records}))]
    assert expected == [record.raw for record in ENVELOPE.decode(message(sns({"Records": records})))]
    assert expected == [record.raw for record in ENVELOPE.decode_payload(message(pointer()), payload)]


@pytest.mark.parametrize("inner", [sns(ticket()), pointer()])
def test_an_envelope_in_an_sns_envelope_is_refused(inner: object) -> None:
    """Depth is bounded by what may stand in what, not by a counter."""
    assert malformed("") == fault(only(sns(inner)))


@pytest.mark.parametrize("inner", [pointer(), sns(pointer()), sns(sns(ticket()))])
def test_a_pointer_leads_to_no_other_pointer(inner: object) -> None:
    """A payload is decoded once: a ring of pointers would be read for ever."""
    [record] = ENVELOPE.decode_payload(message(pointer()), json.dumps(inner).encode())
    assert malformed("") == fault(record)


@pytest.mark.parametrize("configured", [None, "", "another-bucket"])
def test_pointers_are_followed_into_the_payload_bucket_only(configured: str | None) -> None:
    """A sender cannot make us read any other bucket, and none at all where none is configured."""
    [record] = Envelope(RAW_BUCKET, configured).decode(message(pointer()))
    assert malformed("1.s3BucketName") == fault(record)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (pointer(key=None), "1.s3Key"),
        (pointer(key=""), "1.s3Key"),
        (pointer(key="\ud800"), "1.s3Key"),
        (pointer(bucket=7), "1.s3BucketName"),
        (["software.amazon.payloadoffloading.PayloadS3Pointer", "text"], ""),
        (["java.util.ArrayList", {"s3BucketName": PAYLOAD_BUCKET, "s3Key": "k"}], ""),
        (sns("text") | {"Message": {"ticket_id": "T-1"}}, "Message"),
        (sns("{"), "Message"),
        ("", ""),
        ("null", ""),
        ('"ticket_id"', ""),
        ("[]", ""),
        ('{"ticket_id": NaN}', ""),
        ({"Records": []}, "Records"),
        ({"Records": None}, "Records"),
        ({"TICKET_ID": "T-1"}, ""),
    ],
)
def test_what_is_no_form_is_malformed(body: object, field: str) -> None:
    """Nothing is guessed: a body is one of the forms, or it is dead-lettered with the field at fault."""
    assert malformed(field) == fault(only(body))


@pytest.mark.parametrize("payload", [b"", b"\xff\xfe", b"{", b"\x1f\x8b\x08gzip"])
def test_a_payload_that_is_no_json_is_malformed(payload: bytes) -> None:
    """Bytes of any kind may lie behind a pointer."""
    [record] = ENVELOPE.decode_payload(message(pointer()), payload)
    assert malformed("") == fault(record)


@pytest.mark.parametrize(
    "unknown",
    [
        {"Records": 3},
        {"Event": "s3:TestEvent"},
        {"source": "aws.s3", "detail-type": "Object Deleted"},
        {"Type": "Notification", "Message": "hello"},
    ],
)
def test_a_ticket_is_a_ticket_whatever_unknown_fields_it_has(unknown: dict[str, object]) -> None:
    """Unknown fields are ignored: none of them may turn a ticket into an event that is acknowledged unread."""
    assert isinstance(only(ticket() | unknown).origin, InlineTicket)
