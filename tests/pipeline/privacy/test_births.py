"""A date is somebody's birth only beside a word that says so."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handler.pipeline.redact import mask

SAID = [
    "born ",
    "DOB: ",
    "date of birth is ",
    "geboren am ",
    "né le ",
    "fecha de nacimiento: ",
    "nato il ",
    "urodzony ",
]
FORMS = ["%d.%m.%Y", "%d/%m/%Y", "%Y-%m-%d", "%d %B %Y", "%B %d, %Y", "%d-%m-%y"]


@given(st.sampled_from(SAID), st.sampled_from(FORMS), st.dates(date(1920, 1, 1), date(2015, 1, 1)))
def test_births_are_masked(said: str, form: str, day: date) -> None:
    """However the date is written."""
    assert f"{said}[BIRTH_DATE], yes" == mask(f"{said}{day.strftime(form)}, yes")[0]


def test_a_birth_may_be_said_after_the_date() -> None:
    """German does."""
    assert "am [BIRTH_DATE] geboren" == mask("am 9. September 1980 geboren")[0]


@pytest.mark.parametrize("text", ["paid on 12/03/1984", "newborn on 3", "due 3 March 2024", "born to run 2 shops"])
def test_other_dates_stay(text: str) -> None:
    """Deadlines are what urgency reads."""
    assert (text, {}) == mask(text)
