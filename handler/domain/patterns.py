"""Small regular expressions that cannot run away.

Allowed are literals, classes, groups of alternatives, ``?``, and bounded repetition of one character (``.{0,30}``); not
``*``, ``+``, anchors, back references and look-around. What is left can be tried in a number of ways at one place of a
text that can be counted beforehand: choices that follow each other multiply. Alternatives that begin with different
letters are no choice, for the text decides between them. A pattern with too many ways is refused when it is read.
"""

import math
import re
import warnings
from collections import Counter, deque
from dataclasses import dataclass

MAX_CHARACTERS = 400
MAX_WAYS = 5_000
MAX_REPEATS = 60

ANCHORS = {"^", "$", r"\b", r"\B", r"\A", r"\Z"}

_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?.?|\{\d{1,3},\d{1,3}\}|.", re.DOTALL)
_REPEATS = re.compile(r"\?|\{\d{1,3},\d{1,3}\}")
_REFUSED = re.compile(r"[*+?{]|\(\?.?|\\[1-9]")  # where a piece may stand; a "?" there repeats nothing
_LISTED = re.compile(r"\\[^\w\s]|\[[^\\^\]-]+-?\]|[^\\\[.^$]", re.DOTALL)  # pieces that name each of their characters


class PatternError(ValueError):
    """The pattern is no regular expression, or not a small one. The message says why."""


@dataclass(frozen=True, slots=True)
class Part:
    """A group of ``alternatives``; without any, a character: one of ``characters`` (empty: too many to list)."""

    characters: frozenset[str]
    alternatives: "tuple[Parts, ...]"
    least: int = 1
    most: int = 1


Parts = tuple[Part, ...]


def checked(pattern: str) -> tuple[Parts, ...]:
    """The alternatives of a pattern, if it is a small one. Raises PatternError."""
    if len(pattern) > MAX_CHARACTERS:
        raise PatternError(f"has more than {MAX_CHARACTERS} characters")
    if _compiled(pattern).match(""):
        raise PatternError("matches where there is nothing")
    found = parsed(pattern)
    if _ways(found) > MAX_WAYS:
        raise PatternError(f"can be tried in more than {MAX_WAYS} ways at one place of a text")
    return found


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        with warnings.catch_warnings(action="error"):  # such as a set in a set, which will mean something else one day
            return re.compile(pattern)
    except (re.error, OverflowError, FutureWarning) as error:
        raise PatternError(f"is not a regular expression: {error}") from None


def parsed(source: str) -> tuple[Parts, ...]:
    """The alternatives of a regular expression that compiles. Raises PatternError."""
    pieces = deque(_PIECE.findall(source))
    found = _alternatives(pieces)
    if pieces:
        raise PatternError("has a bracket that cannot be understood here")
    return found


def _alternatives(pieces: deque[str]) -> tuple[Parts, ...]:
    """Up to the bracket that closes them."""
    found = [_sequence(pieces)]
    while pieces and pieces.popleft() == "|":
        found.append(_sequence(pieces))
    return tuple(found)


def _sequence(pieces: deque[str]) -> Parts:
    parts = []
    while pieces and pieces[0] not in {"|", ")"}:
        parts.append(_part(pieces))
    return tuple(parts)


def _part(pieces: deque[str]) -> Part:
    piece = pieces.popleft()
    is_group = piece in {"(", "(?:"}
    inside = _alternatives(pieces) if is_group else ()
    characters = frozenset() if is_group else _characters(piece)
    repeats = pieces.popleft() if pieces and _REPEATS.fullmatch(pieces[0]) else "{1,1}"
    return Part(characters, inside, *_repeated(repeats, single=not is_group))


def _characters(piece: str) -> frozenset[str]:
    if piece in ANCHORS:
        raise PatternError(f"uses {piece!r}, which matches no character: whole words are matched anyway")
    if _REFUSED.fullmatch(piece):
        raise PatternError(f"uses {piece!r}, which may take unbounded time: use {{0,30}}, or spell the phrases out")
    if not _LISTED.fullmatch(piece):
        return frozenset()
    return frozenset(piece[1:-1] if piece.startswith("[") else piece[-1])


def _repeated(repeats: str, *, single: bool) -> tuple[int, int]:
    if repeats == "?":
        return 0, 1
    least, most = map(int, repeats[1:-1].split(","))
    if (least, most) != (1, 1) and (not single or most > MAX_REPEATS):
        raise PatternError(f"repeats a group with {repeats}, or a character more than {MAX_REPEATS} times")
    return least, most


def _ways(alternatives: tuple[Parts, ...]) -> int:
    """In which one of them can be tried at one place."""
    ways: Counter[str] = Counter()
    for sequence in alternatives:
        ways[_first_letter(sequence)] += math.prod(_ways_of(part) for part in sequence)
    return ways.pop("", 0) + max(ways.values(), default=0)


def _ways_of(part: Part) -> int:
    return part.most - part.least + (_ways(part.alternatives) if part.alternatives else 1)


def _first_letter(sequence: Parts) -> str:
    """That the sequence has to begin with; empty if it is not just one."""
    first = "".join(sequence[0].characters) if sequence and sequence[0].least == sequence[0].most == 1 else ""
    return first if len(first) == 1 and first.isalnum() else ""
