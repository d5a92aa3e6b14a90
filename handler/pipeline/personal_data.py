"""Where personal data stands in a text: one finder a kind, each linear in the length of the text.

Every expression here starts at a boundary and repeats either possessively (``++``: never gives back) or up to a small
bound, so there is nothing to backtrack into. What a shape cannot tell, a checksum or the words before it have to.
Order, invoice and ticket numbers are not personal data, and staying able to read them matters.
"""

import ipaddress
import re
from collections.abc import Callable, Iterator

Span = tuple[int, int]
Finder = Callable[[str], Iterator[Span]]

_EMAIL = re.compile(r"(?<![\w.%+'-])[\w.%+'-]++@[\w-]++(?:\.[\w-]++)++")
_CARD = re.compile(r"(?<![\w-])[2-6]\d{3}(?:[ -]?\d){9,15}(?!\w)")
_IBAN = re.compile(r"(?<!\w)[A-Za-z]{2}\d\d(?=[ -]?[A-Za-z0-9])")
_IP4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\d)")
_IP6 = re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])")
_VERSION_BEFORE = re.compile(r"(?:version|release|build|firmware|\bv|\bver)[ .:]{0,2}$", re.IGNORECASE)

_PHONE = re.compile(r"(?:(?<![\w.,@#/-])|(?=[+(]))[+(]?\d(?:[ ().-]{0,3}\d){5,16}(?!\w|[.,:/-]\d)")
_PHONE_GROUPS = re.compile(
    r"\(?0\d{1,4}\)?[ .-]?\d{2,4}|\(\d{2,4}\)|\d{3}[ .-]\d{3}[ .-]\d{4}|[679]\d\d[ .-]\d{3}[ .-]\d{3}|\d{3}-\d{4}"
    r"|(?:\d\d[ .]){4}\d\d|1[ .-]\d{3}[ .-]\d{3}[ .-]\d{4}"
)
_DATE = re.compile(r"(?:\d{4}[-./ ]\d\d?[-./ ]\d\d?|\d\d?[-./ ]\d\d?[-./ ]\d{4})(?!\d)")
_PHONE_BEFORE = re.compile(
    r"\b(?:phone|tel|telephone|mobile|cell|whatsapp|fax|call(?: me)?|sms|text me|reach me|my number)\b"
    r"[\w ]{0,12}[ :.]{0,3}$",
    re.IGNORECASE,
)
_REFERENCE_BEFORE = re.compile(
    r"\b(?:order|invoice|ticket|case|ref|reference|po|account|customer|tracking|transaction|serial|sku|id|no|nr|number|version)"
    r"\b(?: ?(?:number|no|nr|id|is|was))?[ .:#]{0,3}$",
    re.IGNORECASE,
)
_BEFORE = 40  # characters before a number that say what it is
_PHONE_DIGITS = range(7, 16)  # E.164 allows 15
_CARD_DIGITS = range(13, 20)  # ISO/IEC 7812

_IBAN_LENGTHS = {
    country: length
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FI FO NL SD", 19: "MK SI", 20: "AT BA EE LT LU XK KZ", 21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE IL GI TL OM", 24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "PT", 26: "IS TR", 27: "FR GR IT MC MR SM", 28: "AL AZ CY DO GT HU LB PL SV BY", 29: "BR PS QA",
        30: "JO KW MU", 31: "MT SC", 32: "LC",
    }.items()
    for country in countries.split()
}  # fmt: skip


def emails(text: str) -> Iterator[Span]:
    """Addresses with a domain of at least two parts."""
    return (found.span() for found in _EMAIL.finditer(text)) if "@" in text else iter(())


def cards(text: str) -> Iterator[Span]:
    """Payment cards: 13 to 19 digits of an issuer's range, in any grouping, whose Luhn sum is right."""
    for found in _CARD.finditer(text):
        digits = re.sub(r"\D", "", found[0])
        if len(digits) in _CARD_DIGITS and _luhn(digits):
            yield found.span()


def _luhn(digits: str) -> bool:
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0  # noqa: PLR2004 - one digit


def ibans(text: str) -> Iterator[Span]:
    """Bank accounts: a country, its length, and the check digits of ISO 13616, in any grouping."""
    end_of_last = 0
    for found in _IBAN.finditer(text):
        end = _iban_end(text, found.start(), _IBAN_LENGTHS.get(found[0][:2].upper(), 0))
        if end and found.start() >= end_of_last:
            end_of_last = end
            yield found.start(), end


def _iban_end(text: str, start: int, length: int) -> int:
    """Where the account of that length ends; 0 if it is none. Looks at twice the length at most."""
    window = text[start : start + 2 * length]
    places = [place for place, character in enumerate(window) if character.isascii() and character.isalnum()][:length]
    if not length or len(places) < length or set(re.sub(r"[A-Za-z0-9]", "", window[: places[-1]])) - {" ", "-"}:
        return 0
    account = "".join(window[place] for place in places)
    end = start + places[-1] + 1
    followed = text[end : end + 1].isalnum()
    return 0 if followed or int("".join(str(int(c, 36)) for c in account[4:] + account[:4])) % 97 != 1 else end


def addresses(text: str) -> Iterator[Span]:
    """IP addresses, versions 4 and 6; not version numbers that are announced as such, nor times."""
    for found in _IP4.finditer(text):
        if _is_address(found[0]) and not _VERSION_BEFORE.search(_before(text, found.start())):
            yield found.span()
    if ":" in text:
        hexadecimal = (found for found in _IP6.finditer(text) if any(map(str.isdigit, found[0])))
        yield from (found.span() for found in hexadecimal if _is_address(found[0]))


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def phones(text: str) -> Iterator[Span]:
    """Telephone numbers: written as one (a plus, brackets, groups), or announced as one; not dates or references."""
    for found in _PHONE.finditer(text):
        before = _before(text, found.start())
        if sum(map(str.isdigit, found[0])) in _PHONE_DIGITS and _is_phone(found[0], before):
            yield found.span()


def _is_phone(number: str, before: str) -> bool:
    if number.startswith("+") or _PHONE_BEFORE.search(before):
        return True
    if _DATE.match(number) or _REFERENCE_BEFORE.search(before):
        return False
    return number.startswith("00") or _PHONE_GROUPS.match(number) is not None


def _before(text: str, start: int) -> str:
    return text[max(0, start - _BEFORE) : start]
