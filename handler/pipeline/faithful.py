"""A summary that was written anew may not name a number, an amount or an id that the text does not."""

import re

_WORD = re.compile(r"\w(?:[\w.,:/-]*\w)?")  # 49.99, INV-2041 and 12:30 are one each
_DIGIT = re.compile(r"\d")


def invented(summary: str, text: str) -> list[str]:
    """The words with digits in a summary that stand nowhere in the text as words."""
    found = [word for word in _WORD.findall(summary) if _DIGIT.search(word)]
    return [one for one in found if not re.search(rf"(?<!\w){re.escape(one)}(?!\w)", text, re.IGNORECASE)]
