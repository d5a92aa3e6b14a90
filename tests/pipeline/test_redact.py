"""Personal data leaves the text, all of it and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handler.domain.ticket import Metadata
from handler.pipeline.base import Draft
from handler.pipeline.redact import Mode, Redact, mask
from tests.factories import ticket

MASKED = [
    ("mail me at john.doe+x@example.co.uk, thanks", "mail me at [EMAIL], thanks"),
    ("it is jürgen@müller.de.", "it is [EMAIL]."),
    ("a@b.dea@b.dea@b.de+a@b.de", "[EMAIL]@[EMAIL][EMAIL]"),  # the last shows its shape in a second round
    ("<a.b@c.de>; A@B.ORG", "<[EMAIL]>; [EMAIL]"),
    ("call +49 (0)170 1234567 today", "call [PHONE] today"),
    ("(415) 555-0132 or 415-555-0132", "[PHONE] or [PHONE]"),
    ("0171 2345678, 06 12 34 56 78, 612 345 678", "[PHONE], [PHONE], [PHONE]"),
    ("0044 20 7946 0958", "[PHONE]"),
    ("tel: 4155550132", "tel: [PHONE]"),
    ("my number is 4155550132", "my number is [PHONE]"),
    ("card 4111 1111 1111 1111!", "card [CARD]!"),
    ("5500-0000-0000-0004 and 378282246310005", "[CARD] and [CARD]"),
    ("IBAN DE89 3704 0044 0532 0130 00 please", "IBAN [IBAN] please"),
    ("to GB29NWBK60161331926819, fr1420041010050500013m02606", "to [IBAN], [IBAN]"),
    ("from 192.168.1.15 and 2001:db8::8a2e:370:7334", "from [IP] and [IP]"),
    ("10.0.0.1:8080", "[IP]:8080"),
    ("key AKIAIOSFODNN7EXAMPLE leaked", "key [SECRET] leaked"),
    ("ghp_abcdefghijklmnopqrstuvwxyz0123456789", "[SECRET]"),
    ("sk-proj-abc123def456ghi789jkl, sk_live_abcdefghijkl", "[SECRET], [SECRET]"),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3", "[SECRET]"),
    ("Authorization: Bearer abcdef0123456789abcdef", "Authorization: Bearer [SECRET]"),
    ("my password is hunter2 and it fails", "my password is [SECRET] and it fails"),
    ("Password: S3cret!", "Password: [SECRET]"),
    ('{"password":"correct-horse"}', '{"password":"[SECRET]"}'),
    ("password is sunshine.", "password is [SECRET]"),
    ("api key = abcd1234efgh", "api key = [SECRET]"),
    ("my PIN is 1234", "my PIN is [SECRET]"),
    ("https://user:pa55@host.example/x", "https://user:[SECRET]@host.example/x"),
    ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nbye", "[SECRET]\nbye"),
]

KEPT = [
    "order 100045678, invoice INV-2024-00123, order #4521987, order no. 2024 0012 345",
    "ticket 1234567890, case number 020-123-4567, tracking 415-555-0132",
    "on 2024-01-15 10:30, 15.01.2024, 12/01/2024 14:00:05",
    "4111111111111112 is no card, GB30NWBK60161331926819 no account, 12345678901234 neither",
    "version 1.2.3.4, 999.1.1.1, at 12:30:45, std::vector, a::b",
    "1 000 000 000 EUR, $1,234,567.89, 1.500.000 rows, 100-200-300",
    "my password is not working, the password is rejected; password is wrong.",
    "the password is hard to remember and the password is ridiculously long",
    "token is invalid, the bearer of this letter, password reset, @home, a@b",
    "Password: forgotten",
]


@pytest.mark.parametrize(("text", "expected"), MASKED)
def test_what_is_personal_is_masked(text: str, expected: str) -> None:
    """Each piece becomes its kind in brackets; the text around it stays."""
    assert mask(text)[0] == expected


@pytest.mark.parametrize("text", KEPT)
def test_what_only_looks_personal_stays(text: str) -> None:
    """Order numbers, dates, amounts, versions and talk about passwords are what a ticket is about."""
    assert mask(text) == (text, {})


def test_the_stage_masks_subject_and_body_and_counts_by_kind() -> None:
    """The draft holds the safe texts, and counts without the data."""
    (draft,) = _run("mask", "I am a@b.de", "a@b.de or c@d.de, +1 415 555 0132")

    assert (draft.subject, draft.body) == ("I am [EMAIL]", "[EMAIL] or [EMAIL], [PHONE]")
    assert draft.pii == {"email": 4, "phone": 2}


def test_off_means_untouched() -> None:
    """Whoever must keep the data gets the texts as they came."""
    (draft,) = _run("off", "I am a@b.de", "password: x1y2z3")

    assert (draft.subject, draft.body, draft.pii) == ("I am a@b.de", "password: x1y2z3", {})
    assert ticket(metadata=TAGGED).metadata == draft.metadata


def test_metadata_is_masked_too() -> None:
    """It is stored beside the text, and a form may write anything into it."""
    (draft,) = _run("mask", "I", "me")

    assert Metadata(source="from [EMAIL]", language="en", tags=("vip", "call [PHONE]")) == draft.metadata
    assert {"email": 1, "phone": 1} == draft.pii


TAGGED = {"source": "from a@b.de", "tags": ["vip", "call 4155550132"]}


@given(st.text())
def test_any_text_is_masked_once_and_for_all(text: str) -> None:
    """No text makes it raise, and what is masked stays as it is."""
    masked, _ = mask(text)

    assert mask(masked) == (masked, {})


NAMES = st.from_regex(r"\A[a-zA-Z0-9._%+-]{1,20}\Z")
HOSTS = st.from_regex(r"\A[a-z0-9-]{1,12}\.(com|org|de|co\.uk)\Z")
PROSE = st.text("abc ,;()<>\n", max_size=10)


@given(NAMES, HOSTS, PROSE, PROSE)
def test_no_address_survives(name: str, host: str, before: str, after: str) -> None:
    """Whatever stands around an e-mail address, it is gone."""
    masked, counts = mask(f"{before} {name}@{host} {after}")

    assert "@" not in masked
    assert counts == {"email": 1}


SHAPES = ["a@b.de", "+1 415 555 0132", "4111 1111 1111 1111", "DE89370400440532013000", "10.0.0.1", "password: hunter2"]
FRAGMENTS = st.lists(st.sampled_from([*SHAPES, " ", ":", "-", ".", "[", "]", "1", "password is ", "@", "x", "\n"]))


@given(FRAGMENTS)
def test_masking_twice_is_masking_once(fragments: list[str]) -> None:
    """The tokens are not personal data, whatever they come to stand next to."""
    masked, _ = mask("".join(fragments))

    assert mask(masked) == (masked, {})


ORDINARY = ["the", "my", "order", "is", "not", "working", "please", "since", "3", "at", "thanks", "refund", "token"]


@given(st.lists(st.sampled_from(ORDINARY)))
def test_ordinary_words_stay(words: list[str]) -> None:
    """A text that names nobody is unchanged."""
    text = " ".join(words)

    assert mask(text) == (text, {})


@pytest.mark.timeout(60)  # a guard against hanging, not a measurement: it takes well under a second
@pytest.mark.parametrize(
    "piece", ["a@", "1 ", "[[[", "password is ", "4 ", "a.", "://a:", "eyJ", ":1", "1111111 ", "AB12", "-----BEGIN "]
)
def test_hostile_texts_take_bounded_time(piece: str) -> None:
    """Nothing backtracks: masking comes to an end, and what it leaves is masked."""
    masked, _ = mask(piece * (100_000 // len(piece)))

    assert (masked, {}) == mask(masked)


def _run(mode: Mode, subject: str, body: str) -> list[Draft]:
    return Redact(mode)([ticket(subject=subject, body=body, metadata=TAGGED)], [Draft()])
