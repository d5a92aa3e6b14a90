"""A template's parameters: which values CloudFormation would refuse, said before anything is made."""

import re
from collections.abc import Mapping
from typing import Any


def refuse(declared: Mapping[str, Any], given: Mapping[str, str]) -> None:
    """Raises ValueError for the first of ``given`` that is not declared, or outside of what its declaration allows."""
    unknown = sorted(set(given) - set(declared))
    if unknown:
        raise ValueError(f"has no parameter {', '.join(unknown)}")
    for name, value in given.items():
        fault = _fault(declared[name], value) if isinstance(declared[name], dict) else ""
        if fault:
            raise ValueError(f"{name}={value} {fault}")


def _fault(declaration: Mapping[str, Any], value: str) -> str:
    allowed = [str(one) for one in declaration.get("AllowedValues") or []]
    if allowed and value not in allowed:
        return f"is none of {', '.join(allowed)}"
    if declaration.get("Type") == "Number":
        return _number_fault(declaration, value)
    pattern = str(declaration.get("AllowedPattern", ".*"))
    if re.fullmatch(pattern, value, re.DOTALL) is None:
        return f"is not {declaration.get('ConstraintDescription', pattern)}"
    return ""


def _number_fault(declaration: Mapping[str, Any], value: str) -> str:
    try:
        number = float(value)
    except ValueError:
        return "is no number"
    least, most = (float(declaration.get(key, number)) for key in ("MinValue", "MaxValue"))
    if least <= number <= most:
        return ""
    return f"is not between {declaration.get('MinValue', '...')} and {declaration.get('MaxValue', '...')}"
