"""Numbers of states: by checksum, or beside their name; order numbers stay."""

from importlib import import_module
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from handler.pipeline.redact import mask

MASKED = [
    ("SSN 219-09-9931", "SSN [NATIONAL_ID]"),
    ("my social is 536-90-4399", "my social is [NATIONAL_ID]"),
    ("National Insurance QQ 12 34 56 C", "National Insurance [NATIONAL_ID]"),
    ("DNI 54362171K, NIE X2482310L", "DNI [NATIONAL_ID], NIE [NATIONAL_ID]"),
    ("BSN 111222333", "BSN [NATIONAL_ID]"),
    ("my PAN is ACUPA7085R", "my PAN is [NATIONAL_ID]"),
    ("passport number C01X00T47", "passport number [NATIONAL_ID]"),
    ("CPR 211062-5629", "CPR [NATIONAL_ID]"),
    ("RSSMRA85T10A562S", "[NATIONAL_ID]"),
]
KEPT = [
    "claim number 219-09-9931",
    "111222333 is right as a BSN, and an order number all the same",
    "order 44051401359, invoice 390.533.447-05",
    "nie mam 111222333, 5 dni temu",
    "ACUPA7085R is a part",
    "12345678A and 44051401350 and 123.456.789-00 have wrong check digits",
    "the tax on 111222333",
    "room 12345678, version 8.20.10.5",
]
ALONE = [
    ("pl.pesel", r"\d\d0[1-9]0[1-9]\d{5}"),
    ("br.cpf", r"\d{3}\.\d{3}\.\d{3}-\d\d"),
    ("br.cnpj", r"\d\d\.\d{3}\.\d{3}/\d{4}-\d\d"),
    ("fr.nir", r"[12]\d\d0[1-9]75\d{3}\d{3}\d\d"),
    ("es.dni", r"\d{8}[A-Z]"),
    ("es.nie", r"[XYZ]\d{7}[A-Z]"),
    ("fi.hetu", r"0[1-9]0[1-9]\d\d-1\d{2}[0-9A-Y]"),
    ("se.personnummer", r"\d\d0[1-9]0[1-9]-\d{4}"),
    ("in_.aadhaar", r"[2-9]\d{3} \d{4} \d{4}"),
    ("ch.ssn", r"756\.\d{4}\.\d{4}\.\d\d"),
]
TAX_IDS = st.permutations("123456789").map(
    lambda ten: "".join(ten) + ten[3] + "0"
)  # one digit twice, as Germany gives them
ENDINGS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@pytest.mark.parametrize(("text", "expected"), MASKED)
def test_ids_are_masked(text: str, expected: str) -> None:
    """What has no checksum, or a weak one, beside the word that names it."""
    assert expected == mask(text)[0]


@pytest.mark.parametrize("text", KEPT)
def test_what_is_called_something_else_stays(text: str) -> None:
    """And what one digit in ten would make an id."""
    assert (text, {}) == mask(text)


@pytest.mark.parametrize(("module", "shape"), ALONE)
@given(
    data=st.data(), before=st.sampled_from(["", "it is ", "ma: ", "("]), after=st.sampled_from(["", ".", ", yes", ")"])
)
def test_every_right_id_is_masked(module: str, shape: str, data: st.DataObject, before: str, after: str) -> None:
    """By its checksum alone, whatever stands around it."""
    _holds(
        _made_valid(
            import_module(f"stdnum.{module}"),
            data.draw(st.from_regex(rf"\A{shape}\Z", alphabet=st.characters(codec="ascii"))),
        ),
        before,
        after,
    )


@given(TAX_IDS, st.sampled_from(["", "it is "]), st.sampled_from(["", ".", ", yes"]))
def test_every_right_tax_id_is_masked(number: str, before: str, after: str) -> None:
    """Germany's, of whose first ten digits one comes twice."""
    _holds(_made_valid(import_module("stdnum.de.idnr"), number), before, after)


def _holds(number: str, before: str, after: str) -> None:
    assume(number)
    masked, counts = mask(f"{before}{number}{after}")
    assert f"{before}[NATIONAL_ID]{after}" == masked.replace("[PHONE]", "[NATIONAL_ID]")
    assert 1 == counts.total()


def _made_valid(module: Any, number: str) -> str:
    """``number`` with another end that makes it valid, if there is one."""
    for width in (1, 2):
        for one in range(10**width if width > 1 else len(ENDINGS)):
            end = ENDINGS[one] if width == 1 else f"{one:02d}"
            if module.is_valid(number[:-width] + end):
                return number[:-width] + end
    return ""


ORDERS = st.from_regex(
    r"\A(\d{6,12}|\d{3}-\d{7}-\d{7}|[A-Z]{2,3}-\d{4}-\d{4,6}|20\d\d/\d{4,6}|\d{4} \d{4} \d{3}|\d{16})\Z",
    alphabet=st.characters(codec="ascii"),
)
CALLED = st.sampled_from(
    ["order ", "Order no. ", "invoice ", "order number is ", "tracking: ", "ticket #", "Bestellnummer ", "pedido nº "]
)


@given(CALLED, ORDERS)
def test_no_order_number_is_masked(called: str, number: str) -> None:
    """Of many shapes, whatever its digits happen to sum up to."""
    text = f"{called}{number} has not arrived"
    assert (text, {}) == mask(text)
