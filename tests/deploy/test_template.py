"""template.yaml holds AWS's rules and agrees with the code, whatever its parameters are."""

import importlib
import json
import re
import tomllib
from collections.abc import Iterator
from itertools import product
from typing import Any, get_args

import pytest

from handler import runtime, telemetry
from handler.local import function, resources
from handler.measures import MEASURES, Teller
from handler.operations.doctor import store
from handler.operations.doctor.document import PSEUDO
from handler.operations.doctor.rules import judge
from handler.operations.doctor.template import describe
from handler.settings import PREFIX, DeployedSettings
from tests.deploy.template import BODY, IMAGE, PATH, ROOT, template

STAGES = ("redact", "embed", "intent", "urgency", "sentiment", "summarize", "extract")  # those that take time
TIMEOUTS = ["30", "60", "120", "300", "900"]
KEY = "arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d"


def one(logical_name: str, **parameters: str) -> dict[str, Any]:
    """The properties of one resource."""
    document = template(**parameters)
    properties: dict[str, Any] = document.resources(BODY["Resources"][logical_name]["Type"])[logical_name]
    return properties


def statements(logical_name: str, **parameters: str) -> dict[str, dict[str, Any]]:
    """The statements of a policy by their names."""
    properties = one(logical_name, **parameters)
    policy = properties["Policies"][0] if "Policies" in properties else properties
    return {statement["Sid"]: statement for statement in policy["PolicyDocument"]["Statement"]}


@pytest.mark.parametrize(
    ("timeout", "window", "variant", "key"), list(product(TIMEOUTS, ["0", "300"], ["avx2", "arm64"], ["", KEY]))
)
def test_the_doctor_finds_nothing_under_any_parameters(timeout: str, window: str, variant: str, key: str) -> None:
    parameters = {"TimeoutSeconds": timeout, "BatchWindowSeconds": window, "CpuVariant": variant, "KmsKeyArn": key}
    assert () == judge(describe(PATH, parameters))


