"""deploy/terraform as the tests read it: parsed by python-hcl2, and as much of it worked out as the module uses.

It lives in an environment of its own (``make terraform``), so it is asked for JSON, and it does not evaluate. Evaluated
here are variables, locals, comparisons with ``==`` and interpolation. All else stays as ``${expression}``, under the
template's name where it is a resource of the template's, and so can equal nothing by accident.
"""

import json
import re
import subprocess
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tests.deploy.template import ROOT

MODULE = ROOT / "deploy/terraform"
PYTHON = ROOT / ".venv-tools/terraform/bin/python"
PARSE = "import hcl2, json, sys; print(json.dumps([hcl2.loads(open(name).read()) for name in sys.argv[1:]]))"
REGION = {
    "data.aws_caller_identity.current.account_id": "123456789012",
    "data.aws_partition.current.partition": "aws",
    "data.aws_region.current.region": "us-east-1",
}
RESOURCES = {
    "aws_s3_bucket.raw.": "RawBucket",
    "aws_s3_bucket.enriched.": "EnrichedBucket",
    "aws_dynamodb_table.tickets.": "Table",
    "aws_sqs_queue.tickets.": "Queue",
    "aws_sqs_queue.dead_letters.": "DeadLetterQueue",
    "aws_lambda_function.tickets.": "Function",
    "aws_cloudwatch_log_group.function.": "FunctionLogGroup",
    "aws_sns_topic.alarms.": "Alarms",
}
OTHER = {  # what is no plain reference in the template, or has another name there
    "${Queue.Name}": "${Queue.QueueName}",
    "${DeadLetterQueue.Name}": "${DeadLetterQueue.QueueName}",
    "${Alarms.Arn}": "${Alarms}",
    "${FunctionLogGroup.Arn}:*": "${FunctionLogGroup.Arn}",
    "${RawBucket.Id}": "${RawBucket}",
    "${EnrichedBucket.Id}": "${EnrichedBucket}",
    "${Table.Name}": "${Table}",
    "${Queue.Url}": "${Queue}",
    "${DeadLetterQueue.Url}": "${DeadLetterQueue}",
    "${Function.Function_name}": "${Function}",
    "${FunctionLogGroup.Name}": "${FunctionLogGroup}",
}


def variable(parameter: str) -> str:
    """A parameter's name as Terraform writes it."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", parameter).lower()


@cache
def parsed() -> list[dict[str, Any]]:
    """Each file of the module."""
    files = [str(file) for file in sorted(MODULE.glob("*.tf"))]
    done = subprocess.run([PYTHON, "-c", PARSE, *files], capture_output=True, text=True, check=True)
    documents: list[dict[str, Any]] = json.loads(done.stdout)
    return documents


def source() -> str:
    """The whole text."""
    return "\n".join(file.read_text(encoding="utf-8") for file in sorted(MODULE.glob("*.tf")))


def plain(text: str) -> str:
    """Without the quotes that the parser leaves."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def blocks(kind: str) -> dict[str, Any]:
    """Bodies by address without the kind: ``aws_sqs_queue.tickets``, ``memory_mb``."""
    found: dict[str, Any] = {}
    for document in parsed():
        for block in document.get(kind, []):
            (first, body), *_ = block.items()
            inner = {plain(name): one for name, one in body.items()}
            if kind in ("resource", "data"):
                found |= {f"{plain(first)}.{name}": one for name, one in inner.items() if not name.startswith("__")}
            else:
                found[plain(first)] = body
    return found


def locals_() -> dict[str, Any]:
    """Of all files."""
    return {
        plain(name): one
        for document in parsed()
        for block in document.get("locals", [])
        for name, one in block.items()
        if name[:2] != "__"
    }


@dataclass(frozen=True)
class Module:
    """The module under values of its variables."""

    values: dict[str, Any] = field(default_factory=dict)

    def at(self, address: str, kind: str = "resource") -> Any:
        """A body, worked out."""
        return self.resolve(blocks(kind)[address])

    def resolve(self, node: Any) -> Any:
        """Blocks, lists and texts."""
        if isinstance(node, dict):
            return {plain(name): self.resolve(one) for name, one in node.items() if not name.startswith("__")}
        if isinstance(node, list):
            return [self.resolve(one) for one in node]
        return self._text(node) if isinstance(node, str) else node

    def _text(self, text: str) -> Any:
        if text.startswith("${") and text.endswith("}"):  # a string would begin with its quote
            return self.work_out(text[2:-1])
        inner = re.sub(r"\$\{([^{}]+)\}", lambda found: str(self.work_out(found[1])), plain(text))
        return OTHER.get(inner, inner)

    def work_out(self, expression: str) -> Any:
        """The value of an expression."""
        chosen = re.fullmatch(r"(\S+) == (\S+) \? (.+?) : (.+)", expression)
        if chosen:
            left, right, yes, no = chosen.groups()
            return self.work_out(yes if self.work_out(left) == self.work_out(right) else no)
        if expression in ("null", "true", "false") or re.fullmatch(r"[0-9]+", expression):
            return json.loads(expression)
        if expression.startswith('"'):
            return self._text(expression)
        return self._reference(expression)

    def pairs(self, expression: str) -> dict[str, Any]:
        """Of the objects within an expression that stayed one: ``jsonencode({a = b})``."""
        found = re.findall(r"(\w+) = (?:tostring\()?(\[?\"[^\"]*\"|[^,{}()]+)", expression)
        return {name: self.work_out(value.removeprefix("[")) for name, value in found}

    def statements(self, address: str) -> dict[str, dict[str, Any]]:
        """Of a policy document, by their names; the dynamic ones where their list is not empty."""
        document = self.at(address, "data")
        found = list(document["statement"])
        for dynamic in document.get("dynamic", []):
            each = dynamic["statement"]["for_each"]
            if each != "${[]}":
                value = str(self.work_out(each[3:-2]))
                found += json.loads(json.dumps(dynamic["statement"]["content"]).replace("${statement.value}", value))
        return {one.get("sid", ""): one for one in found}

    def _reference(self, expression: str) -> Any:
        kind, _, rest = expression.partition(".")
        row = re.fullmatch(r"local\.(\w+)\[tostring\((.+)\)\]", expression)
        if row:
            return self.resolve(locals_()[row[1]])[str(self.work_out(row[2]))]
        if kind == "var" and rest.isidentifier():
            return self.values.get(rest, self.resolve(blocks("variable")[rest].get("default")))
        if kind == "local":
            name, _, attribute = rest.partition(".")
            value = self.resolve(locals_()[name])
            return value[attribute] if attribute else value
        return REGION.get(expression) or _known(expression)


def _known(expression: str) -> str:
    """A resource's attribute under the template's name."""
    for prefix, name in RESOURCES.items():
        if expression.startswith(prefix):
            text = f"${{{name}.{expression.removeprefix(prefix).capitalize()}}}"
            return OTHER.get(text, text)
    return f"${{{expression}}}"


def module(**parameters: str) -> Module:
    """Under the template's parameters, by their names there."""
    types = {name: body["type"] for name, body in blocks("variable").items()}
    given = {variable(name): value for name, value in parameters.items()}
    return Module({name: json.loads(value) if "string" not in types[name] else value for name, value in given.items()})
