"""The template's side of the comparison with deploy/terraform."""

import re
from itertools import product
from typing import Any

from tests.deploy.template import BODY, template

KEY = "arn:aws:kms:eu-west-1:123456789012:key/0a1b2c3d"
# The template's parameters under which the two are compared.
CHOICES: list[dict[str, str]] = [
    {},
    {"KmsKeyArn": KEY},
    {"PayloadBucketName": "payloads", "RawBucketName": "mine", "EnrichedBucketName": "results"},
    {"CpuVariant": "arm64", "DeletionProtection": "false", "MaxReceiveCount": "7", "FunctionName": "other"},
    *(
        {"TimeoutSeconds": t, "BatchWindowSeconds": w}
        for t, w in product(["30", "60", "120", "300", "900"], ["0", "5"])
    ),
]


def theirs(name: str, parameters: dict[str, str]) -> dict[str, Any]:
    """A resource's properties in the template; numbers that came as text, as CloudFormation's do, are numbers again."""
    properties: dict[str, Any] = _numbers(template(**parameters).resources(BODY["Resources"][name]["Type"])[name])
    return properties


def _numbers(node: Any) -> Any:
    if isinstance(node, dict):
        return {name: _numbers(one) for name, one in node.items()}
    if isinstance(node, list):
        return [_numbers(one) for one in node]
    return int(node) if isinstance(node, str) and re.fullmatch("[0-9]{1,8}", node) else node


def without_nothing(values: dict[str, Any]) -> dict[str, Any]:
    """Terraform's null is the template's absent."""
    return {name: value for name, value in values.items() if value is not None}
