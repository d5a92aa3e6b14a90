"""Dates of birth: a date is one only beside a word that says so."""

import re
from collections.abc import Iterator

from handler.pipeline.privacy.reading import Span, says_any

_WORDS = (
    *(
        "born",
        "birth",
        "dob",
        "d.o.b",
        "gebor",
        "geboort",
        "geb.",
        "geburt",
        "naiss",
        "n\u00e9 le",
        "n\u00e9e le",
        "nacid",
        "nacim",
        "nato il",
        "nata il",
        "nascit",
    ),
    *(
        "nascid",
        "nascim",
        "urodz",
        "f\u00f6dd",
        "f\u00f8dt",
        "syntym",
        "do\u011fum",
        "\u0440\u043e\u0436\u0434",
        "\u0440\u043e\u0434\u0438\u043b",
        "\u51fa\u751f",
        "\u751f\u65e5",
    ),
)
_SAID = (
    r"(?:\b(?:born|birth ?dates?|date of birth|birth ?day|dob|d\.o\.b|geboren|geb|geburtsdatum|geburtstag"
    r"|date de naissance|n\u00e9e? le|nacid[oa]"
    r"|fecha de nacimiento|nat[oa] il|data di nascita|nascid[oa]|data de nascimento|geboortedatum|urodzon[yae]"
    r"|data urodzenia"
    r"|f\u00f6dd|f\u00f8dt|f\u00f8dselsdato|f\u00f6delsedatum|syntynyt|syntym\u00e4aika|do\u011fum tarihi"
    r"|\u0434\u0430\u0442\u0430 \u0440\u043e\u0436\u0434\u0435\u043d\u0438\u044f"
    r"|\u0440\u043e\u0434\u0438\u043b\u0441\u044f|\u0440\u043e\u0434\u0438\u043b\u0430\u0441\u044c)\b"
    r"|\u51fa\u751f\u65e5\u671f|\u751f\u5e74\u6708\u65e5|\u751f\u65e5)"
)
_MONTH = (
    r"(?:jan(?:uary|uar|vier|uari)?|feb(?:ruary|ruar|ruari)?|f\u00e9vrier|mar(?:ch|s|zo|\u00e7o)?|m\u00e4rz|maart"
    r"|apr(?:il|ile)?|avril|abril|may|mai|mayo|maggio"
    r"|mei|maio|june?i?|juin|junio|junho|giugno|july?i?|juillet|julio|julho|luglio|aug(?:ust|ustus)?|ao\u00fbt"
    r"|agosto|sep(?:t|tember|tembre|tiembre)?"
    r"|setembro|settembre|o[ck]t(?:ober|obre)?|octubre|outubro|ottobre|nov(?:ember|embre|iembre)?|novembro"
    r"|de[cz](?:ember)?|d\u00e9cembre|diciembre"
    r"|dicembre|dezembro|enero|gennaio|janeiro|febrero|febbraio|fevereiro)\b\.?"
)
_DATE = (
    r"(?P<date>(?<!\d)(?:(?:19|20)\d\d ?[-./\u5e74] ?\d\d? ?[-./\u6708] ?\d\d?|\d\d? ?[-./] ?\d\d? ?[-./] ?(?:(?:19"
    r"|20)?\d\d)"
    r"|\d\d?(?:st|nd|rd|th|er|\.|\u00ba)? ?(?:of |de |-)?" + _MONTH + r"(?:,? ?(?:de )?(?:(?:19|20)\d\d|'?\d\d\b))?"
    r"|" + _MONTH + r" \d\d?(?:st|nd|rd|th)?\b(?:,? ?(?:19|20)\d\d)?)(?!\d|[-./]\d))"
)
_AFTER = re.compile(_SAID + r"[^\d\n]{0,25}?" + _DATE, re.IGNORECASE)
_BEFORE = re.compile(_DATE + r"[^\d\n]{0,20}?" + _SAID, re.IGNORECASE)
_A_DIGIT = re.compile(r"\d")


def births(text: str) -> Iterator[Span]:
    """Dates that are said to be somebody's birth."""
    if says_any(text, _WORDS) and _A_DIGIT.search(text):
        for pattern in (_AFTER, _BEFORE):
            yield from (found.span("date") for found in pattern.finditer(text))
