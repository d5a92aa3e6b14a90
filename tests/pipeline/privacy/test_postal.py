"""Where people live, as well as shapes can tell."""

import pytest

from handler.pipeline.redact import mask

MASKED = [
    ("to 1428 Elm Street, Springfield, OH 45503.", "to [ADDRESS]."),
    ("221 Baker Street, London NW1 6XE", "[ADDRESS]"),
    ("Lindenstraße 14b, 10969 Berlin", "[ADDRESS]"),
    ("12 rue de la République, 69002 Lyon, merci", "[ADDRESS], merci"),
    ("Calle Mayor 45, 28013 Madrid", "[ADDRESS]"),
    ("Prinsengracht 263, 1016 GV Amsterdam", "[ADDRESS]"),
    ("ul. Długa 12, 00-238 Warszawa", "[ADDRESS]"),
    ("55 West 46th Street, New York, NY 10036", "[ADDRESS]"),
    ("i live at 94 maple avenue", "i live at [ADDRESS]"),
    ("P.O. Box 4471, Portland, OR 97208", "[ADDRESS]"),
    ("my postcode is SW1A 1AA", "my postcode is [ADDRESS]"),
]
KEPT = [
    "24 Google Drive licences, 3 Hard Drive errors",
    "2 lanes, 5 drives, 1 way street, the address is wrong on page 3",
    "AB1 2CD is a part, in the Ring 3 and on page 4 Square",
    "error 404 on Main Street, step 2 in a row",
]


@pytest.mark.parametrize(("text", "expected"), MASKED)
def test_addresses_are_masked(text: str, expected: str) -> None:
    """Street and number, with the town where it follows."""
    assert expected == mask(text)[0]


@pytest.mark.parametrize("text", KEPT)
def test_numbers_beside_words_stay(text: str) -> None:
    """A number and a word that streets end in are not enough."""
    assert (text, {}) == mask(text)
