"""A CloudFormation template as a document: read, and its parameters, conditions and functions put in.

What refers to a resource, or to a parameter without a value, stays as ``${Name}`` or ``${Name.Attribute}``: what AWS
will make of it is not known here, but what it refers to is.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handler.operations.access import OperationRefused
from handler.operations.doctor.parameters import refuse

PSEUDO = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::StackName": "ticket-processor",
    "AWS::URLSuffix": "amazonaws.com",
}
NO_VALUE = object()
_PLACE = re.compile(r"\$\{([^!}][^}]*)\}")


def load(path: Path, parameters: Mapping[str, str] | None = None) -> "Document":
    """The template in ``path`` under ``parameters``. Raises OperationRefused, with the line at fault."""
    try:
        return under(read(path), parameters or {})
    except ValueError as error:
        raise OperationRefused(f"{path}: {error}") from None


def under(body: Mapping[str, Any], parameters: Mapping[str, str]) -> "Document":
    """A template that was read, under ``parameters``. Raises ValueError for what CloudFormation would refuse."""
    declared = body.get("Parameters") or {}
    refuse(declared, parameters)
    given = {name: one["Default"] for name, one in declared.items() if isinstance(one, dict) and "Default" in one}
    return Document(body, {**PSEUDO, **given, **parameters})


def read(path: Path) -> dict[str, Any]:
    """The template with CloudFormation's short tags in their long form. Raises as ``load``."""
    import yaml  # noqa: PLC0415 - most commands need none

    try:
        body = yaml.load(path.read_text(encoding="utf-8"), _loader())  # noqa: S506 - a safe loader, and CloudFormation's tags
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        raise OperationRefused(f"{path}: is no template: {type(error).__name__}{where}") from None
    if not isinstance(body, dict) or not isinstance(body.get("Resources"), dict):
        raise OperationRefused(f"{path}: is no template: it has no Resources")
    return body


def _loader() -> Any:
    """PyYAML's safe loader that knows ``!Ref`` and its like."""
    import yaml  # noqa: PLC0415 - see above

    class Loader(yaml.SafeLoader):  # type: ignore[misc] # PyYAML has no types; its loader in C dies of deep nesting
        pass

    def construct(loader: Any, suffix: str, node: Any) -> dict[str, Any]:
        read = {"scalar": loader.construct_scalar, "sequence": loader.construct_sequence}
        value = read.get(node.id, loader.construct_mapping)(node, **({} if node.id == "scalar" else {"deep": True}))
        return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}

    Loader.add_multi_constructor("!", construct)
    return Loader


@dataclass(frozen=True)
class Document:
    """A template and the values of its parameters."""

    body: Mapping[str, Any]
    values: Mapping[str, Any]

    def resources(self, *types: str) -> dict[str, dict[str, Any]]:
        """The properties of the resources of these types by logical name, without those whose condition is false."""
        wanted = {name: one for name, one in self.body["Resources"].items() if one.get("Type") in types}
        there = {name: one for name, one in wanted.items() if self.holds(one.get("Condition"))}
        return {name: self.resolve(one.get("Properties") or {}) for name, one in there.items()}

    def holds(self, condition: str | None) -> bool:
        """Whether a condition of that name is true; no condition is."""
        return condition is None or bool(self.resolve(self.body["Conditions"][condition]))

    def resolve(self, node: Any) -> Any:
        """``node`` with all functions put in."""
        if isinstance(node, list):
            return [value for one in node if (value := self.resolve(one)) is not NO_VALUE]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            ((name, argument),) = node.items()
            if name in _FUNCTIONS:
                return _FUNCTIONS[name](self, argument)
        return {key: value for key, one in node.items() if (value := self.resolve(one)) is not NO_VALUE}

    def ref(self, name: str) -> Any:
        """The value of a parameter, or what it refers to."""
        return NO_VALUE if name == "AWS::NoValue" else self.values.get(name, f"${{{name}}}")

    def choose(self, argument: list[Any]) -> Any:
        """``Fn::If``."""
        condition, yes, no = argument
        return self.resolve(yes if self.holds(condition) else no)

    def attribute(self, argument: Any) -> str:
        """``Fn::GetAtt``, in both of its spellings."""
        return f"${{{argument if isinstance(argument, str) else '.'.join(argument)}}}"

    def substitute(self, argument: Any) -> str:
        """``Fn::Sub``, in both of its forms."""
        text, extra = (argument, {}) if isinstance(argument, str) else argument
        values = {**self.values, **self.resolve(extra)}
        return _PLACE.sub(lambda match: str(values.get(match[1], match[0])), text)

    def find(self, argument: list[Any]) -> Any:
        """``Fn::FindInMap``. Raises OperationRefused for what the mapping lacks."""
        name, first, second = (str(self.resolve(one)) for one in argument)
        try:
            return self.body["Mappings"][name][first][second]
        except KeyError:
            raise OperationRefused(f"the mapping {name} has no {first}.{second}") from None

    def equal(self, argument: list[Any]) -> bool:
        """``Fn::Equals``: CloudFormation compares texts."""
        one, other = (str(self.resolve(value)) for value in argument)
        return one == other


_FUNCTIONS: dict[str, Callable[[Document, Any], Any]] = {
    "Ref": Document.ref,
    "Condition": Document.holds,
    "Fn::If": Document.choose,
    "Fn::GetAtt": Document.attribute,
    "Fn::Sub": Document.substitute,
    "Fn::FindInMap": Document.find,
    "Fn::Equals": Document.equal,
    "Fn::Not": lambda document, argument: not document.resolve(argument[0]),
    "Fn::And": lambda document, argument: all(document.resolve(one) for one in argument),
    "Fn::Or": lambda document, argument: any(document.resolve(one) for one in argument),
    "Fn::Join": lambda document, argument: str(argument[0]).join(map(str, document.resolve(argument[1]))),
    "Fn::Select": lambda document, argument: document.resolve(argument[1])[int(argument[0])],
}
