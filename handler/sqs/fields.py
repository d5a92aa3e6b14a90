"""A place in JSON from strangers: read as what it should be, or refused by the name of the place."""

import re
from dataclasses import dataclass

from handler.domain.errors import MalformedMessage

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Field:
    """A value and the path that leads to it, such as ``Records.0.s3.bucket.name``.

    Paths are made of names that this package wrote and of numbers, never of names found in the message: so an
    error may quote them.
    """

    value: object = None
    path: str = ""

    def at(self, *steps: str | int) -> "Field":
        """The field that ``steps`` lead to, one level each; its value is None where there is none."""
        value, path = self.value, self.path
        for step in steps:
            value, path = _child(value, step), f"{path}.{step}" if path else str(step)
        return Field(value, path)

    def name(self) -> str:
        """The value as a name that AWS can be asked for: not empty, and possible to write as UTF-8."""
        if not isinstance(self.value, str) or not self.value:
            raise self.malformed("must be a string that is not empty")
        if _LONE_SURROGATE.search(self.value):
            raise self.malformed("cannot be written as UTF-8")
        return self.value

    def optional_name(self) -> str | None:
        """As ``name``; None where the value is missing, null or empty."""
        return None if self.value is None or self.value == "" else self.name()

    def malformed(self, reason: str) -> MalformedMessage:
        """The error that says what is wrong with this field; ``reason`` quotes nothing of the message."""
        return MalformedMessage(f"{self.path}: {reason}" if self.path else reason, field=self.path)


def _child(value: object, step: str | int) -> object:
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return value[step]
    return None
