"""``erase``: a ticket is gone from everywhere, its neighbours are not, and what remains is said."""

import json
from typing import Any

import pytest

from handler.domain.errors import InvalidTicket
from handler.domain.message import DeadLetter, InlineTicket, Message, Record
from handler.local.clients import Aws
from handler.local.resources import Resources
from handler.sqs.queue import SqsDeadLetters
from tests.cli.conftest import Operator
from tests.factories import s3_record, ticket_fields

CANARY = "canary-of-a-customer"


def put(aws: Aws, key: str, content: object) -> None:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    aws.s3.put_object(Bucket="tickets-raw", Key=key, Body=body)


def enrich(aws: Aws, ticket_id: str, created_at: int) -> None:
    """A row and its object, as the processor leaves them."""
    key = f"{ticket_id}/{'0' * 64}/1-{created_at:032x}.json"
    aws.s3.put_object(Bucket="tickets-enriched", Key=key, Body=CANARY.encode())
    row: Any = {"ticket_id": {"S": ticket_id}, "created_at": {"N": str(created_at)}, "s3_key": {"S": key}}
    aws.dynamodb.put_item(TableName="tickets", Item=row)


def left(aws: Aws, bucket: str) -> list[tuple[str, str]]:
    """Every version and delete marker."""
    found: Any = aws.s3.list_object_versions(Bucket=bucket)
    return [(one["Key"], one["VersionId"]) for one in found.get("Versions", []) + found.get("DeleteMarkers", [])]


def rows(aws: Aws) -> list[tuple[str, str]]:
    items: Any = aws.dynamodb.scan(TableName="tickets")["Items"]
    return sorted((item["ticket_id"]["S"], item["created_at"]["N"]) for item in items)


def dead_letter(aws: Aws, resources: Resources, body: object, source: str) -> None:
    text = json.dumps(body)
    letter = DeadLetter(Record(InlineTicket(text), text, 1), 0, Message(source, text), InvalidTicket("x"))
    assert [None] == list(SqsDeadLetters(aws.sqs, resources.dead_letter_queue_url, 1).send([letter]))


def test_a_ticket_is_removed_everywhere_and_its_neighbours_stay(
    operator: Operator, aws: Aws, resources: Resources
) -> None:
    """Under any key, with every created_at, even where it breaks a rule; T-11 is not T-1."""
    put(aws, "2026/a.json", ticket_fields("T-1", body=CANARY))
    put(aws, "2026/b é+.json", ticket_fields("T-1", created_at=7, customer_id=""))
    put(aws, "2026/c.json", ticket_fields("T-11", body="About T-1"))
    put(aws, "2026/d.json", b"no JSON, T-1")
    for ticket_id, created_at in (("T-1", 7), ("T-1", 8), ("T-11", 7)):
        enrich(aws, ticket_id, created_at)
    answer = operator("erase", "T-1", "--yes", "--json")
    told = json.loads(answer.out)
    assert (0, "") == (answer.code, answer.err)
    assert ["2026/a.json", "2026/b é+.json"] == [one["key"] for one in told["removed"]["raw"]]
    assert [7, 8] == [row["created_at"] for row in told["removed"]["rows"]]
    assert 2 == len(told["removed"]["enriched"])
    assert 1 == told["remains"]["unread_raw_objects"]
    assert ["2026/c.json", "2026/d.json"] == [key for key, _ in left(aws, "tickets-raw")]
    assert (["T-11"], [("T-11", "7")]) == ([key.split("/")[0] for key, _ in left(aws, "tickets-enriched")], rows(aws))
    assert CANARY not in answer.out


def test_old_versions_go_too_and_what_lay_below_a_delete_marker(
    operator: Operator, aws: Aws, resources: Resources
) -> None:
    """But not the version of another ticket that had the same key."""
    for bucket in ("tickets-raw", "tickets-enriched"):
        aws.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    put(aws, "edited.json", ticket_fields("T-1"))
    put(aws, "edited.json", ticket_fields("T-1", body="edited"))
    put(aws, "edited.json", b"broken by the third edit")
    put(aws, "deleted.json", ticket_fields("T-1"))
    aws.s3.delete_object(Bucket="tickets-raw", Key="deleted.json")
    put(aws, "reused.json", ticket_fields("T-2"))
    put(aws, "reused.json", ticket_fields("T-1"))
    put(aws, "edited.json2", b"no ticket, and no version of edited.json")
    enrich(aws, "T-1", 7)
    enrich(aws, "T-1", 7)
    assert 0 == operator("erase", "T-1", "--yes").code
    assert ["edited.json2", "reused.json"] == sorted(key for key, _ in left(aws, "tickets-raw"))
    assert [] == left(aws, "tickets-enriched")


