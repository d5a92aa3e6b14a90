"""Passwords and codes that are given away, and not the talk about passwords that most such tickets are."""

import re
from collections.abc import Iterator

from handler.pipeline.privacy.reading import Span, says_any, small

# In small letters, and without a boundary before it, which would slow it down tenfold.
_ENGLISH = r"pass(?:word|[ -]?phrase|code|wd)?|pwd|pw"
_ABROAD = (
    r"passwort|kennwort|mot de passe|mdp|contrase\u00f1a|contrasena|clave|senha|palavra-passe|parola(?: d'ordine)?"
    r"|wachtwoord|has\u0142o|haslo"
    r"|l\u00f6senord|losenord|adgangskode|passord|salasana|heslo|jelsz\u00f3|\u015fifre|sifre"
    r"|\u043f\u0430\u0440\u043e\u043b\u044c|\u5bc6\u7801|\u5bc6\u78bc|\u30d1\u30b9\u30ef\u30fc\u30c9"
    r"|\ube44\ubc00\ubc88\ud638"
)
_WORD = re.compile(rf"(?:{_ABROAD})(?P<abroad>)|(?:{_ENGLISH})(?![^\W_])")
_WORDS = (
    *(
        "pass",
        "pwd",
        "pw",
        "wort",
        "woord",
        "mdp",
        "contrase",
        "clave",
        "senha",
        "parola",
        "has\u0142o",
        "haslo",
        "senord",
        "adgangskode",
        "salasana",
        "heslo",
    ),
    *(
        "jelsz",
        "ifre",
        "\u043f\u0430\u0440\u043e\u043b\u044c",
        "\u5bc6",
        "\u30d1\u30b9",
        "\ube44\ubc00",
        "pin",
        "code",
        "otp",
        "cv",
        "tan",
        "credential",
        "login",
    ),
)
_VALUE = r"(?P<secret>(?!\[[A-Z_]{2,12}\])[^\s\"'<>]{3,256}+)"
_QUOTED = r"(?P<quote>[\"'])(?P<quoted>[^\"'\n]{3,64}+)[\"']|"
_GIVEN = re.compile(rf"[\"']?\s{{0,2}}(?:[:=\uff1a]|->|=>)\s{{0,2}}(?:{_QUOTED}[\"']?{_VALUE})")
_SAID = re.compile(rf"(?i:\s(?:is|was)(?:\s(?:now|still|currently|set\sto))?:?\s{{1,2}})(?:{_QUOTED}{_VALUE})")
_TELLING = r"(?=\S{0,40}?[\d!@#$%^&*_+=~])"
_IS = (
    r"(?:\s?(?:\u662f|\u306f|\u4e3a)\s?"
    r"|\s(?:is|was|to|ist|lautet|est|es|\u00e9|\u00e8|e'|jest|\u00e4r|er|on|=|:|-)\s{1,2})"
)
_FAR = re.compile(rf"(?:,?\s[\w'@.-]{{1,20}}){{0,6}}?(?i:{_IS}){_TELLING}{_VALUE}")
_BESIDE = re.compile(rf"(?:(?:\s[\w']{{1,12}}){{0,4}}?,)?\s[(\"']?{_TELLING}(?P<secret>[^\s\"'<>()]{{5,64}}+)")
_PAIR = re.compile(
    r"(?i:\b(?:credentials?|logins?)(?:\s(?:are|is))?:?\s{1,2})[\w.@+-]{1,64}+ ?[/|] ?(?P<secret>[^\s\"'<>()]{5,64}+)"
)
_CODE = re.compile(
    r"(?i:\b(?:pin(?:[ -]?(?:code|number))?|passcode|otp|tan|cvv2?|cvc2?|(?:access|security|verification|one-time"
    r"|unlock|login|sign-in|door|gate|alarm"
    r"|entry|2fa|mfa|sms|auth\w{0,12})[ -]code)(?:\s(?:is|was|ist|lautet|est|es|number)|:"
    r"|=){0,2})\s{0,2}(?P<secret>\d{3,8}[#*]?)(?!\w|[.:/-]\d)"
)

_NO_PASSWORD = frozenset(
    """
    a about accepted actually again almost already also always an and any anything apparently asked at back because
    being between blank blocked broken by case changed compromised correct currently different disabled empty enough
    entered even exactly expired failed false fine for forgotten gone good greyed hacked hard hidden in incorrect
    insecure invalid it just kept known leaked less locked long lost missing my needed never no none not now null of
    ok okay old on only out outdated please possible probably public random really refused rejected required reset
    right safe same saved secure sent set short shown simple so something still stolen stored strong stuck supposed
    that the there this to too true unable unavailable undefined unknown unsafe useless valid very visible wasn't
    weak what working wrong yes your
    """.split()  # noqa: SIM905 - as a list it would fill two pages
)
_PROSE = re.compile(r"(?i:[a-z]{2,20}(?:ing|ed|ly|able))[.,;!?]?")
_SENTENCE_GOES_ON = re.compile(r"[ \t]{1,3}(?!and\b|but\b|for\b|thanks\b|please\b)[a-z]")
_TECHNICAL = re.compile(
    r"(?i:oauth\d?|sha-?\d+|md5|base64|pbkdf2|http\S*|www\.\S*|v?\d+(?:\.\d+)*|\d+(?:st|nd|rd|th|x|h|min|am|pm)"
    r"|[\w.+-]+@[\w-]+\.[\w.-]+)"
)
_ENOUGH = 5  # characters, where nothing but the look of a word says that it is a password


def passwords(text: str) -> Iterator[Span]:
    """Passwords after the word and a colon, "is" or nothing; codes of a few digits."""
    if not says_any(text, _WORDS):
        return
    yield from (found.span("secret") for found in _CODE.finditer(text))
    yield from (found.span("secret") for found in _PAIR.finditer(text) if _looks_like_one(found["secret"]))
    for word in _WORD.finditer(small(text)):
        if not text[word.start() - 1 : word.start()].isalnum() or not word[0].isascii():
            yield from _after(text, word)


def _after(text: str, word: re.Match[str]) -> Iterator[Span]:
    """What is given away after a word for password."""
    given = _GIVEN.match(text, word.end())
    if given and (given["quoted"] or _plain(given["secret"]) not in _NO_PASSWORD):
        yield given.span("quoted" if given["quoted"] else "secret")
    said = _SAID.match(text, word.end()) if word["abroad"] is None else None
    if said and (said["quoted"] or not _is_prose(said["secret"], text[said.end() : said.end() + 20])):
        yield said.span("quoted" if said["quoted"] else "secret")
    for pattern in (_FAR, _BESIDE):
        found = pattern.match(text, word.end())
        if found and _looks_like_one(found["secret"]):
            yield found.span("secret")


def _plain(word: str) -> str:
    return word.rstrip(".,;:!?)").lower()


def _is_prose(word: str, rest: str) -> bool:
    """Whether the word goes on talking about the password ("is not accepted", "is hard to remember")."""
    if _plain(word) in _NO_PASSWORD or _PROSE.fullmatch(word):
        return True
    return word.isalpha() and word.islower() and _SENTENCE_GOES_ON.match(rest) is not None


def _looks_like_one(word: str) -> bool:
    """Letters with digits or signs among them: no word of a sentence, and nothing technical."""
    word = word.rstrip(".,;:!?)").lstrip("@#")
    letters = any(map(str.isalpha, word))
    others = any(map(str.isdigit, word)) or any(sign in word for sign in "!@#$%^&*_+=~")
    return len(word) >= _ENOUGH and letters and others and not _TECHNICAL.fullmatch(word)
