"""Templates of others: raw CloudFormation, JSON, and what is no template of ours."""

import json
from pathlib import Path
from typing import Any

import pytest

from handler.operations.access import OperationRefused
from handler.operations.doctor.description import Encryption
from handler.operations.doctor.document import load
from handler.operations.doctor.rules import judge
from handler.operations.doctor.template import describe


def plain() -> dict[str, Any]:
    """CloudFormation without SAM, by names instead of references, as old as it may be."""
    return {
        "Resources": {
            "Worker": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "FunctionName": "worker",
                    "Timeout": 30,
                    "MemorySize": 2048,
                    "Environment": {"Variables": {"TICKETS_TABLE": "tickets"}},
                },
            },
            "Dead": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "dead"}},
            "Work": {
                "Type": "AWS::SQS::Queue",
                "Properties": {
                    "VisibilityTimeout": 180,
                    "RedrivePolicy": json.dumps(
                        {"deadLetterTargetArn": "arn:aws:sqs:eu-west-1:1:dead", "maxReceiveCount": "5"}
                    ),
                    "SqsManagedSseEnabled": "false",
                },
            },
            "Source": {
                "Type": "AWS::Lambda::EventSourceMapping",
                "Properties": {"FunctionName": "worker", "EventSourceArn": {"Fn::GetAtt": ["Work", "Arn"]}},
            },
        }
    }


def written(folder: Path, body: object) -> Path:
    path = folder / "template.json"
    path.write_text(body if isinstance(body, str) else json.dumps(body), encoding="utf-8")
    return path


def test_plain_cloudformation_is_understood(tmp_path: Path) -> None:
    """A mapping by itself, a redrive policy as text, a queue by its name, defaults where nothing is said."""
    found = describe(written(tmp_path, plain()))
    assert found.queue is not None
    assert found.dead_letters is not None
    assert ("Work", 180, 5, "Dead") == (
        found.queue.name,
        found.queue.visibility_seconds,
        found.queue.max_receives,
        found.queue.dead_letter,
    )
    assert (Encryption.NONE, Encryption.SQS) == (found.queue.encryption, found.dead_letters.encryption)
    assert {"retention", "encryption", "dead-letter-alarm", "partial-failures", "settings", "unseen"} <= {
        finding.name for finding in judge(found)
    }


def test_a_conditional_resource_is_there_when_its_condition_is(tmp_path: Path) -> None:
    body = plain()
    body["Parameters"] = {"Listen": {"Type": "String", "Default": "yes"}}
    body["Conditions"] = {"Listens": {"Fn::And": [{"Fn::Equals": [{"Ref": "Listen"}, "yes"]}, {"Fn::Not": [False]}]}}
    body["Resources"]["Source"]["Condition"] = "Listens"
    path = written(tmp_path, body)
    assert describe(path).source is not None
    assert describe(path, {"Listen": "no"}).source is None


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ({"Fn::Sub": "${Name}/${Work.Arn}/${!Literal}"}, "tickets/${Work.Arn}/${!Literal}"),
        ({"Fn::Sub": ["${A}-${Name}", {"A": {"Ref": "AWS::Region"}}]}, "us-east-1-tickets"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Name"}]]}, "a-tickets"),
        ({"Fn::Select": [1, ["a", {"Ref": "Name"}]]}, "tickets"),
        ({"Fn::GetAtt": "Work.Arn"}, "${Work.Arn}"),
        ({"Fn::If": ["IsTickets", "yes", "no"]}, "yes"),
        ([1, {"Ref": "AWS::NoValue"}, {"a": {"Ref": "AWS::NoValue"}}], [1, {}]),
        ({"Fn::Or": [{"Condition": "IsTickets"}, False]}, True),
    ],
)
def test_functions_are_put_in_and_what_is_not_known_stays_a_reference(
    tmp_path: Path, node: Any, expected: object
) -> None:
    body = {
        "Parameters": {"Name": {"Default": "tickets"}},
        "Conditions": {"IsTickets": {"Fn::Equals": [{"Ref": "Name"}, "tickets"]}},
        "Resources": {},
    }
    assert expected == load(written(tmp_path, body)).resolve(node)


@pytest.mark.parametrize(
    ("body", "reason"),
    {
        "Resources: [": "is no template: ParserError at line 1",
        "just text": "is no template: it has no Resources",
        "[" * 100_000: "is no template: ",
        '{"Resources": {}}': "0 functions could be the ticket-processor",
        '{"Resources": {"A": {"Type": "AWS::Lambda::Function", "Properties": {"Timeout": "soon"}}}}': "cannot be",
        '{"Resources": {"A": 1}}': "cannot be understood",
    }.items(),
)
def test_what_is_no_template_is_refused_in_one_line(tmp_path: Path, body: str, reason: str) -> None:
    path = written(tmp_path, body)
    with pytest.raises(OperationRefused, match=reason) as refused:
        describe(path)
    assert str(refused.value).startswith(f"{path}: ")
    assert "\n" not in str(refused.value)


def test_two_functions_with_our_settings_are_one_too_many(tmp_path: Path) -> None:
    body = plain()
    body["Resources"]["Other"] = body["Resources"]["Worker"]
    with pytest.raises(OperationRefused, match="2 functions could be"):
        describe(written(tmp_path, body))


def test_a_parameter_that_there_is_not_is_named(tmp_path: Path) -> None:
    with pytest.raises(OperationRefused, match="has no parameter Memory"):
        describe(written(tmp_path, plain()), {"Memory": "1"})
