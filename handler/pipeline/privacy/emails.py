"""E-mail addresses, also as people spell them to escape robots."""

import re
from collections.abc import Iterator

from handler.pipeline.privacy.reading import Span, before

_HOST = r"(?!\d{1,3}(?:\.\d{1,3}){3}(?!\w))[\w-]++(?:\.[\w-]++)++"
_ADDRESS = re.compile(r"(?<![\w.%+'-])[\w.%+'-]++@" + _HOST)
_QUOTED = re.compile(r"\"[^\"\s@][^\"\n@]{0,63}+\"@" + _HOST)
_ENCODED = re.compile(r"(?<![\w.+'-])[\w.+'-]++%40" + _HOST)
_AROUND_AT = re.compile(r"(?<![\w.%+'-])[\w.+'-]{2,64}+(?: @ ?|@ )(?:[\w-]{1,63}\.){1,4}[A-Za-z]{2,12}(?![\w.]\w)")

# Chinese, Japanese and Korean put no space between an address and the sentence that it stands in.
_NEIGHBOUR = "\u2e80-\ud7ff"
_LETTER = f"[^\\W{_NEIGHBOUR}]"
_WITHOUT_NEIGHBOURS = re.compile(f"(?<!{_LETTER})(?:{_LETTER}|[.%+'-])++@(?:{_LETTER}|-)++(?:\\.(?:{_LETTER}|-)++)++")

_NAME = r"(?<![\w.+'-])(?P<name>[\w.+'-]{1,64}+(?: dot [\w+'-]{2,32}){0,2})"
_DOT = r"(?:\.| ?[(\[{<] ?(?:dot|punkt|punto|ponto|point|\.) ?[)\]}>] ?| (?:dot|punkt|punto|ponto) )"
_TOP = (
    r"(?:com|org|net|edu|gov|info|biz|io|co|app|dev|eu"
    r"|uk|us|de|fr|es|it|nl|be|at|ch|pl|pt|br|in|se|dk|no|fi|ie|ca|au)\b"
)
_BRACKETED = re.compile(
    _NAME + r" ?[(\[{<] ?(?:at|\u00e4t|arroba|arobase|@) ?[)\]}>] ?[\w-]{1,63}(?:" + _DOT + r"[\w-]{1,63}){1,4}",
    re.IGNORECASE,
)
_SPOKEN = re.compile(_NAME + r" at [\w-]{1,63}(?: dot [\w-]{1,63}){0,3} dot " + _TOP, re.IGNORECASE)
_PROVIDER = re.compile(
    r" at (?:gmail|googlemail|yahoo|hotmail|outlook|icloud|proton(?:mail)?|gmx|aol|live|web) dot ", re.IGNORECASE
)
_ANNOUNCED = re.compile(r"\b(?:e-?mails?|mail|reach|write|contact|address|adresse|correo)\b", re.IGNORECASE)
_NO_NAME = frozenset(
    "am are be here him her is it look looking me now our page site that them there this us was you".split()  # noqa: SIM905 - words
)


def emails(text: str) -> Iterator[Span]:
    """Addresses with a domain of at least two parts; "name at example dot com" only where mail is spoken of."""
    if "@" in text:
        yield from map(_own, _ADDRESS.finditer(text))
        for pattern in (_QUOTED, _AROUND_AT):
            yield from (found.span() for found in pattern.finditer(text))
    if "%40" in text:
        yield from (found.span() for found in _ENCODED.finditer(text))
    if _may_be_spelt(text):
        yield from (found.span() for found in _BRACKETED.finditer(text))
        yield from (found.span() for found in _SPOKEN.finditer(text) if _is_spoken(text, found))


def _own(found: re.Match[str]) -> Span:
    """Where the address itself stands."""
    own = None if found[0].isascii() else _WITHOUT_NEIGHBOURS.search(found[0])
    return (found.start() + own.start(), found.start() + own.end()) if own else found.span()


def _may_be_spelt(text: str) -> bool:
    lower = text.lower()
    return " dot " in lower or any(
        f"{sign}{word}" in lower for sign in "([{<" for word in ("at", " at", "\u00e4t", "ar", "@")
    )


def _is_spoken(text: str, found: re.Match[str]) -> bool:
    if found["name"].lower() in _NO_NAME:
        return False
    return bool(_PROVIDER.search(found[0]) or _ANNOUNCED.search(before(text, found.start())))
