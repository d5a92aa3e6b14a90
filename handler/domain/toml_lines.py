"""Where in a TOML file a field stands: the parser does not say."""

import re
from collections.abc import Sequence


def line_of(text: str, field: Sequence[str | int]) -> int | None:
    """The line of a field such as ("intents", 3, "examples"), or of the last table on the way to it; None without one.

    Of what is written in one line or value (``rules = [{...}]``) the line where it begins.
    """
    lines = text.splitlines()
    start, end, path, found = 0, len(lines), "", None
    for name, index in _steps(field):
        path = f"{path}.{name}" if path else name
        header = re.compile(rf"\s*\[\[?\s*{re.escape(path)}\s*\]")
        key = re.compile(rf"\s*[\"']?{re.escape(name)}[\"']?\s*=")
        if place := next((i for i in _table(lines, start) if key.match(lines[i])), None):
            return place + 1
        headers = [i for i in range(start, end) if header.match(lines[i])]
        if len(headers) <= index:
            break
        found = start = headers[index] + 1
        end = headers[index + 1] if len(headers) > index + 1 else end
    return found


def _steps(field: Sequence[str | int]) -> list[tuple[str, int]]:
    """Names, each with its number in a list: (("intents", 3), ("examples", 0))."""
    steps: list[tuple[str, int]] = []
    for part in field:
        if isinstance(part, int):
            steps[-1] = (steps[-1][0], part)
        else:
            steps.append((part, 0))
    return steps


def _table(lines: Sequence[str], start: int) -> range:
    """The lines up to the next header."""
    ends = (i for i in range(start, len(lines)) if re.match(r"\s*\[\[?[\w.]", lines[i]))
    return range(start, next(ends, len(lines)))
