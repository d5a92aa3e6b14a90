"""How the finders read a text: one character for each of its own, but plain ones, and the words before a place."""

import re
from collections.abc import Callable, Iterable, Iterator

Span = tuple[int, int]
Finder = Callable[[str], Iterator[Span]]

BEFORE = 40  # characters before a number that say what it is

# Marks that show nothing. Address books put them around numbers, and anybody might put them into anything.
_UNSEEN = "[\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
_INVISIBLE = re.compile(f"(?<=[!-~]){_UNSEEN}++|(?<!{_UNSEEN}){_UNSEEN}++(?=[!-~])")
_FULL_STOP = re.compile(r"(?<=[A-Za-z0-9])[\u3002\uff61](?=[A-Za-z0-9])")

_LIKE = {
    " ": "\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
    "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63",
    '"': "\u201c\u201d\u201e\u201f\xab\xbb",
    "'": "\u2018\u2019\u201a\u201b\u2039\u203a\xb4",
    ".": "\u2024\ufe52",
    "@": "\ufe6b",
}
_DIGITS_FROM = (0x0660, 0x06F0, 0x0966, 0x09E6)  # Arabic, Persian, Devanagari, Bengali
_PLAIN: dict[int, int | str] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},  # full-width forms
    **{ord(one): plain for plain, others in _LIKE.items() for one in others},
    **{zero + digit: str(digit) for zero in _DIGITS_FROM for digit in range(10)},
}

_REFERENCE = re.compile(  # in small letters; without a boundary before it, which would slow it down tenfold
    r"(?:(?:orders?|invoice|ticket|case|ref|reference|po|tracking|parcel|shipment|transaction|serial|sku|booking"
    r"|batch|lot"
    r"|contract|claim|imei|isbn|ean|rma|article|part|quote|customer|confirmation|delivery note|bestell\w{0,8}"
    r"|auftrag\w{0,8}"
    r"|rechnung\w{0,8}|kunden\w{0,8}|commande|facture|pedido|factura|ordine|fattura|bestel\w{0,8}|factuur"
    r"|zam\u00f3wieni\w{0,2})\b"
    r"(?:[ -]?(?:numbers?|num|nr|no|id|code|is|was|n\u00b0|n\u00ba|de|vom)\b){0,2}|(?:rma|po"
    r"|inv)-)[ .:#\u00b0\u00ba-]{0,3}$"
)


def seen(text: str) -> str:
    """``text`` without invisible marks beside ordinary characters."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def plain(text: str) -> str:
    """``text`` as finders read it, as long as it was: plain spaces, dashes, quotes, digits, full-width forms."""
    return text if text.isascii() else _FULL_STOP.sub(".", text.translate(_PLAIN))


def before(text: str, start: int) -> str:
    """The words that may say what begins at ``start``."""
    return text[max(0, start - BEFORE) : start]


def is_reference(text: str, start: int) -> bool:
    """Whether what begins at ``start`` is called an order, an invoice, a parcel: something that is nobody's."""
    return text[start - 1 : start] == "#" or _REFERENCE.search(before(text, start).lower()) is not None


def digits(text: str) -> str:
    """Its digits alone."""
    return "".join(filter(str.isdigit, text))


def small(text: str) -> str:
    """``text`` in small letters, as long as it was: the only letter that would grow keeps its size."""
    return text.replace("\u0130", "I").lower()


def says_any(text: str, words: Iterable[str]) -> bool:
    """Whether any of ``words``, in small letters, is in ``text``: cheaper than any expression, and asked first."""
    return any(map(text.lower().__contains__, words))