def test_what_remains_elsewhere_is_said(operator: Operator, aws: Aws, resources: Resources) -> None:
    """Dead letters that are the ticket or name its object, copies once; the queue is counted, not looked into."""
    put(aws, "a b.json", ticket_fields("T-1"))
    aws.sqs.purge_queue(QueueUrl=resources.queue_url)
    aws.sqs.send_message(QueueUrl=resources.queue_url, MessageBody="{}")
    for _ in range(2):
        dead_letter(aws, resources, ticket_fields("T-1", customer_id=""), "m-1")
    dead_letter(aws, resources, {"Records": [s3_record("a+b.json")]}, "m-2")
    dead_letter(aws, resources, {"Records": [s3_record("other.json")]}, "m-3")
    dead_letter(aws, resources, ticket_fields("T-2"), "m-4")
    answer = operator("erase", "T-1", "--yes")
    assert (
        "remains: 2 dead letters that name it; not looked into: about 1 message of the queue, 0 raw obj" in answer.out
    )
    again = operator("erase", "T-1", "--yes", "--json")
    assert (0, 1) == (again.code, json.loads(again.out)["remains"]["dead_letters"])


def test_only_the_prefix_is_looked_through(operator: Operator, aws: Aws, resources: Resources) -> None:
    """In the raw bucket."""
    put(aws, "a/1.json", ticket_fields("T-1"))
    put(aws, "b/1.json", ticket_fields("T-1"))
    assert 0 == operator("erase", "T-1", "--yes", "--prefix", "a/").code
    assert ["b/1.json"] == [key for key, _ in left(aws, "tickets-raw")]


def test_keys_are_shown_without_what_a_terminal_would_obey(operator: Operator, aws: Aws, resources: Resources) -> None:
    """A stranger may have named the object."""
    put(aws, "[red]a\u202ex.json", ticket_fields("T-1"))  # the local AWS cannot list an escape
    answer = operator("erase", "T-1", "--yes")
    assert "removed raw [red]a\N{REPLACEMENT CHARACTER}x.json version null" in answer.out


def test_without_a_terminal_and_without_yes_nothing_is_even_read(command: Operator) -> None:
    """There is nobody to ask."""
    answer = command("erase", "T-1")
    assert (2, "", "ticket-processor: without a terminal to ask on, erase needs --yes\n") == (
        answer.code,
        answer.out,
        answer.err,
    )


class Terminal:
    """A terminal at which somebody types."""

    def __init__(self, typed: str) -> None:
        self.typed = typed

    def isatty(self) -> bool:
        return True

    def readline(self) -> str:
        return self.typed


@pytest.mark.parametrize(("typed", "code", "kept"), [("n\n", 1, 1), ("y\n", 0, 0)])
def test_on_a_terminal_it_asks_first(  # noqa: PLR0913, PLR0917 - parameters
    operator: Operator, aws: Aws, monkeypatch: pytest.MonkeyPatch, typed: str, code: int, kept: int
) -> None:
    """On stderr, with the numbers; a no leaves everything."""
    put(aws, "a.json", ticket_fields("T-1"))
    monkeypatch.setattr("sys.stdin", Terminal(typed))
    monkeypatch.setattr("builtins.input", lambda *_: typed.strip())
    answer = operator("erase", "T-1")
    assert (code, kept) == (answer.code, len(left(aws, "tickets-raw")))
    assert "Remove 1 raw object, 0 rows, 0 enriched objects?" in answer.err


@pytest.mark.parametrize("ticket_id", ["", "..", "T/1", "x" * 129, "T-1\n", "é"])
def test_an_id_that_no_ticket_can_have_is_refused(command: Operator, ticket_id: str) -> None:
    """In one line, before anything is asked for: an empty one would mean every enriched object."""
    answer = command("erase", ticket_id, "--yes")
    assert (2, "", 1) == (answer.code, answer.out, len(answer.err.splitlines()))
    assert "TICKET_ID" in answer.err
