"""Buckets and table of deploy/terraform are those of template.yaml."""

import pytest

from tests.deploy.agreement import CHOICES, theirs
from tests.deploy.terraform import blocks, module, variable

pytestmark = pytest.mark.terraform
under = pytest.mark.parametrize("parameters", CHOICES)


@under
def test_the_buckets_agree(parameters: dict[str, str]) -> None:
    ours = module(**parameters)
    for bucket, name in (("raw", "RawBucket"), ("enriched", "EnrichedBucket")):
        other = theirs(name, parameters)
        assert other["BucketName"] == ours.at(f"aws_s3_bucket.{bucket}")["bucket"]
        assert [{"prevent_destroy": True}] == ours.at(f"aws_s3_bucket.{bucket}")["lifecycle"]
        (rule,) = ours.at(f"aws_s3_bucket_server_side_encryption_configuration.{bucket}")["rule"]
        (default,) = rule["apply_server_side_encryption_by_default"]
        (expected,) = other["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        wanted = expected["ServerSideEncryptionByDefault"]
        assert (wanted["SSEAlgorithm"], wanted.get("KMSMasterKeyID")) == (
            default["sse_algorithm"],
            default["kms_master_key_id"],
        )
        assert expected.get("BucketKeyEnabled") == rule["bucket_key_enabled"]
        closed = ours.at(f"aws_s3_bucket_public_access_block.{bucket}")
        assert {variable(n): v for n, v in other["PublicAccessBlockConfiguration"].items()} == {
            n: v for n, v in closed.items() if n != "bucket"
        }
        (versions,) = ours.at(f"aws_s3_bucket_versioning.{bucket}")["versioning_configuration"]
        assert other["VersioningConfiguration"]["Status"] == versions["status"]
        (owner,) = ours.at(f"aws_s3_bucket_ownership_controls.{bucket}")["rule"]
        assert other["OwnershipControls"]["Rules"] == [{"ObjectOwnership": owner["object_ownership"]}]
        old, unfinished = ours.at(f"aws_s3_bucket_lifecycle_configuration.{bucket}")["rule"]
        days = (
            old["noncurrent_version_expiration"][0]["noncurrent_days"],
            unfinished["abort_incomplete_multipart_upload"][0]["days_after_initiation"],
        )
        first, second = other["LifecycleConfiguration"]["Rules"]
        assert days == (
            first["NoncurrentVersionExpiration"]["NoncurrentDays"],
            second["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"],
        )


def test_only_the_raw_bucket_tells_the_queue_and_asks_it_first() -> None:
    notification = module().at("aws_s3_bucket_notification.raw")
    (event,) = theirs("RawBucket", {})["NotificationConfiguration"]["QueueConfigurations"]
    assert [{"queue_arn": event["Queue"], "events": [event["Event"]]}] == notification["queue"]
    assert ["${aws_sqs_queue_policy.tickets}"] == notification["depends_on"]
    assert ["aws_s3_bucket_notification.raw"] == [one for one in blocks("resource") if "notification" in one]


@under
def test_the_table_agrees(parameters: dict[str, str]) -> None:
    table, other = module(**parameters).at("aws_dynamodb_table.tickets"), theirs("Table", parameters)
    keys = {key["KeyType"]: key["AttributeName"] for key in other["KeySchema"]}
    assert (other["TableName"], other["BillingMode"], keys["HASH"], keys["RANGE"]) == (
        table["name"],
        table["billing_mode"],
        table["hash_key"],
        table["range_key"],
    )
    assert str(table["deletion_protection_enabled"]).lower() == other["DeletionProtectionEnabled"]
    assert [{"enabled": True}] == table["point_in_time_recovery"]
    assert [{"enabled": True, "kms_key_arn": other["SSESpecification"].get("KMSMasterKeyId")}] == table[
        "server_side_encryption"
    ]
    assert other["AttributeDefinitions"] == [
        {"AttributeName": one["name"], "AttributeType": one["type"]} for one in table["attribute"]
    ]
    assert other["GlobalSecondaryIndexes"] == [
        {
            "IndexName": index["name"],
            "KeySchema": [
                {"AttributeName": index["hash_key"], "KeyType": "HASH"},
                {"AttributeName": index["range_key"], "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": index["projection_type"], "NonKeyAttributes": index["non_key_attributes"]},
        }
        for index in table["global_secondary_index"]
    ]
    assert [{"prevent_destroy": True}] == table["lifecycle"]
