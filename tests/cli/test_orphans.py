"""``orphans``: what no row names is shown, and removed when nobody can be about to name it."""

import json
from dataclasses import replace
from typing import Any

import pytest

from handler.local.clients import Aws
from handler.local.resources import Resources
from handler.operations.listing import Bucket
from handler.operations.orphans import Clearing, Orphans
from handler.operations.rows import Rows
from tests.cli.conftest import Operator


def write(aws: Aws, ticket_id: str, attempt: int, *, created_at: int | None = None) -> str:
    """An attempt's object, and if it was committed its row; the key."""
    key = f"{ticket_id}/{'0' * 64}/1-{attempt:032x}.json"
    aws.s3.put_object(Bucket="tickets-enriched", Key=key, Body=b"{}")
    if created_at is not None:
        row: Any = {"ticket_id": {"S": ticket_id}, "created_at": {"N": str(created_at)}, "s3_key": {"S": key}}
        aws.dynamodb.put_item(TableName="tickets", Item=row)
    return key


def keys(aws: Aws) -> list[str]:
    return [one["Key"] for one in aws.s3.list_objects_v2(Bucket="tickets-enriched").get("Contents", [])]


def in_an_hour(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that lies there now has the age of an hour."""
    objects = Bucket.objects

    def aged(self: Bucket, *arguments: str) -> Any:
        return (replace(one, age_seconds=one.age_seconds + 3_600) for one in objects(self, *arguments))

    monkeypatch.setattr(Bucket, "objects", aged)


def test_what_a_row_names_stays_and_the_rest_goes(
    operator: Operator, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two created_at of one ticket are two rows; what is none of our keys is never touched."""
    named = [
        write(aws, "T-1", 1, created_at=7),
        write(aws, "T-1", 2, created_at=8),
        write(aws, "T-1-a", 3, created_at=7),
    ]
    lost = [write(aws, "T-1", 4), write(aws, "T-2", 5)]
    aws.s3.put_object(Bucket="tickets-enriched", Key="T-1/notes.json", Body=b"{}")
    in_an_hour(aws, monkeypatch)
    shown = json.loads(operator("orphans", "--older-than", "30m", "--json").out)
    assert (lost, [], 6, 3, 1) == tuple(shown[k] for k in ("removable", "removed", "objects", "named", "foreign"))
    assert 6 == len(keys(aws))
    answer = operator("orphans", "--delete", "--older-than", "30m")
    assert (0, "") == (answer.code, answer.err)
    assert (
        f"removed {lost[0]}\nremoved {lost[1]}\n6 objects: 3 named by a row, 2 orphans, 2 of them removed" in answer.out
    )
    assert sorted([*named, "T-1/notes.json"]) == sorted(keys(aws))


def test_an_object_that_may_yet_be_named_is_left_alone(operator: Operator, aws: Aws) -> None:
    """The row comes last: a day is the default, and none of these is a day old."""
    write(aws, "T-1", 1, created_at=7)
    write(aws, "T-1", 2)
    answer = operator("orphans", "--delete")
    assert "2 objects: 1 named by a row, 0 orphans, 0 of them removed; 1 too young to tell" in answer.out
    assert 2 == len(keys(aws))


def test_the_table_is_asked_again_before_anything_is_removed(aws: Aws, resources: Resources) -> None:
    """A row that came between the two stays whole."""
    write(aws, "T-1", 1, created_at=7)
    late = write(aws, "T-2", 2)
    work = Clearing(Bucket(aws.s3, "tickets-enriched", "E"), Rows(aws.dynamodb, "tickets"), -60)
    found = work.find()
    assert [late] == found.removable
    write(aws, "T-2", 2, created_at=7)
    work.remove(found)
    assert ([], 2) == (found.removed, len(keys(aws)))


def test_a_table_that_names_nothing_is_taken_for_the_wrong_one(
    operator: Operator, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise one wrong variable would remove every result there is."""
    write(aws, "T-1", 1)
    in_an_hour(aws, monkeypatch)
    answer = operator("orphans", "--delete", "--older-than", "30m")
    assert (2, "", 1) == (answer.code, answer.out, len(keys(aws)))
    assert answer.err.startswith("ticket-processor: TICKETS_TABLE: no row names any")


@pytest.mark.parametrize(("age", "said"), [("14m", "an attempt writes its object first"), ("1", "such as 24h")])
def test_an_age_that_is_too_short_is_refused_with_the_reason(command: Operator, age: str, said: str) -> None:
    """An attempt may take as long as Lambda lets it."""
    answer = command("orphans", "--delete", "--older-than", age)
    assert (2, "") == (answer.code, answer.out)
    assert said in " ".join(answer.err.replace("│", "").split())


def test_nothing_found_is_no_error(operator: Operator) -> None:
    """An empty bucket."""
    assert (0, Orphans().to_row()) == (
        (answer := operator("orphans", "--delete", "--json")).code,
        json.loads(answer.out),
    )
