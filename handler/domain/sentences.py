"""A text cut into sentences: what a summary is made of."""

import re

READ_CHARACTERS = 20_000  # what a ticket is about is said by then
MAX_SENTENCES = 40  # a novel says what it wants in its first pages

# Not after "1." of a date or a list. No \s* before \n: a page of spaces would be tried from each of them.
_SENTENCE_END = re.compile(r"(?<=[.!?])(?<!\s\d\.)(?<!\s\d\d\.)\s+|\n")


def sentences(text: str) -> list[str]:
    """The first different ones: what is said twice counts once."""
    pieces = map(str.strip, _SENTENCE_END.split(text[:READ_CHARACTERS]))
    return list(dict.fromkeys(filter(None, pieces)))[:MAX_SENTENCES]
