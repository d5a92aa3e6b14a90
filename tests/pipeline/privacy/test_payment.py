"""Cards and accounts by their check digits."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban, luhn, numdb

from handler.pipeline.privacy import payment
from handler.pipeline.redact import mask

MASKED = [
    ("4111 1111 1111 1111 12/26", "[CARD] 12/26"),
    ("4111.1111.1111.1111", "[CARD]"),
    ("2 4111 1111 1111 1111", "2 [CARD]"),
    ("my visa is 4556 1234 5678 9013", "my visa is [CARD]"),
    ("IBAN DE12 3456 7890 1234 5678 90 is refused", "IBAN [IBAN] is refused"),
]
KEPT = [
    "invoice 4111111111111111, order no. 5500000000000004",
    "4556 1234 5678 9013 is mistyped, and nobody calls it a card",
    "490154203237518 is an IMEI; 1732190400123 a time",
    "IBAN GB12 ABCD 1234 is too short for anything",
    "my card ends in 4242",
]
SEPARATORS = st.sampled_from(["", " ", "-"])


@pytest.mark.parametrize(("text", "expected"), MASKED)
def test_cards_and_accounts_are_masked(text: str, expected: str) -> None:
    """In any grouping, up to where they end; mistyped ones where they are called what they are."""
    assert expected == mask(text)[0]


@pytest.mark.parametrize("text", KEPT)
def test_other_numbers_stay(text: str) -> None:
    """The sum alone is right for one number in ten."""
    assert (text, {}) == mask(text)


@given(
    st.from_regex(r"\A(4[0-9]{14}|5[1-5][0-9]{13}|3[47][0-9]{12})\Z"),
    SEPARATORS,
    st.sampled_from(["", "pay with ", "Karte: "]),
)
def test_every_right_card_is_masked(start: str, separator: str, before: str) -> None:
    """Grouped by four, or not."""
    number = start + luhn.calc_check_digit(start)
    written = separator.join(re.findall(".{1,4}", number))
    assert f"{before}[CARD], thanks" == mask(f"{before}{written}, thanks")[0]


COUNTRIES = sorted(payment._IBAN_LENGTHS)


@given(st.sampled_from(COUNTRIES), st.data(), SEPARATORS)
def test_every_right_account_is_masked(country: str, data: st.DataObject, separator: str) -> None:
    """Of every country, grouped by four or not."""
    rest = data.draw(st.text("0123456789", min_size=26, max_size=31))[: payment._IBAN_LENGTHS[country] - 4].ljust(
        payment._IBAN_LENGTHS[country] - 4, "7"
    )
    number = country + iban.calc_check_digits(f"{country}00{rest}") + rest
    written = separator.join(re.findall(".{1,4}", number))
    assert "to [IBAN], thanks" == mask(f"to {written}, thanks")[0]


def test_lengths_are_those_of_the_register() -> None:
    """python-stdnum carries SWIFT's; a country that joins is missed until this fails."""
    register = {low: dict(properties) for _, low, _, properties, _ in numdb.get("iban").prefixes}
    lengths = {country: 4 + sum(map(int, re.findall(r"\d+", one["bban"]))) for country, one in register.items()}
    assert lengths == {country: payment._IBAN_LENGTHS.get(country) for country in lengths}
