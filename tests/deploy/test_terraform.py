"""deploy/terraform makes what template.yaml makes: the same names, numbers, rights and rules, under any parameters."""

import json
import re

import pytest

from handler.settings import PREFIX, DeployedSettings
from tests.deploy import terraform
from tests.deploy.agreement import CHOICES, theirs, without_nothing
from tests.deploy.template import BODY, IMAGE, ROOT
from tests.deploy.terraform import RESOURCES, Module, blocks, module, variable

pytestmark = pytest.mark.terraform
OWN = {"oidc_provider_arn", "service_account", "create_repositories"}  # of what the template does not make
under = pytest.mark.parametrize("parameters", CHOICES)


def test_parameters_have_one_name_default_and_bounds() -> None:
    """Of avx512 and of images that sam makes there is nothing to choose here."""
    variables = blocks("variable")
    assert {variable(name) for name in BODY["Parameters"]} | OWN == set(variables)
    for name, declared in BODY["Parameters"].items():
        text = json.dumps(module().resolve(variables[variable(name)].get("validation", [])))
        default = module().values.get(name, module().work_out(f"var.{variable(name)}"))
        assert str(declared.get("Default")).lower() == str(default).lower(), name
        if "MinValue" in declared:
            assert f">= {declared['MinValue']} &&" in text, name
            assert f"<= {declared['MaxValue']} &&" in text, name
        if "AllowedValues" in declared and name != "DeletionProtection":
            chosen = re.search(r"contains\(\[(.*?)\]", text.replace('\\"', ""))
            assert chosen, name
            assert [v for v in map(str, declared["AllowedValues"]) if v != "avx512"] == chosen[1].split(", "), name
        if "AllowedPattern" in declared:
            pattern = declared["AllowedPattern"].replace("built-by-sam|", "").replace("\\", "")
            assert pattern in text.replace("\\", ""), name


def test_the_rule_on_large_batches_is_here_too() -> None:
    text = json.dumps(blocks("variable")["batch_size"])
    assert "var.batch_size <= 10 || var.batch_window_seconds >= 1" in text


def test_times_follow_from_one_table() -> None:
    rows = {t: {variable(n): v for n, v in row.items()} for t, row in BODY["Mappings"]["ByTimeout"].items()}
    assert rows == module().resolve(terraform.locals_()["by_timeout"])


@under
def test_the_queues_agree(parameters: dict[str, str]) -> None:
    ours = module(**parameters)
    for address, name in (("aws_sqs_queue.tickets", "Queue"), ("aws_sqs_queue.dead_letters", "DeadLetterQueue")):
        queue, other = ours.at(address), theirs(name, parameters)
        assert (other["QueueName"], other["MessageRetentionPeriod"], other.get("VisibilityTimeout")) == (
            queue["name"],
            queue["message_retention_seconds"],
            queue.get("visibility_timeout_seconds"),
        )
        assert (other.get("SqsManagedSseEnabled"), other.get("KmsMasterKeyId")) == (
            queue["sqs_managed_sse_enabled"],
            queue["kms_master_key_id"],
        )
    redrive = ours.pairs(ours.at("aws_sqs_queue.tickets")["redrive_policy"])
    assert theirs("Queue", parameters)["RedrivePolicy"] == redrive
    allowed = ours.pairs(ours.at("aws_sqs_queue.dead_letters")["redrive_allow_policy"])
    assert theirs("DeadLetterQueue", parameters)["RedriveAllowPolicy"] == allowed | {
        "sourceQueueArns": [allowed["sourceQueueArns"]]
    }


@under
def test_the_function_agrees(parameters: dict[str, str]) -> None:
    ours, other = module(**parameters, ImageUri=IMAGE), theirs("Function", parameters)
    function = ours.at("aws_lambda_function.tickets")
    for name, property_name in {
        "function_name": "FunctionName",
        "package_type": "PackageType",
        "image_uri": "ImageUri",
        "architectures": "Architectures",
        "memory_size": "MemorySize",
        "timeout": "Timeout",
        "kms_key_arn": "KmsKeyArn",
    }.items():
        assert other.get(property_name) == function[name], name
    assert [{"mode": other["Tracing"]}] == function["tracing_config"]
    assert other["LoggingConfig"]["LogGroup"] == function["logging_config"][0]["log_group"]
    (image,) = function["image_config"]
    assert (other["ImageConfig"]["EntryPoint"], other["ImageConfig"]["Command"]) == (
        image["entry_point"],
        image["command"],
    )
    source = ours.at("aws_lambda_event_source_mapping.tickets")
    event = other["Events"]["Tickets"]["Properties"]
    assert event == {
        "Queue": source["event_source_arn"],
        "BatchSize": source["batch_size"],
        "MaximumBatchingWindowInSeconds": source["maximum_batching_window_in_seconds"],
        "FunctionResponseTypes": source["function_response_types"],
        "ScalingConfig": {"MaximumConcurrency": source["scaling_config"][0]["maximum_concurrency"]},
    }
    logs, group = theirs("FunctionLogGroup", parameters), ours.at("aws_cloudwatch_log_group.function")
    assert logs == without_nothing(
        {"LogGroupName": group["name"], "RetentionInDays": group["retention_in_days"], "KmsKeyId": group["kms_key_id"]}
    )


def environment(ours: Module) -> dict[str, str]:
    """Of the function; the optional variable where it is chosen."""
    expression = ours.at("aws_lambda_function.tickets")["environment"][0]["variables"]
    return {name: str(value) for name, value in ours.pairs(expression).items() if value != ""}


@under
def test_the_environment_agrees(parameters: dict[str, str]) -> None:
    """Every variable is a setting, and what is required is set."""
    found = environment(module(**parameters))
    expected = theirs("Function", parameters)["Environment"]["Variables"]
    assert {name: str(value) for name, value in expected.items()} == found
    fields = {PREFIX + name.upper(): field for name, field in DeployedSettings.model_fields.items()}
    assert set() == set(found) - set(fields)
    assert set() == {name for name, field in fields.items() if field.is_required()} - set(found)
    text = blocks("resource")["aws_lambda_function.tickets"]["environment"][0]["variables"]
    assert 'var.payload_bucket_name == "" ? {} : {TICKETS_PAYLOAD_BUCKET' in text


def test_every_reference_leads_somewhere() -> None:
    """No provider could be had to validate the module, so this stands in for a part of it."""
    source = re.sub(r"#.*", "", terraform.source())
    used = set(re.findall(r"(?<![\w.])((?:data\.)?aws_\w+\.\w+)(?=[.\[\]])", source))
    there = set(blocks("resource")) | {f"data.{address}" for address in blocks("data")}
    assert len(used) > 20
    assert set() == used - there
    assert set() == set(re.findall(r"\bvar\.(\w+)", source)) ^ set(blocks("variable"))
    assert set() == set(re.findall(r"\blocal\.(\w+)", source)) ^ set(terraform.locals_())
    assert set() == {prefix.rstrip(".") for prefix in RESOURCES} - there


def test_each_exception_from_checkov_has_its_reason() -> None:
    skips = re.findall(r"#checkov:skip=(\w+)(?::(.*))?", terraform.source())
    assert skips
    assert [] == [name for name, reason in skips if len(reason) < 8]


def test_every_output_of_the_template_is_one_here() -> None:
    assert set() == {variable(name) for name in BODY["Outputs"]} - set(blocks("output"))
    text = (ROOT / "deploy/terraform/README.md").read_text(encoding="utf-8")
    assert [] == [name for name in OWN if f"`{name}`" not in text]
