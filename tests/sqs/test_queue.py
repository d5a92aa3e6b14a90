"""Dead letters: the record as received, with the reason, within SQS's limits."""

from handler.domain.errors import InvalidTicket, StoreUnavailable, TicketTooLarge
from handler.domain.message import DeadLetter, InlineTicket, Message, Record
from handler.local.clients import Aws
from handler.local.resources import Resources
from handler.sqs.batches import MAX_BYTES
from handler.sqs.queue import SqsDeadLetters


def letter(number: int = 0, raw: str = "{}", group: str | None = None) -> DeadLetter:
    message = Message(f"m-{number}", raw, group_id=group)
    return DeadLetter(Record(InlineTicket(raw), raw, 1_760_000_000_000), 0, message, InvalidTicket("x", field="body"))


def received(aws: Aws, url: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    while answer := aws.sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], AttributeNames=["All"], WaitTimeSeconds=0
    ).get("Messages"):
        found += answer  # type: ignore[arg-type]
    return found


def test_a_letter_says_why_and_where_it_came_from(aws: Aws, resources: Resources) -> None:
    """Attributes name codes and fields, never the customer's text."""
    url = resources.dead_letter_queue_url
    assert [None] == list(SqsDeadLetters(aws.sqs, url, 3).send([letter(raw='{"a": 1}')]))
    (found,) = received(aws, url)
    attributes = {name: one["StringValue"] for name, one in found["MessageAttributes"].items()}  # type: ignore[attr-defined]
    assert found["Body"] == '{"a": 1}'
    assert attributes == {
        "ErrorCode": "InvalidTicket",
        "ErrorField": "body",
        "SourceMessageId": "m-0",
        "SourceTime": "1760000000000",
        "PipelineVersion": "3",
    }


def test_more_letters_than_a_call_takes_all_arrive(aws: Aws, resources: Resources) -> None:
    """By number and by bytes."""
    url = resources.dead_letter_queue_url
    letters = [letter(i) for i in range(23)] + [letter(30 + i, "x" * (MAX_BYTES // 3)) for i in range(4)]
    assert [None] * 27 == list(SqsDeadLetters(aws.sqs, url, 1).send(letters))
    assert 27 == len(received(aws, url))


def test_a_letter_without_room_for_its_reason_waits_for_sqs_to_move_it(aws: Aws, resources: Resources) -> None:
    """And costs its neighbours nothing."""
    url = resources.dead_letter_queue_url
    errors = SqsDeadLetters(aws.sqs, url, 1).send([letter(0), letter(1, "x" * MAX_BYTES), letter(2)])
    assert [type(None), TicketTooLarge, type(None)] == [type(error) for error in errors]
    assert 2 == len(received(aws, url))


def test_fifo_keeps_the_group_and_sends_a_letter_once(aws: Aws, resources: Resources) -> None:
    """The deduplication id is made of source message and record."""
    attributes = {"FifoQueue": "true"}
    url = aws.sqs.create_queue(QueueName="letters.fifo", Attributes=attributes)["QueueUrl"]  # type: ignore[arg-type]
    letters = SqsDeadLetters(aws.sqs, url, 1)
    for _ in range(2):
        assert [None] == list(letters.send([letter(group="g")]))
    (found,) = received(aws, url)
    assert found["Attributes"]["MessageGroupId"] == "g"  # type: ignore[index]


def test_a_queue_that_is_away_takes_nothing(aws: Aws) -> None:
    """The messages stay where they are."""
    missing = "http://127.0.0.1:1/000000000000/nowhere"
    errors = SqsDeadLetters(aws.sqs, missing, 1).send([letter()])
    assert [StoreUnavailable] == [type(error) for error in errors]
