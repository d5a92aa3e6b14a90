"""Numbers that a state gives a person: by shape and checksum (python-stdnum), or beside a word that names them."""

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

from handler.pipeline.privacy.reading import Span, before, digits, is_reference, says_any

# Modules of python-stdnum. A checksum of one digit on a bare run of digits is right for one order number in ten, so
# such numbers (NL BSN, CA SIN, AU TFN) are masked where they are named, and only there.
_SHAPES = tuple(
    (shape, modules.split())
    for shape, modules in (
        (r"\d{11}|\d\d \d{3} \d{3} \d{3}", "de.idnr pl.pesel br.cpf"),
        (r"\d{3}\.\d{3}\.\d{3}[-.]\d\d", "br.cpf"),
        (r"\d{14}|\d\d\.\d{3}\.\d{3}/\d{4}-\d\d", "br.cnpj"),
        (r"[1-8] ?\d\d ?\d\d ?(?:\d\d|2[AB]) ?\d{3} ?\d{3} ?\d\d", "fr.nir"),
        (r"\d{8}[ -]?[A-Za-z]", "es.dni"),
        (r"[XYZxyz][ -]?\d{7}[ -]?[A-Za-z]", "es.nie"),
        (r"[A-Za-z]{6}[\dL-V]{2}[A-Ta-t][\dL-V]{2}[A-Za-z][\dL-V]{3}[A-Za-z]", "it.codicefiscale"),
        (r"[A-Z]{3} [A-Z]{3} \d\d[A-T]\d\d [A-Z]\d{3}[A-Z]", "it.codicefiscale"),
        (r"\d{6}[-+A-FU-Y]\d{3}[0-9A-Ya-y]", "fi.hetu"),
        (r"(?:19|20)?\d{6}[-+]\d{4}", "se.personnummer"),
        (r"[2-9]\d{3} \d{4} \d{4}|[2-9]\d{3}-\d{4}-\d{4}", "in_.aadhaar"),
        (r"756\.?\d{4}\.?\d{4}\.?\d\d", "ch.ssn"),
        (r"\d{6}-[1-8]\d{6}", "kr.rrn"),
        (r"\d{17}[\dXx]", "cn.ric"),
        (r"[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z\d]\d", "mx.curp"),
        (r"\d\d\.\d\d\.\d\d[- ]\d{3}[. ]\d\d", "be.nn"),
    )
)
_START, _END = r"(?<![\w.+-])", r"(?![\w-]|\.\d)"
_CHECKED = tuple((re.compile(rf"{_START}(?:{shape}){_END}"), modules) for shape, modules in _SHAPES)
_ANY_CHECKED = re.compile(  # asked first, and quick to say no
    rf"{_START}(?=[A-Za-z]{{0,6}}\d|[A-Z]{{3}} [A-Z]{{3}} \d)(?:{'|'.join(shape for shape, _ in _SHAPES)}){_END}"
)
_NAMED = re.compile(
    r"(?<!\w)(?=[A-Za-z]{0,6} ?\d)(?:[A-Za-z]{2} ?\d\d ?\d\d ?\d\d ?[A-Da-d]"  # GB NINO
    r"|\d(?:[ ./-]?\d){5,15}(?: ?- ?[A-Za-z\d]|[A-Za-z]{1,2})?"  # US SSN and most others
    r"|[A-Za-z\d]{6,18})(?![\w-])"
)
_NAMES = re.compile(
    r"(?:\b(?:ssn|social security|social|national insurance|ni (?:number|no)|nino|steuer-?id\w{0,20}|idnr|steuernummer"
    r"|(?:steuerliche |steuer)identifikationsnummer|sozialversicherungs\w{0,8}|s[e\u00e9]cu(?:rit[e\u00e9] sociale)?"
    r"|num[e\u00e9]ro fiscal"
    r"|(?:mi|su|el) (?:dni|nie|nif)|codice fiscale|c\.f|bsn|burgerservicenummer|sofinummer|pesel|cpf|cnpj|aadhaa?r"
    r"|pan (?:card|number|no|is)"
    r"|personnummer|cpr\w{0,8}|hetu|henkil\u00f6tunnus|ahv|rijksregister\w{0,8}|num[e\u00e9]ro national"
    r"|social insurance"
    r"|f\u00f8dselsnummer|tfn|tax file|tax id|taxpayer|passports?|passeport|pasaporte|reisepass\w{0,8}"
    r"|(?:personal)?ausweis\w{0,8}|identity card"
    r"|identity (?:number|no)|(?:national|citizen|government) id\w{0,12}|id card|nric|driv(?:er'?s|ing) licen[cs]e"
    r"|f\u00fchrerschein\w{0,8}"
    r"|curp|nhs (?:number|no)|medicare|emirates id|rodn\u00e9 \u010d\u00edslo|kimlik\w{0,4}|ppsn?|itin"
    r"|dow[o\u00f3]d\w{0,8}|paszport\w{0,3})"
    r"|(?-i:\b(?:DNI|NIE|NIF|NIR|PAN|SIN|RG|TIN|EIN|CPR|AHV|AVS|OIB|CNP|INSEE))|\u8eab\u4efd\u8bc1)"
    r"(?:(?![\d\n]).){0,25}(?:[A-Za-z\d][A-Za-z\d .-]{5,16}, \w{1,10},? )?$",
    re.IGNORECASE,
)
_WORDS = (
    *(
        "ssn",
        "social",
        "insurance",
        "ni number",
        "ni no",
        "nino",
        "steuer",
        "idnr",
        "ausweis",
        "s\u00e9cu",
        "securite so",
        "fiscal",
        "dni",
    ),
    *(
        "nif",
        "mi nie",
        "c.f.",
        "bsn",
        "burgerservice",
        "sofinummer",
        "pesel",
        "cpf",
        "cnpj",
        "aadha",
        "pan card",
        "pan n",
        "pan is",
        "personnummer",
    ),
    *(
        "cpr",
        "hetu",
        "henkil\u00f6",
        "ahv",
        "rijksregister",
        "national",
        "f\u00f8dsel",
        "tfn",
        "tax ",
        "taxpay",
        "passport",
        "passe",
        "pasaporte",
    ),
    *(
        "identity",
        "citizen id",
        "government id",
        "id card",
        "nric",
        "licen",
        "f\u00fchrerschein",
        "curp",
        "nhs n",
        "medicare",
        "emirates",
    ),
    *("rodn\u00e9", "kimlik", "pps", "itin", "dow\u00f3d", "dowod", "paszport", "\u8eab"),
)
_ACRONYMS = ("NIE", "NIR", "PAN", "SIN", "RG", "TIN", "EIN", "AVS", "OIB", "CNP", "INSEE")
_LONG_ENOUGH = re.compile(r"\d(?:[ ./-]?\d){3}|[A-Za-z]\d{2}[A-Za-z]\d|\d\d[A-Za-z]\d\d")
_DIGITS = 3  # fewer are a word


def national_ids(text: str) -> Iterator[Span]:
    """Social security, tax and identity numbers, and passports."""
    if _LONG_ENOUGH.search(text) is None:
        return
    for shape, modules in _CHECKED if _ANY_CHECKED.search(text) else ():
        for found in shape.finditer(text):
            if not is_reference(text, found.start()) and _is_valid(found[0], modules):
                yield found.span()
    if _may_name(text):
        yield from (found.span() for found in _NAMED.finditer(text) if _is_named(text, found))


def _is_named(text: str, found: re.Match[str]) -> bool:
    words = before(text, found.start())
    if len(digits(found[0])) < _DIGITS or not _may_name(words) or is_reference(text, found.start()):
        return False
    return _NAMES.search(words) is not None


def _may_name(text: str) -> bool:
    return any(one in text for one in _ACRONYMS) or says_any(text, _WORDS)


def _is_valid(number: str, modules: list[str]) -> bool:
    return any(_module(name).is_valid(number) for name in modules)


@cache
def _module(name: str) -> Any:
    """Loaded when a text needs it: the first takes 80 ms."""
    return import_module(f"stdnum.{name}")
