"""What is written anew names no number that the ticket does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handler.pipeline.faithful import invented

TEXT = "Invoice INV-2041 over $49.99 was charged at 12:30 on 3 May, twice. Phone: [PHONE]. Order #77."


@pytest.mark.parametrize("summary", ["Charged $49.99 twice for inv-2041.", "At 12:30, order #77.", "Charged twice."])
def test_what_the_ticket_names_may_be_named(summary: str) -> None:
    """However it is set in the sentence, and in small letters or capitals."""
    assert [] == invented(summary, TEXT)


@pytest.mark.parametrize(
    ("summary", "said"),
    [
        ("Charged $49.90.", ["49.90"]),
        ("Invoice INV-204", ["INV-204"]),
        ("INV-2041 and 2,041", ["2,041"]),
        ("9.99", ["9.99"]),
        ("Order 7", ["7"]),
    ],
)
def test_a_number_made_of_parts_is_invented(summary: str, said: list[str]) -> None:
    """A beginning of a number, or its end, is another number."""
    assert said == invented(summary, TEXT)


@given(st.lists(st.from_regex(r"[A-Z]{0,3}-?[0-9]{1,6}(\.[0-9]{2})?", fullmatch=True), min_size=1, max_size=5))
def test_any_part_of_the_text_is_in_the_text(numbers: list[str]) -> None:
    """Whatever shape numbers have."""
    text = "We paid " + " and ".join(numbers) + " for it."
    assert all([] == invented(f"Paid {number}.", text) for number in numbers)