@pytest.mark.parametrize(("timeout", "window"), list(product(TIMEOUTS, ["0", "1", "300"])))
def test_visibility_is_six_timeouts_and_the_window(timeout: str, window: str) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html; said again without the doctor."""
    queue = one("Queue", TimeoutSeconds=timeout, BatchWindowSeconds=window)
    assert queue["VisibilityTimeout"] >= 6 * int(timeout) + int(window)
    assert 0.8 * 1000 * int(timeout) == one("DurationAlarm", TimeoutSeconds=timeout)["Threshold"]


def test_every_timeout_that_may_be_chosen_has_its_row() -> None:
    assert TIMEOUTS == [str(seconds) for seconds in BODY["Parameters"]["TimeoutSeconds"]["AllowedValues"]]
    assert TIMEOUTS == list(BODY["Mappings"]["ByTimeout"])


def test_the_local_aws_is_set_up_alike() -> None:
    """Where both say the same thing, they say it with the same number."""
    queue, deployed = one("Queue"), one("Function")
    assert resources.VISIBILITY_SECONDS == queue["VisibilityTimeout"]
    assert resources.MAX_RECEIVES == queue["RedrivePolicy"]["maxReceiveCount"]
    assert resources.DEAD_LETTER_DAYS * 86_400 == one("DeadLetterQueue")["MessageRetentionPeriod"]
    assert (function.TIMEOUT_SECONDS, function.MEMORY_MB) == (deployed["Timeout"], deployed["MemorySize"])
    assert deployed["Events"]["Tickets"]["Properties"]["BatchSize"] == function.BATCH_SIZE
    names = resources.Names()
    assert (names.table, names.queue) == (one("Table")["TableName"], queue["QueueName"])
    assert (names.dead_letter_queue, names.function) == (
        one("DeadLetterQueue")["QueueName"],
        deployed["FunctionName"],
    )


def test_fewer_receives_or_one_invocation_at_a_time_cannot_be_chosen() -> None:
    """AWS: at least 5 receives; 2 is the least MaximumConcurrency that Lambda takes."""
    least = {name: BODY["Parameters"][name]["MinValue"] for name in ("MaxReceiveCount", "MaximumConcurrency")}
    assert {"MaxReceiveCount": 5, "MaximumConcurrency": 2} == least


def test_every_variable_is_a_setting_and_what_is_required_is_set() -> None:
    variables = one("Function", PayloadBucketName="payloads")["Environment"]["Variables"]
    fields = {PREFIX + name.upper(): field for name, field in DeployedSettings.model_fields.items()}
    required = {name for name, field in fields.items() if field.is_required()}
    assert set() == set(variables) - set(fields)
    assert set() == required - set(variables)


def test_a_function_starts_under_the_variables_of_the_template(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in one("Function")["Environment"]["Variables"].items():
        monkeypatch.setenv(name, str(value))
    settings = DeployedSettings()
    assert ("fast", "avx2", None) == (settings.profile, settings.cpu_variant, settings.payload_bucket)


@pytest.mark.parametrize(
    ("parameter", "field"),
    {
        "Profile": "profile",
        "CpuVariant": "cpu_variant",
        "Pii": "pii",
        "OnPartial": "on_partial",
        "OnDeadline": "on_deadline",
        "LogLevel": "log_level",
    }.items(),
)
def test_a_parameter_takes_what_its_setting_takes(parameter: str, field: str) -> None:
    """And has its default, but for the variant: an image is always built for one."""
    declared, setting = BODY["Parameters"][parameter], DeployedSettings.model_fields[field]
    flat = [inner for kind in get_args(setting.annotation) for inner in get_args(kind) or (kind,)]
    assert [choice for choice in flat if isinstance(choice, str)] == declared["AllowedValues"]
    assert (setting.default or "avx2") == declared["Default"]


def test_avx512_and_large_batches_without_a_window_are_refused() -> None:
    """By rules, before anything is made."""
    rules = {name: rule["Assertions"][0]["Assert"] for name, rule in BODY["Rules"].items()}
    allowed = [v for v in ("generic", "avx2", "avx512", "arm64") if template(CpuVariant=v).resolve(rules["NotAvx512"])]
    assert ["generic", "avx2", "arm64"] == allowed
    condition = BODY["Rules"]["LargeBatchesNeedAWindow"]["RuleCondition"]
    assert [True, False] == [template(BatchWindowSeconds=window).resolve(condition) for window in ("0", "1")]
    assert [str(n) for n in range(1, 11)] == rules["LargeBatchesNeedAWindow"]["Fn::Contains"][0]


def test_the_image_starts_with_our_entry_point_and_the_handler_that_guards_the_processor() -> None:
    """An image that Flox makes has another entry point, which cannot start on Lambda."""
    image = one("Function")["ImageConfig"]
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    assert ["ticket-processor-lambda"] == image["EntryPoint"]
    assert "handler.runtime:main" == scripts["ticket-processor-lambda"]
    assert [runtime.HANDLER] == image["Command"] == [function.HANDLER]
    module, _, name = runtime.HANDLER.rpartition(".")
    assert callable(getattr(importlib.import_module(module), name))
    assert [["arm64"], ["x86_64"]] == [one("Function", CpuVariant=v)["Architectures"] for v in ("arm64", "avx2")]


@pytest.mark.parametrize(
    ("address", "expected"),
    {
        IMAGE: True,
        IMAGE.replace(":1", "@sha256:" + "0" * 64): True,
        "built-by-sam": True,
        "ticket-processor:latest": False,
        "PUT-YOUR-IMAGE-HERE": False,
        IMAGE.removesuffix(":1"): False,
    }.items(),
)
def test_an_image_is_named_in_full_or_not_at_all(address: str, expected: bool) -> None:  # noqa: FBT001 - pytest's parameter
    """It has no default, so that nobody deploys somebody else's."""
    parameter = BODY["Parameters"]["ImageUri"]
    assert "Default" not in parameter
    assert expected == bool(re.fullmatch(parameter["AllowedPattern"], address))


