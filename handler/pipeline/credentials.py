"""Where passwords, keys and tokens stand in a text; linear in its length, as in ``personal_data``."""

import re
from collections.abc import Iterator

Span = tuple[int, int]

_TOKEN = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])"  # AWS access key ids
    r"|gh[opsur]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255}|glpat-[\w-]{16,255}"  # GitHub, GitLab
    r"|[prs]k[-_](?:live|test|proj|ant)[-_][\w-]{10,255}|sk-[\w-]{16,255}"  # Stripe, OpenAI and their like
    r"|xox[abeoprs]-[\w-]{10,255}|AIza[\w-]{35}|SG\.[\w-]{16,64}\.[\w-]{16,64}"  # Slack, Google, SendGrid
    r"|eyJ[\w-]{8,4096}+\.[\w-]{8,8192}+(?:\.[\w-]{0,4096}+)?"  # JSON web tokens: RFC 7519
    r")"
)
_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]*+(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?"  # RFC 7468
)
_BEARER = re.compile(r"(?i:\b(?:bearer|basic)) {1,3}(?P<secret>(?=[A-Za-z._~+/=-]{0,500}\d)[\w.~+/=-]{16,8192}+)")
_IN_ADDRESS = re.compile(r"://[^\s/:@\[\]]{1,64}+:(?P<secret>[^\s/@\[\]]{1,64}+)@")
_VALUE = r"(?P<secret>(?!\[[A-Z]{2,8}\])[^\s\"'<>]{3,256}+)"
_KEY_GIVEN = re.compile(
    r"(?i:\b(?:api|access|secret|auth|private)[ _-]?(?:key|token)|\b(?:client|app)[ _-]secret|\btoken)"
    r"[\"']?\s{0,2}(?:[:=]|\bis\b)\s{0,2}[\"']?(?P<secret>(?=[A-Za-z._~+/=-]{0,60}\d)[\w.~+/=-]{8,512}+)"
)
_PASSWORD_GIVEN = re.compile(
    r"(?i:\b(?:password|passwort|passphrase|passcode|passwd|pwd|pw)\b)[\"']?\s{0,2}(?:[:=]|->)\s{0,2}[\"']?" + _VALUE
)
_PASSWORD_SAID = re.compile(
    r"(?i:\b(?:password|passphrase|passcode|pwd|pw)\s(?:is|was)(?:\snow|\sset\sto)?:?\s{1,2})(?P<quote>[\"']?)" + _VALUE
)
_PIN_SAID = re.compile(r"(?i:\bpin(?:\scode)?(?:\sis|\swas|:|=))\s{0,2}(?P<secret>\d{4,8})(?!\w)")

_NO_PASSWORD = frozenset(
    """
    a about accepted actually again almost already also always an and apparently asked at because being between
    blank blocked broken by case changed compromised correct currently different disabled empty enough entered
    even exactly expired fine for forgotten gone good hacked hard hidden in incorrect insecure invalid it just
    kept known leaked less locked long lost missing my needed never no not now of ok okay old on only out
    outdated possible probably public random really refused rejected required reset right safe saved secure sent
    set short shown simple so still stolen stored strong stuck supposed that the there this to too unable
    unavailable unknown unsafe useless valid very visible wasn't weak what working wrong your
    """.split()  # noqa: SIM905 - as a list it would fill two pages
)
_PROSE = re.compile(r"(?i:[a-z]{2,20}(?:ing|ed|ly|able))[.,;!?]?")
_SENTENCE_GOES_ON = re.compile(r"[ \t]{1,3}(?!and\b|but\b|for\b|thanks\b|please\b)[a-z]")


def secrets(text: str) -> Iterator[Span]:
    """Tokens of known shapes, keys that are announced, private keys, and passwords that are given away."""
    for pattern in (_PRIVATE_KEY, _TOKEN):
        yield from (found.span() for found in pattern.finditer(text))
    for pattern in (_BEARER, _IN_ADDRESS, _KEY_GIVEN, _PIN_SAID):
        yield from (found.span("secret") for found in pattern.finditer(text))
    given = (found for found in _PASSWORD_GIVEN.finditer(text) if _plain(found["secret"]) not in _NO_PASSWORD)
    yield from (found.span("secret") for found in given)
    for found in _PASSWORD_SAID.finditer(text):
        if found["quote"] or not _is_prose(found["secret"], text[found.end() : found.end() + 20]):
            yield found.span("secret")


def _plain(word: str) -> str:
    return word.rstrip(".,;:!?)").lower()


def _is_prose(word: str, rest: str) -> bool:
    """Whether the word goes on talking about the password ("is not accepted", "is hard to remember")."""
    if _plain(word) in _NO_PASSWORD or _PROSE.fullmatch(word):
        return True
    return word.isalpha() and word.islower() and _SENTENCE_GOES_ON.match(rest) is not None
