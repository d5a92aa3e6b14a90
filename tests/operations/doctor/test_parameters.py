"""A template's parameters, refused as CloudFormation refuses them, but before anything is made."""

import re
from typing import Any

import pytest

from handler.operations.doctor.parameters import refuse

DECLARED: dict[str, Any] = {
    "Memory": {"Type": "Number", "MinValue": 1024, "MaxValue": 10240},
    "Timeout": {"Type": "Number", "AllowedValues": [30, 60]},
    "Least": {"Type": "Number", "MinValue": 1},
    "Name": {"Type": "String", "AllowedPattern": "^$|^[a-z]+$", "ConstraintDescription": "letters, or nothing"},
    "Code": {"Type": "String", "AllowedPattern": "^[a-z]+$"},
    "Any": {"Type": "String"},
}


@pytest.mark.parametrize(
    ("name", "value"),
    [("Memory", "1024"), ("Memory", "10240"), ("Timeout", "30"), ("Least", "99999"), ("Name", ""), ("Any", "x\ny")],
)
def test_what_a_declaration_allows_is_taken(name: str, value: str) -> None:
    """Bounds belong to what they bound; what is not restricted is free."""
    refuse(DECLARED, {name: value})


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("Memory", "1023", "Memory=1023 is not between 1024 and 10240"),
        ("Memory", "10241", "Memory=10241 is not between 1024 and 10240"),
        ("Memory", "much", "Memory=much is no number"),
        ("Memory", "nan", "Memory=nan is not between 1024 and 10240"),
        ("Least", "0", "Least=0 is not between 1 and ..."),
        ("Timeout", "45", "Timeout=45 is none of 30, 60"),
        ("Name", "a-b", "Name=a-b is not letters, or nothing"),
        ("Code", "1", "Code=1 is not ^[a-z]+$"),
        ("Other", "1", "has no parameter Other"),
    ],
)
def test_what_it_does_not_is_one_line(name: str, value: str, reason: str) -> None:
    """It names the parameter, the value and the rule."""
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        refuse(DECLARED, {name: value})
