"""Small regular expressions that cannot run away.

Allowed are literals, classes, groups of alternatives, ``?``, and bounded repetition of one character (``.{0,30}``); not
``*``, ``+``, back references and look-around. What is left can be tried in a number of ways at one place of a text that
can be counted beforehand: choices that follow each other multiply. Alternatives that begin with different letters are
no choice, for the text decides between them. A pattern with too many ways is refused when it is read.
"""

import re
import warnings
from collections import Counter, deque

MAX_CHARACTERS = 400
MAX_WAYS = 5_000
MAX_REPEATS = 60

_PIECE = re.compile(r"\\.|\[\^?\]?[^\]]*\]|\(\?.?|\{\d{1,3},\d{1,3}\}|.", re.DOTALL)
_REPEATS = re.compile(r"\?|\{\d{1,3},\d{1,3}\}")
_REFUSED = re.compile(r"[*+?{]|\(\?.?|\\[1-9]")  # where a piece may stand; a "?" there repeats nothing


class PatternError(ValueError):
    """The pattern is no regular expression, or not a small one. The message says why."""


def checked(pattern: str) -> str:
    """The pattern, if it is a small one. Raises PatternError."""
    if len(pattern) > MAX_CHARACTERS:
        raise PatternError(f"has more than {MAX_CHARACTERS} characters")
    if _compiled(pattern).match(""):
        raise PatternError("matches where there is nothing")
    if _alternatives(deque(_PIECE.findall(pattern))) > MAX_WAYS:
        raise PatternError(f"can be tried in more than {MAX_WAYS} ways at one place of a text")
    return pattern


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        with warnings.catch_warnings(action="error"):  # such as a set in a set, which will mean something else one day
            return re.compile(pattern)
    except (re.error, OverflowError, FutureWarning) as error:
        raise PatternError(f"is not a regular expression: {error}") from None


def _alternatives(pieces: deque[str]) -> int:
    """The ways of alternatives, up to the bracket that closes them."""
    ways: Counter[str] = Counter()
    while True:
        first, count = _sequence(pieces)
        ways[first] += count
        if not pieces or pieces.popleft() == ")":
            break
    return ways.pop("", 0) + max(ways.values(), default=0)


def _sequence(pieces: deque[str]) -> tuple[str, int]:
    """The letter that one alternative has to begin with (empty: not just one), and its ways."""
    first, ways = "", 1
    started = False
    while pieces and pieces[0] not in {"|", ")"}:
        piece = pieces.popleft()
        inside = _alternatives(pieces) if piece in {"(", "(?:"} else _single(piece)
        repeats = pieces.popleft() if pieces and _REPEATS.fullmatch(pieces[0]) else ""
        ways *= _repeated(inside, repeats, single=piece not in {"(", "(?:"})
        if not started:
            first, started = (piece if piece.isalnum() and not repeats else ""), True
    return first, ways


def _single(piece: str) -> int:
    if _REFUSED.fullmatch(piece):
        raise PatternError(f"uses {piece!r}, which may take unbounded time: use {{0,30}}, or spell the phrases out")
    return 1


def _repeated(ways: int, repeats: str, *, single: bool) -> int:
    """The ways of something that has ``ways`` of its own, with what is written behind it."""
    if not repeats:
        return ways
    if repeats == "?":
        return ways + 1
    least, most = map(int, repeats[1:-1].split(","))
    if not single or most > MAX_REPEATS:
        raise PatternError(f"repeats a group with {repeats}, or a character more than {MAX_REPEATS} times")
    return most - least + 1
