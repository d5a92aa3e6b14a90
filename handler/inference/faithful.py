"""A summary that was written anew may not name a number, an amount or an id that the text does not."""

import re
from collections.abc import Sequence

from handler.domain.ports import Summarizer, Summary

_WORD = re.compile(r"\w(?:[\w.,:/-]*\w)?")  # 49.99, INV-2041 and 12:30 are one each
_DIGIT = re.compile(r"\d")


class Faithful:
    """A Summarizer: what ``writer`` makes, or what ``fallback`` takes from the text where the writer invents."""

    def __init__(self, writer: Summarizer, fallback: Summarizer) -> None:
        self._writer, self._fallback = writer, fallback

    def summarize(self, texts: Sequence[str]) -> Sequence[Summary]:
        """See ports.Summarizer."""
        written = list(self._writer.summarize(texts))
        inventing = [i for i, text in enumerate(texts) if invented(written[i].text, text)]
        if inventing:
            for i, taken in zip(inventing, self._fallback.summarize([texts[i] for i in inventing]), strict=True):
                written[i] = taken
        return written


def invented(summary: str, text: str) -> list[str]:
    """The words with digits in a summary that stand nowhere in the text as words."""
    found = [word for word in _WORD.findall(summary) if _DIGIT.search(word)]
    return [one for one in found if not re.search(rf"(?<!\w){re.escape(one)}(?!\w)", text, re.IGNORECASE)]
