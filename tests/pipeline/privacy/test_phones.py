"""Telephone numbers by shape, by the words beside them, and by what phonenumbers knows."""

import subprocess
import sys

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handler.pipeline.redact import mask

MASKED = [
    ("07400123456 is mine", "[PHONE] is mine"),
    ("612 345 678", "[PHONE]"),
    ("01 42 68 53 00; (0113) 496 0999; 030/901820", "[PHONE]; [PHONE]; [PHONE]"),
    ("tel. 91 412 34 56 o 654321987", "tel. [PHONE] o [PHONE]"),
    ("gsm: 0475 12 34 56", "gsm: [PHONE]"),
    ("4155550187 is my cell", "[PHONE] is my cell"),
    ("tlf 22 12 34 56", "tlf [PHONE]"),
    ("اتصل +٩٦٦ ٥٠ ١٢٣ ٤٥٦٧", "اتصل [PHONE]"),
    ("\u202a+49 176 5551234\u202c it is", "[PHONE] it is"),
]
KEPT = [
    "order 07400123456, my order number is 612 345 678",
    "01500000000 and 111 345 678 are nobody's",
    "call me about order 100045678",
    "meter 0045231, user id 83920174, code 2024 0012",
    "on 2024 11 20 10, 12/03/2026 14",
    "100-200-3000 and +12 345",
]
EXAMPLES = {
    region: example
    for region in sorted(phonenumbers.SUPPORTED_REGIONS)
    if (example := phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE))
}


@pytest.mark.parametrize(("text", "expected"), MASKED)
def test_numbers_are_masked(text: str, expected: str) -> None:
    """Each way in which large countries write them, and what is announced."""
    assert expected == mask(text)[0]


@pytest.mark.parametrize("text", KEPT)
def test_other_numbers_stay(text: str) -> None:
    """What is called an order, what no region gives out, and dates."""
    assert (text, {}) == mask(text)


@pytest.mark.parametrize("region", EXAMPLES)
def test_every_region_is_known_in_international_format(region: str) -> None:
    """With spaces, without, and with 00 for the plus, where it may be a CPF as well."""
    spaced = phonenumbers.format_number(EXAMPLES[region], phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    packed = phonenumbers.format_number(EXAMPLES[region], phonenumbers.PhoneNumberFormat.E164)
    for written in (spaced, packed):
        assert "please [PHONE] now" == mask(f"please {written} now")[0]
    assert {"please [PHONE] now", "please [NATIONAL_ID] now"} > {mask(f"please 00{packed[1:]} now")[0]}


@given(st.sampled_from(["GB", "DE", "FR", "ES", "IT", "NL", "PL", "BR", "IN", "AU", "US", "SE", "MX"]))
def test_national_formats_are_masked_where_they_are_announced(region: str) -> None:
    """Whatever the shape."""
    written = phonenumbers.format_number(EXAMPLES[region], phonenumbers.PhoneNumberFormat.NATIONAL)
    assert "call me on [PHONE] please" == mask(f"call me on {written} please")[0]


def test_the_library_is_loaded_only_for_a_text_that_needs_it() -> None:
    """It takes 50 ms, and a cold start is waited for."""
    script = (
        "import sys; from handler.pipeline.redact import mask; mask('order 1234567, a@b.de, +49 170 1234567');"
        "print('phonenumbers' in sys.modules, 'stdnum' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert "False False" == found.strip()
