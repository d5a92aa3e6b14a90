"""E-mail addresses are found however they are spelt, and what only looks like one stays."""

import pytest

from handler.pipeline.redact import mask

MASKED = [
    ('"john doe"@example.com refuses', "[EMAIL] refuses"),
    ("write ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ", "write [EMAIL]"),
    ("taro@example。jp", "[EMAIL]"),
    ("?user=paul%40north.com&x=1", "?user=[EMAIL]&x=1"),
    ("karen (at) flowers.com or k [at] f [dot] de", "[EMAIL] or [EMAIL]"),
    ("ana(arroba)casa.es", "[EMAIL]"),
    ("my mail is jo.li at acme dot co dot uk", "my mail is [EMAIL]"),
    ("jo dot li at gmail dot com", "[EMAIL]"),
    ("rita @ casa.pt", "[EMAIL]"),
    ("メールはa.b@example.jpです", "メールは[EMAIL]です"),
    ("太郎@例え.jp", "[EMAIL]"),
    ("j\u200boe@exa\u200bmple.com", "[EMAIL]"),
]
KEPT = [
    "look at example dot com, email us at example dot com",
    "the shop at acme dot com is down",
    "200 seats @ 3.50, @maria and @team, a@b",
    "100%40 (at) noon",
    "it looked good (at first)",
]


@pytest.mark.parametrize(("text", "expected"), MASKED)
def test_addresses_are_masked(text: str, expected: str) -> None:
    """Quoted, full-width, encoded, spelt out, glued to words that know no spaces, or with marks that nobody sees."""
    assert expected == mask(text)[0]


@pytest.mark.parametrize("text", KEPT)
def test_the_word_at_is_no_address(text: str) -> None:
    """Spelt-out addresses are masked where they cannot be anything else."""
    assert (text, {}) == mask(text)
