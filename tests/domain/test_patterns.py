"""Only small patterns pass."""

import pytest

from handler.domain.patterns import PatternError, checked, parsed


@pytest.mark.parametrize(
    "pattern",
    [
        "refunds?",
        "(?:log|sign)[ -]?in",
        "charged .{0,30}twice",
        r"\d{2,5} users",
        "[^.!?]{0,60}x",
        "a(b|c)?d",
        r"1\.5\+",
    ],
)
def test_small_patterns_pass(pattern: str) -> None:
    """Literals, classes, alternatives, options, and bounded repetition of one character."""
    assert checked(pattern)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(a+)+$", r"uses '\+'"),
        (".*x", r"uses '\*'"),
        ("a{3,}", r"uses '\{'"),
        (r"(a)\1", "uses"),
        (r"x?\b", "matches nothing|matches where there is nothing|matches no character"),
        ("^refund", "matches no character"),
        (r"(?:[\])]|b)(?:x+x+)+y", r"uses '\+'"),
        ("(?=a)b", "uses"),
        ("(?:ab|cd){1,20}x", "repeats a group"),
        ("a{0,500}b", "more than 60 times"),
        ("a?" * 30 + "a", "ways"),
        ("x" * 1000, "characters"),
        ("(unclosed", "not a regular expression"),
        ("a?", "nothing"),
        ("", "nothing"),
    ],
)
def test_what_could_run_away_is_refused(pattern: str, reason: str) -> None:
    """The reason is named, so that the author of a taxonomy can mend it."""
    with pytest.raises(PatternError, match=reason):
        checked(pattern)


def test_nothing_of_a_pattern_is_left_unread() -> None:
    """What was not read was not checked."""
    with pytest.raises(PatternError, match="bracket"):
        parsed("a)b+")


def test_alternatives_that_begin_differently_are_no_choice() -> None:
    """A list of words is cheap, however long: the text decides which of them it is."""
    words = "|".join(f"{first}{second}" for first in "abcdefghijklmnop" for second in "xyz")

    assert checked(f"(?:{words}) (?:{words})")
    with pytest.raises(PatternError, match="ways"):
        checked("(?:a.|.b|c?) (?:a.|.b|c?) " * 8)
