"""The resources are what the contract names, made once, and taken away by name."""

import dataclasses
import json

from handler.local import clearing, clients
from handler.local import emulator as local_emulator
from handler.local.clients import Aws
from handler.local.endpoint import Endpoint
from handler.local.resources import Names, Resources, create


def test_queues_redrive_and_keep_what_cannot_be_processed(aws: Aws, resources: Resources) -> None:
    """Visibility is six times the function's timeout; five receives; fourteen days for the dead."""
    queue = aws.sqs.get_queue_attributes(QueueUrl=resources.queue_url, AttributeNames=["All"])["Attributes"]
    dead = aws.sqs.get_queue_attributes(QueueUrl=resources.dead_letter_queue_url, AttributeNames=["All"])["Attributes"]
    assert resources.queue_url.startswith(aws.endpoint.url)
    assert queue["VisibilityTimeout"] == "360"
    assert json.loads(queue["RedrivePolicy"]) == {"deadLetterTargetArn": dead["QueueArn"], "maxReceiveCount": 5}
    assert dead["MessageRetentionPeriod"] == str(14 * 24 * 60 * 60)


def test_the_table_has_an_index_for_each_signal(aws: Aws, resources: Resources) -> None:
    table = aws.dynamodb.describe_table(TableName="tickets")["Table"]
    keys = {
        index["IndexName"]: [key["AttributeName"] for key in index["KeySchema"]]
        for index in table["GlobalSecondaryIndexes"]
    }
    assert keys == {"by-intent": ["intent", "created_at"], "by-urgency": ["urgency", "created_at"]}
    assert [key["AttributeName"] for key in table["KeySchema"]] == ["ticket_id", "created_at"]


def test_an_index_shows_what_a_list_of_tickets_needs(aws: Aws, resources: Resources) -> None:
    """Its own keys come with it, though the projection does not name them."""
    wanted = {"subject", "intent", "urgency", "sentiment", "summary", "needs_review", "processed_at", "s3_key"}
    texts = {name: {"S": name} for name in {*wanted, "ticket_id", "customer_id"}}
    aws.dynamodb.put_item(TableName="tickets", Item={**texts, "created_at": {"N": "1"}})
    for signal in ("intent", "urgency"):
        found = aws.dynamodb.query(
            TableName="tickets",
            IndexName=f"by-{signal}",
            KeyConditionExpression=f"{signal} = :value",
            ExpressionAttributeValues={":value": {"S": signal}},
        )["Items"]
        assert [set(item) for item in found] == [wanted | {"ticket_id", "created_at"}]


def test_making_them_again_changes_nothing(aws: Aws, resources: Resources) -> None:
    """Nothing is lost, and S3's test event is not sent again."""
    aws.s3.put_object(Bucket="tickets-raw", Key="kept", Body=b"kept")
    aws.sqs.purge_queue(QueueUrl=resources.queue_url)
    assert create(aws) == resources
    assert aws.s3.get_object(Bucket="tickets-raw", Key="kept")["Body"].read() == b"kept"
    assert aws.sqs.receive_message(QueueUrl=resources.queue_url).get("Messages", []) == []


def test_settings_that_somebody_changed_are_put_right(aws: Aws, resources: Resources) -> None:
    aws.sqs.set_queue_attributes(QueueUrl=resources.queue_url, Attributes={"VisibilityTimeout": "1"})
    create(aws)
    attributes = aws.sqs.get_queue_attributes(QueueUrl=resources.queue_url, AttributeNames=["VisibilityTimeout"])
    assert attributes["Attributes"] == {"VisibilityTimeout": "360"}


def test_deleting_by_name_leaves_what_is_not_ours(aws: Aws, resources: Resources) -> None:
    """On an endpoint that the user runs, other things may live."""
    aws.s3.create_bucket(Bucket="somebody-elses")
    aws.s3.put_object(Bucket="tickets-raw", Key="a", Body=b"a")
    users = dataclasses.replace(aws, endpoint=dataclasses.replace(aws.endpoint, ours=False))
    for _ in range(2):
        clearing.clear(users)
    assert [bucket["Name"] for bucket in aws.s3.list_buckets()["Buckets"]] == ["somebody-elses"]
    assert aws.sqs.list_queues().get("QueueUrls", []) == []
    assert aws.dynamodb.list_tables()["TableNames"] == []


def test_settings_name_what_was_made() -> None:
    made = Resources(Names(), queue_url="http://q", queue_arn="arn", dead_letter_queue_url="http://d")
    assert made.settings() == {
        "TICKETS_RAW_BUCKET": "tickets-raw",
        "TICKETS_ENRICHED_BUCKET": "tickets-enriched",
        "TICKETS_TABLE": "tickets",
        "TICKETS_QUEUE_URL": "http://q",
        "TICKETS_DLQ_URL": "http://d",
    }


def test_the_resources_of_one_emulator_are_not_those_of_another() -> None:
    """Nothing is kept on disk between them."""
    with local_emulator.running() as other:
        create(clients.connect(Endpoint(other.endpoint)))
    with local_emulator.running() as fresh:
        assert clients.connect(Endpoint(fresh.endpoint)).s3.list_buckets()["Buckets"] == []