ROLE = {
    "ReadTickets": ({"s3:GetObject", "s3:GetObjectVersion"}, "${RawBucket.Arn}/*"),
    "TellAMissingTicketFromAForbiddenOne": ({"s3:ListBucket"}, "${RawBucket.Arn}"),
    "WriteResults": ({"s3:PutObject"}, "${EnrichedBucket.Arn}/*"),
    "CommitRows": ({"dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}, "${Table.Arn}"),
    "PollTheQueue": ({"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}, "${Queue.Arn}"),
    "DeadLetter": ({"sqs:SendMessage"}, "${DeadLetterQueue.Arn}"),
    "Log": ({"logs:CreateLogStream", "logs:PutLogEvents"}, "${FunctionLogGroup.Arn}"),
    "Trace": ({"xray:PutTraceSegments", "xray:PutTelemetryRecords"}, "*"),
}
WITH_KEY = {"UseTheKey": ({"kms:Decrypt", "kms:GenerateDataKey"}, KEY)}
WITH_PAYLOADS = {
    "ReadPayloads": ({"s3:GetObject"}, "arn:aws:s3:::payloads/*"),
    "TellAMissingPayload": ({"s3:ListBucket"}, "arn:aws:s3:::payloads"),
}


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, ROLE),
        ({"KmsKeyArn": KEY}, ROLE | WITH_KEY),
        ({"PayloadBucketName": "payloads"}, ROLE | WITH_PAYLOADS),
    ],
)
def test_the_role_may_do_this_and_no_more(parameters: dict[str, str], expected: dict[str, Any]) -> None:
    found = statements("FunctionRole", **parameters)
    assert expected == {
        name: (set(one["Action"] if isinstance(one["Action"], list) else [one["Action"]]), one["Resource"])
        for name, one in found.items()
    }


def test_the_role_may_do_what_the_adapters_do() -> None:
    """A new call of AWS needs a new right; a call that is gone leaves none behind."""
    files = {"dynamodb": "storage/dynamodb.py", "s3": "storage/s3.py"}
    source = {name: (ROOT / "handler" / path).read_text(encoding="utf-8") for name, path in files.items()}
    called = {
        f"{service}:{''.join(word.title() for word in method.split('_'))}"
        for service, text in source.items()
        for method in re.findall(r"self\.client\.([a-z]+(?:_[a-z]+)+)", text)
    }
    granted = set.union(*(actions for actions, _ in ROLE.values()))
    assert called == {a for a in granted if a.startswith(("dynamodb:", "s3:"))} - {
        "s3:GetObjectVersion",
        "s3:ListBucket",
    }


@pytest.mark.parametrize("name", ["", "my-raw"])
def test_only_the_raw_buckets_events_of_this_account_reach_the_queue(name: str) -> None:
    allowed = statements("QueuePolicy", RawBucketName=name)["EventsOfTheRawBucket"]
    bucket = one("RawBucket", RawBucketName=name)["BucketName"]
    assert {"Service": "s3.amazonaws.com"} == allowed["Principal"]
    assert {
        "ArnEquals": {"aws:SourceArn": f"arn:aws:s3:::{bucket}"},
        "StringEquals": {"aws:SourceAccount": "123456789012"},
    } == allowed["Condition"]
    assert "QueuePolicy" == BODY["Resources"]["RawBucket"]["DependsOn"], "S3 asks the queue when it is set"


@pytest.mark.parametrize("policy", ["RawBucketPolicy", "EnrichedBucketPolicy", "QueuePolicy", "DeadLetterQueuePolicy"])
def test_nothing_is_sent_in_the_clear(policy: str) -> None:
    denied = statements(policy)["OnlyOverTls"]
    assert ("Deny", "*", {"Bool": {"aws:SecureTransport": "false"}}) == (
        denied["Effect"],
        denied["Principal"],
        denied["Condition"],
    )


@pytest.mark.parametrize("bucket", ["RawBucket", "EnrichedBucket"])
def test_buckets_are_private_encrypted_versioned_and_do_not_grow_for_ever(bucket: str) -> None:
    for key, algorithm in (("", "AES256"), (KEY, "aws:kms")):
        properties = one(bucket, KmsKeyArn=key)
        (rule,) = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert algorithm == rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"]
        assert (key or None) == rule["ServerSideEncryptionByDefault"].get("KMSMasterKeyID")
    assert [True] * 4 == list(properties["PublicAccessBlockConfiguration"].values())
    assert {"Status": "Enabled"} == properties["VersioningConfiguration"]
    lifecycle = {name for rule in properties["LifecycleConfiguration"]["Rules"] for name in rule}
    assert {"NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload"} <= lifecycle
    assert "Retain" == BODY["Resources"][bucket]["DeletionPolicy"] == BODY["Resources"][bucket]["UpdateReplacePolicy"]


def test_results_do_not_come_back_as_tickets() -> None:
    """Two buckets, and events of the raw one only."""
    assert one("RawBucket")["BucketName"] != one("EnrichedBucket")["BucketName"]
    (event,) = one("RawBucket")["NotificationConfiguration"]["QueueConfigurations"]
    assert {"Event": "s3:ObjectCreated:*", "Queue": "${Queue.Arn}"} == event
    assert "NotificationConfiguration" not in one("EnrichedBucket")


def test_queues_are_encrypted_and_redrive_to_each_other_only() -> None:
    for name in ("Queue", "DeadLetterQueue"):
        assert (True, None) == (one(name)["SqsManagedSseEnabled"], one(name).get("KmsMasterKeyId"))
        assert (None, KEY) == (
            one(name, KmsKeyArn=KEY).get("SqsManagedSseEnabled"),
            one(name, KmsKeyArn=KEY)["KmsMasterKeyId"],
        )
    allowed = one("DeadLetterQueue")["RedriveAllowPolicy"]
    queue = f"arn:aws:sqs:us-east-1:123456789012:{one('Queue')['QueueName']}"
    assert {"redrivePermission": "byQueue", "sourceQueueArns": [queue]} == allowed
    assert "${DeadLetterQueue.Arn}" == one("Queue")["RedrivePolicy"]["deadLetterTargetArn"]


def test_the_table_is_the_one_that_the_code_writes_and_can_be_had_back() -> None:
    table = one("Table")
    assert "PAY_PER_REQUEST" == table["BillingMode"]
    assert {"PointInTimeRecoveryEnabled": True} == table["PointInTimeRecoverySpecification"]
    assert (True, "KMS") == (table["SSESpecification"]["SSEEnabled"], table["SSESpecification"]["SSEType"])
    assert ["true", "false"] == [
        one("Table", DeletionProtection=p)["DeletionProtectionEnabled"] for p in ("true", "false")
    ]
    projected = {
        index["IndexName"]: set(index["Projection"]["NonKeyAttributes"]) for index in table["GlobalSecondaryIndexes"]
    }
    assert {name: set(resources.PROJECTED) - {keys[0][0]} for name, keys in store.INDEXES.items()} == projected
    assert "Retain" == BODY["Resources"]["Table"]["DeletionPolicy"]


def test_one_key_encrypts_all_that_is_at_rest() -> None:
    assert KEY == one("Table", KmsKeyArn=KEY)["SSESpecification"]["KMSMasterKeyId"]
    assert KEY == one("Alarms", KmsKeyArn=KEY)["KmsMasterKeyId"]
    assert KEY == one("FunctionLogGroup", KmsKeyArn=KEY)["KmsKeyId"]
    assert KEY == one("Function", KmsKeyArn=KEY)["KmsKeyArn"]


def test_the_function_answers_with_what_failed_and_filters_nothing() -> None:
    """A filter deletes what it does not match; reserved concurrency throttles polls."""
    event = one("Function")["Events"]["Tickets"]["Properties"]
    assert ["ReportBatchItemFailures"] == event["FunctionResponseTypes"]
    assert {"MaximumConcurrency": 10} == event["ScalingConfig"]
    assert "FilterCriteria" not in event
    assert "ReservedConcurrentExecutions" not in one("Function")
    assert ("Active", {"LogGroup": "${FunctionLogGroup}"}) == (
        one("Function")["Tracing"],
        one("Function")["LoggingConfig"],
    )
    assert 30 == one("FunctionLogGroup")["RetentionInDays"]


def alarm_metrics() -> dict[str, set[tuple[str, str]]]:
    """Namespace and name of the metrics of each alarm."""
    found: dict[str, set[tuple[str, str]]] = {}
    for name, alarm in template().resources("AWS::CloudWatch::Alarm").items():
        stats = [metric["MetricStat"]["Metric"] for metric in alarm.get("Metrics", [alarm]) if "MetricStat" in metric]
        found[name] = {(metric["Namespace"], metric["MetricName"]) for metric in stats or [alarm]}
    return found


def test_somebody_is_told_of_what_needs_somebody() -> None:
    ours = telemetry.NAMESPACE
    assert {
        "DeadLettersAlarm": {("AWS/SQS", "ApproximateNumberOfMessagesVisible")},
        "OldestMessageAlarm": {("AWS/SQS", "ApproximateAgeOfOldestMessage")},
        "ErrorsAlarm": {("AWS/Lambda", "Errors")},
        "ThrottlesAlarm": {("AWS/Lambda", "Throttles")},
        "DurationAlarm": {("AWS/Lambda", "Duration")},
        "ReviewRateAlarm": {(ours, "NeedsReview"), (ours, "RecordsDone")},
        "FreshnessAlarm": {(ours, "Freshness")},
        "ModelLoadsAlarm": {(ours, "ModelLoadFailures")},
    } == alarm_metrics()
    for alarm in template().resources("AWS::CloudWatch::Alarm").values():
        assert ["${Alarms}"] == alarm["AlarmActions"] == alarm["OKActions"]
        assert "notBreaching" == alarm["TreatMissingData"]
    (dimension,) = one("DeadLettersAlarm")["Dimensions"]
    assert {"Name": "QueueName", "Value": "${DeadLetterQueue.QueueName}"} == dimension
    assert ["AlarmsByEmail"] == list(template(AlarmEmail="a@b").resources("AWS::SNS::Subscription"))
    assert {} == template().resources("AWS::SNS::Subscription")


def test_our_metrics_on_dashboard_and_alarms_exist() -> None:
    """By the names and the dimension under which telemetry writes them."""
    stages = {f"{stage.title()}Latency" for stage in STAGES}
    known = {name for name, one in MEASURES.items() if one.teller is Teller.BOTH} | {"ColdStart"} | stages
    dashboard = json.loads(one("Dashboard")["DashboardBody"])
    rows = [
        row for widget in dashboard["widgets"] for row in widget["properties"]["metrics"] if isinstance(row[0], str)
    ]
    shown = {row[1]: row[2:4] for row in rows if row[0] == telemetry.NAMESPACE}
    assert len(shown) > 10
    assert set() == set(shown) - known
    assert [["service", telemetry.SERVICE]] * len(shown) == list(shown.values())
    for alarm in ("FreshnessAlarm", "ModelLoadsAlarm"):
        assert [{"Name": "service", "Value": telemetry.SERVICE}] == one(alarm)["Dimensions"]
    for metric in one("ReviewRateAlarm")["Metrics"][1:]:
        assert metric["MetricStat"]["Metric"]["MetricName"] in known
        assert [{"Name": "service", "Value": telemetry.SERVICE}] == metric["MetricStat"]["Metric"]["Dimensions"]


def test_the_outputs_are_what_an_operator_needs() -> None:
    """An outage is survived for about so many receives times so many seconds."""
    document = template()
    outputs = {name: document.resolve(output["Value"]) for name, output in BODY["Outputs"].items()}
    assert "5 x 360" == outputs["SurvivesAnOutageOf"]
    assert {"RawBucket", "EnrichedBucket", "Table", "QueueUrl", "DeadLetterQueueUrl", "AlarmTopicArn"} <= set(outputs)


@pytest.mark.parametrize("environment", ["default", "prod"])
def test_samconfig_names_parameters_that_there_are(environment: str) -> None:
    """Values that are allowed; and only dev may be deleted."""
    config = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))[environment]["deploy"]["parameters"]
    given = dict(pair.split("=", 1) for pair in config["parameter_overrides"])
    assert set() == set(given) - set(BODY["Parameters"])
    for name, value in given.items():
        allowed = BODY["Parameters"][name].get("AllowedValues", [value])
        assert value in map(str, allowed)
    assert (environment == "prod") == (given["DeletionProtection"] == "true")
    assert "CAPABILITY_IAM" == config["capabilities"]


def references(node: Any) -> Iterator[str]:
    """Every name that the template refers to, however."""
    if isinstance(node, list):
        for one_of in node:
            yield from references(one_of)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "Ref":
                yield value
            elif key == "Fn::GetAtt":
                yield (value if isinstance(value, str) else value[0]).partition(".")[0]
            elif key == "Fn::Sub":
                text, extra = (value, {}) if isinstance(value, str) else value
                yield from (set(re.findall(r"\$\{([\w:]+)", text)) - set(extra))
            yield from references(value)


def test_every_reference_leads_somewhere() -> None:
    """cfn-lint lets a misspelled one through in a SAM function's environment."""
    there = {*BODY["Parameters"], *BODY["Resources"], *PSEUDO, "AWS::NoValue"}
    found = set(references(BODY))
    assert len(found) > 30
    assert set() == found - there


def test_each_exception_from_checkov_has_its_reason() -> None:
    skips = [
        skip
        for resource in BODY["Resources"].values()
        for skip in resource.get("Metadata", {}).get("checkov", {}).get("skip", [])
    ]
    assert skips
    assert [] == [skip["id"] for skip in skips if len(skip["comment"]) < 20]
