"""Telephone numbers: what is written or announced as one; where a shape is not enough, phonenumbers is asked."""

import re
from collections.abc import Iterator

from handler.pipeline.privacy.reading import Span, before, digits, is_reference

_NUMBER = re.compile(r"(?:(?<![\w.,@/:-])|(?<=[A-Za-z]:)|(?=[+(]))[+(]?\d(?:[ ()./-]{0,3}\d){5,16}(?!\w|[.,:/-]\d)")
_GROUPED = re.compile(  # shapes that hardly anything else has
    r"\(0\)[ ]?\d{2}|\(?0\d{1,4}\)?(?:[ .-]|/ ?)\d{2}|\(\d{2,4}\)"
    r"|(?:[2-9]\d\d|123)([ .-])\d{3}\1\d{4}(?!\d)|1[ .-][2-9]\d\d[ .-]\d{3}[ .-]\d{4}(?!\d)|555-\d{4}(?!\d)"
)
_NATIONAL = {  # shapes that other numbers have too: the library has to know the number
    "GB": re.compile(r"07\d{9}"), "DE": re.compile(r"01[567]\d{8,9}"), "FR": re.compile(r"0[67]\d{8}"),
    "NL": re.compile(r"06\d{8}"), "AU": re.compile(r"04\d{8}"), "ES": re.compile(r"[6-9]\d\d[ .-]\d{3}[ .-]\d{3}"),
    "PT": re.compile(r"[29]\d\d[ .-]\d{3}[ .-]\d{3}"), "PL": re.compile(r"[4-8]\d\d[ -]\d{3}[ -]\d{3}"),
    "IT": re.compile(r"3\d\d[ .-]\d{6,7}"),
    "BR": re.compile(r"\d\d[ -]9?\d{4}-\d{4}"), "IN": re.compile(r"[6-9]\d{4}[ -]\d{5}"),
    "CN": re.compile(r"1[3-9]\d[ -]?\d{4}[ -]?\d{4}"), "KR": re.compile(r"010-\d{4}-\d{4}"),
}  # fmt: skip
_DATE = re.compile(r"(?:(?:19|20)\d\d[-./ ][01]?\d[-./ ][0-3]?\d|[0-3]?\d[-./ ][0-3]?\d[-./ ](?:19|20)\d\d)(?!\d)")
_SAID = re.compile(
    r"(?:\b(?:\w{0,6}phones?|tel|t\u00e9l|telephone|mobile?|cell|cellular|whatsapp|signal|fax|call|calling|ring|sms"
    r"|dial|text (?:me|us)"
    r"|reach (?:me|us)|contact (?:me|us|number|no)|my number|our number|landline|hotline|direct line|handy"
    r"|telefon\w{0,8}|t\u00e9l\u00e9phone"
    r"|tel\u00e9fono|m[o\u00f3]vil|celular\w{0,2}|cellulare|portable|rappel\w{0,4}|appel\w{0,4}|ll[a\u00e1]m\w{0,5}"
    r"|ligar|ligue|bel|gsm|tlf|puh|puhelin"
    r"|(?:my|mi|meu|mio|mijn|meine?|mon|our|his|her) n[u\u00fa]mm?[e\u00e9]ro?|zadzwo\w{0,4}|anruf\w{0,2}|erreichbar"
    r"|mon num\u00e9ro)\b|\u7535\u8bdd|\u624b\u673a|\u96fb\u8a71|\uc804\ud654|\u0442\u0435\u043b)"
    r"(?:(?!\bid\b)[^\d\n\[\]#]){0,24}$"
    r"|\btext (?:on |at |to )?$",
    re.IGNORECASE,
)
_SAID_AFTER = re.compile(
    r"[ ,(]{0,2}(?:(?:is|as|=) )?(?:my|our|his|her|the)? ?(?:new |direct |work |private )?(?:mobile|cell|phone"
    r"|whatsapp|number|landline|handy)\b",
    re.IGNORECASE,
)
_NAMELESS = re.compile(
    r"\b(?:account|id|no|nr|number|version|error|code|user|row|line|lat|epoch|timestamp)(?: ?(?:is|was))?[ .:#]{0,3}$",
    re.IGNORECASE,
)
_OR = re.compile(r"[ ,;/&]{1,3}(?:(?:or|and|oder|und|bzw\.?|ou|et|o|y|e|of|en|lub)(?: al| on| at| au)? )?")
_DIGITS = range(7, 16)  # E.164 allows 15
_PLUS_DIGITS = 9  # so many after a plus are nothing else, whoever gave them out
_MANY = 100  # candidates; where there are more, shape alone decides: asking costs 0.1 ms


def phones(text: str) -> Iterator[Span]:
    """Telephone numbers: written as one (a plus, brackets, groups), or announced as one; not dates or references."""
    candidates = [found for found in _NUMBER.finditer(text) if len(digits(found[0])) in _DIGITS]
    last = -1
    for found in candidates:
        follows = last >= 0 and found.start() - last < 12 and _OR.fullmatch(text, last, found.start())  # noqa: PLR2004 - "oder " and the like
        if not is_reference(text, found.start()) and (
            _is_announced(text, found) or follows or _is_phone(text, found, len(candidates) > _MANY)
        ):
            last = found.end()
            yield found.span()


def _is_announced(text: str, found: re.Match[str]) -> bool:
    if _DATE.match(found[0]):
        return False
    return bool(_SAID.search(before(text, found.start())) or _SAID_AFTER.match(text, found.end()))


def _is_phone(text: str, found: re.Match[str], many: bool) -> bool:  # noqa: FBT001 - it states what is true
    number = found[0]
    if number.startswith("+"):
        return len(digits(number)) >= _PLUS_DIGITS or (not many and _is_possible(number))
    if _DATE.match(number):
        return False
    if number.startswith("00"):
        return many or _is_possible("+" + number[2:])
    if _GROUPED.match(number):
        return True
    if _NAMELESS.search(before(text, found.start())):
        return False
    return any(many or _is_valid(number, region) for region, shape in _NATIONAL.items() if shape.fullmatch(number))


def _is_possible(number: str) -> bool:
    import phonenumbers  # noqa: PLC0415 - 50 ms and 3 MB, which a cold start pays only for a text that needs it

    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False


def _is_valid(number: str, region: str) -> bool:
    import phonenumbers  # noqa: PLC0415 - as above

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, region))
    except phonenumbers.NumberParseException:
        return False
