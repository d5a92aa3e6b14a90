"""Dead letters under a queue that misbehaves: answers in part, shows a letter again, or goes away."""

from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from handler.operations import redrive
from handler.operations.dead_letters import Letter, Shelf, shelf
from handler.operations.redrive import NO_ROOM, Redrive, Redriven, chosen
from tests.operations.fakes import FakeSqs, Killed, outbox

TEXT = {"DataType": "String", "StringValue": "x"}


def received(name: str, **attributes: Any) -> dict[str, Any]:
    """A letter as SQS shows it; each time with another receipt."""
    system = {"SentTimestamp": "1760000000000"}
    return {
        "MessageId": name,
        "ReceiptHandle": f"receipt-{name}",
        "Body": f"body-{name}",
        "Attributes": system,
        "MessageAttributes": attributes,
    }


@dataclass
class FakeDeadLetters:
    """Shows ``pages`` one by one, then nothing, but says that there is more; deletes all but ``stubborn``."""

    pages: list[list[dict[str, Any]]]
    stubborn: set[str] = field(default_factory=set)
    deleted: list[str] = field(default_factory=list)
    released: list[str] = field(default_factory=list)
    receives: int = 0

    def receive_message(self, **_: Any) -> dict[str, Any]:
        self.receives += 1
        return {"Messages": self.pages.pop(0)} if self.pages else {}

    def get_queue_attributes(self, AttributeNames: list[str], **_: Any) -> dict[str, Any]:  # noqa: N803 - boto3's name
        return {"Attributes": dict.fromkeys(AttributeNames, "7")}

    def delete_message_batch(self, Entries: list[dict[str, str]], **_: Any) -> dict[str, Any]:  # noqa: N803 - boto3's name
        left = [entry for entry in Entries if entry["ReceiptHandle"] in self.stubborn]
        self.deleted += [entry["ReceiptHandle"] for entry in Entries if entry not in left]
        return {"Failed": [{"Id": entry["Id"], "Code": "InternalError"} for entry in left]}

    def change_message_visibility_batch(self, Entries: list[dict[str, Any]], **_: Any) -> dict[str, Any]:  # noqa: N803 - boto3's name
        assert len(Entries) <= 10
        assert {0} == {entry["VisibilityTimeout"] for entry in Entries}
        self.released += [entry["ReceiptHandle"] for entry in Entries]
        return {}


def run(queue: FakeDeadLetters, target: FakeSqs) -> Redriven:
    done = Redriven()
    with shelf(cast("Any", queue), "http://dlq") as opened:
        for page in chosen(opened, done, reason=None, most=None):
            Redrive(opened, outbox(target), done)(page)
    return done


def test_what_was_sent_and_not_deleted_is_named_and_not_sent_again_when_it_comes_back() -> None:
    """It is a dead letter still; a later run may redrive it once more."""
    pages = [[received("a"), received("b")], [received("a"), received("c")]]
    queue, target = FakeDeadLetters(pages, stubborn={"receipt-a", "receipt-b"}), FakeSqs()
    done = run(queue, target)
    assert (["body-a", "body-b", "body-c"], ["a", "b"]) == (target.bodies, done.undeleted)
    assert (["receipt-c"], ["receipt-a", "receipt-b"]) == (queue.deleted, sorted(queue.released))


def test_a_letter_without_room_for_its_time_stays_and_its_neighbours_go() -> None:
    """Without its time it could overtake an edit; and one entry that SQS refuses outright would spoil the batch."""
    full = {f"attribute-{number}": TEXT for number in range(10)}
    told = {**dict(list(full.items())[1:]), "SourceTime": TEXT}
    long = received("d") | {"Body": "x" * (1024 * 1024 - 10)}
    queue, target = FakeDeadLetters([[received("a", **full), received("b", **told), received("c"), long]]), FakeSqs()
    done = run(queue, target)
    assert {"a": NO_ROOM, "d": NO_ROOM} == done.failed
    assert ["body-b", "body-c"] == target.bodies
    assert ["receipt-a", "receipt-d"] == queue.released


def test_large_letters_go_in_calls_that_sqs_takes() -> None:
    """A megabyte a call, all entries together."""
    large = [received(name) | {"Body": name * 600_000} for name in "abc"]
    target = FakeSqs()
    assert 3 == run(FakeDeadLetters([large]), target).by_reason.total()
    assert [1, 1, 1] == target.batches


def test_reading_ends_when_nothing_new_comes() -> None:
    """Three times in a row, though SQS says that there is more: of a group that is held, or it is wrong."""
    queue = FakeDeadLetters([[received("a")], [received("a")], [], [received("b")], [received("a")], [], []])
    seen = [letter.message_id for page in Shelf(cast("Any", queue), "http://dlq").pages() for letter in page]
    assert (["a", "b"], 7) == (seen, queue.receives)


def test_whatever_happens_what_is_held_is_shown_again() -> None:
    """In calls of ten."""
    queue = FakeDeadLetters([[received(f"{page}{n}") for n in range(8)] for page in "ab"])

    def look() -> None:
        with shelf(cast("Any", queue), "http://dlq") as opened:
            assert 2 == len(list(zip(range(2), opened.pages(), strict=False)))
            raise Killed

    with pytest.raises(Killed):
        look()
    assert 16 == len(queue.released)


def test_a_dry_run_only_counts() -> None:
    """Up to the most that was asked for."""
    queue, done = FakeDeadLetters([[received(name) for name in "abc"]]), Redriven()
    for page in chosen(Shelf(cast("Any", queue), "http://dlq"), done, reason="MaxReceives", most=2):
        redrive.noted(done)(page)
    assert ({"MaxReceives": 2}, []) == (dict(done.by_reason), queue.deleted)


@pytest.mark.parametrize(
    ("body", "said", "kept"),
    [
        ('{"ticket_id": "T-1"}', {}, "1760000000000"),
        ('{"ticket_id": "T-1"}', {"SourceTime": "5"}, "5"),
        ('{"Records": [{"eventTime": "2026-01-05T09:30:00.123Z", "s3": {}}]}', {}, None),
    ],
)
def test_a_letter_keeps_its_place_in_the_order(body: str, said: dict[str, str], kept: str | None) -> None:
    """SQS's time stands in only where the body says none: a late event would overtake an edit (docs/adr/0007)."""
    attributes = {name: {"DataType": "String", "StringValue": value} for name, value in said.items()}
    letter = Letter("m", "r", body, attributes, 1_760_000_000_000)
    sent = redrive.message_of(letter, "0", fifo=False)["MessageAttributes"]
    assert kept == sent.get("SourceTime", {}).get("StringValue")
