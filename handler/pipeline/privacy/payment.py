"""Payment cards and bank accounts: their check digits tell them from other numbers."""

import re
from collections.abc import Iterator

from handler.pipeline.privacy.reading import Span, before, digits, is_reference, says_any

_CARD = re.compile(r"(?<![\w-])(?<!\d[.,])[2-6]\d{3}(?:[ .-]{0,2}\d){9,15}")
_ISSUED = re.compile(
    r"4\d{15}(?:\d{3})?|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|3[068]\d{12}|35\d{14}|(?:50|6[0-9]|5[678])\d{14,17}"
)
_CARD_WORDS = (
    "card",
    "visa",
    "amex",
    "karte",
    "carte",
    "tarjeta",
    "cart",
    "kaart",
    "karta",
    "cc:",
    "maestro",
    "credit",
)
_CARD_BEFORE = re.compile(
    r"\b(?:cards?|credit|debit|visa|mastercard|amex|american express|maestro|diners|discover|cc|pan|\w{0,12}karte"
    r"|carte|tarjeta"
    r"|cart[a\u00e3]o?|kaart|kart[ay]|kort)\b[^\d\n]{0,25}$",
    re.IGNORECASE,
)
_GROUPS = re.compile(r"\d{4}([ .-])\d{4}\1\d{4}\1\d{4}|\d{16}|3\d{3}([ .-]?)\d{6}\2\d{5}")
_CARD_DIGITS = range(13, 20)  # ISO/IEC 7812

_IBAN = re.compile(r"(?<!\w)[A-Za-z]{2}\d\d(?=[ -]?[A-Za-z0-9])")
_IBAN_BEFORE = re.compile(r"\biban\b[^\d\n]{0,20}$", re.IGNORECASE)
# ISO 13616 by country, as in python-stdnum's copy of SWIFT's register; a test compares.
_IBAN_LENGTHS = {
    country: length
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FI FK FO GL NL SD", 19: "MK SI", 20: "AT BA EE LT LU MN XK KZ", 21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM SO TL", 24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST", 26: "IS TR", 27: "BI DJ FR GR IT MC MR SM", 28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
        29: "BR EG PS QA UA", 30: "JO KW MU YE", 31: "MT SC", 32: "LC", 33: "RU",
    }.items()
    for country in countries.split()
}  # fmt: skip


def cards(text: str) -> Iterator[Span]:
    """Payment cards: an issuer's range and a right Luhn sum; or 16 digits that are called a card, mistyped ones too."""
    place, named = 0, says_any(text, _CARD_WORDS)
    while found := _CARD.search(text, place):
        end = _card_end(text, found, named)
        if end and not is_reference(text, found.start()):
            yield found.start(), end
        place = end or found.start() + 4


def _card_end(text: str, found: re.Match[str], named: bool) -> int:  # noqa: FBT001 - it states what is true
    """Where the longest card ends that begins here; 0 if there is none."""
    start = found.start()
    announced = named and _CARD_BEFORE.search(before(text, start)) is not None
    groups = _GROUPS.match(text, start) if announced else None
    for end in range(found.end(), start + _CARD_DIGITS.start - 1, -1):
        if text[end - 1].isdigit() and not text[end : end + 1].isalnum() and _is_card(text[start:end], announced):
            return end
    return groups.end() if groups and not text[groups.end() : groups.end() + 1].isalnum() else 0


def _is_card(written: str, announced: bool) -> bool:  # noqa: FBT001 - it states what is true
    number = digits(written)
    return len(number) in _CARD_DIGITS and (announced or _ISSUED.fullmatch(number) is not None) and _luhn(number)


def _luhn(number: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    return (sum(map(int, number[-1::-2])) + sum(map(int, number[-2::-2].translate(_DOUBLED)))) % 10 == 0


_DOUBLED = str.maketrans("0123456789", "0246813579")  # twice the digit, its own digits added


def ibans(text: str) -> Iterator[Span]:
    """Bank accounts: a country, its length, and the check digits of ISO 13616, in any grouping."""
    end_of_last = 0
    for found in _IBAN.finditer(text):
        length = _IBAN_LENGTHS.get(found[0][:2].upper(), 0)
        end = _iban_end(text, found.start(), length) if length else 0
        if end and found.start() >= end_of_last:
            end_of_last = end
            yield found.start(), end


def _iban_end(text: str, start: int, length: int) -> int:
    """Where the account of that length ends; 0 if it is none. Looks at twice the length at most."""
    window = text[start : start + 2 * length]
    places = [place for place, character in enumerate(window) if character.isascii() and character.isalnum()][:length]
    if len(places) < length or set(re.sub(r"[A-Za-z0-9]", "", window[: places[-1]])) - {" ", "-", "."}:
        return 0
    account = "".join(window[place] for place in places)
    end = start + places[-1] + 1
    if text[end : end + 1].isalnum() or not (_is_checked(account) or _is_announced(text, start, account)):
        return 0
    return end


def _is_announced(text: str, start: int, account: str) -> bool:
    """Mistyped, but called an account, and nothing that a sentence may end in."""
    return account in {account.upper(), text[start : start + len(account)]} and (
        len(digits(account)) * 2 > len(account) and _IBAN_BEFORE.search(before(text, start)) is not None
    )


def _is_checked(account: str) -> bool:
    return int("".join(str(int(c, 36)) for c in account[4:] + account[:4])) % 97 == 1
