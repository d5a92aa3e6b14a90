"""Identity and order."""

import pytest

from handler.domain.version import SEQUENCER_DIGITS, content_hash, version_of
from tests.factories import ticket

SEEN = 1_760_000_000_000


def test_content_is_what_the_ticket_says_not_how_it_is_spelt() -> None:
    """A default spelt out, or an unknown field, is no other content."""
    assert content_hash(ticket()) == content_hash(ticket(priority=None, unknown=1))
    assert content_hash(ticket()) != content_hash(ticket(priority="low"))


def test_another_created_at_is_another_ticket() -> None:
    """Identity is both."""
    first, second = (version_of(ticket(created_at=second), SEEN, "") for second in (1, 2))
    assert first.key != second.key


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ((SEEN, "FF"), (SEEN + 1, "01")),
        ((SEEN, ""), (SEEN, "1")),
        ((SEEN, "FF"), (SEEN, "0100")),
        ((SEEN, "a0"), (SEEN, "B0")),
    ],
)
def test_source_order_is_by_time_then_by_sequencer_as_a_number(older: tuple[int, str], newer: tuple[int, str]) -> None:
    """Compared as text, so it is padded; S3 may write hexadecimal in either case."""
    assert version_of(ticket(), *older).source_order < version_of(ticket(), *newer).source_order


def test_a_late_copy_of_an_old_edit_stays_old() -> None:
    """A ticket that says when it was written cannot be newer than that."""
    written = SEEN // 1000 - 60
    late = version_of(ticket(updated_at=written), SEEN, "")
    assert late.source_order.startswith(f"{written * 1000}:")
    assert version_of(ticket(updated_at=written + 3_600), SEEN, "").source_order.startswith(f"{SEEN}:")


def test_source_order_has_one_width() -> None:
    """Text comparison needs it."""
    orders = [version_of(ticket(), time, sequencer).source_order for time, sequencer in ((0, ""), (SEEN, "F" * 32))]
    assert {13 + 1 + SEQUENCER_DIGITS + 1 + 64} == {len(order) for order in orders}
