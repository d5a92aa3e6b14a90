"""What the benchmark computes rather than measures."""

import pytest

from benchmarks.costs import DOLLARS_PER_GB_SECOND, dollars, milliseconds
from benchmarks.floor import Shape, multiply_adds


def test_multiply_adds_of_an_encoder_by_hand() -> None:
    """One layer of width 2 and 4 hidden: 4 x 4 + 2 x 8 a token, and 2 x 9 x 2 for attention among three."""
    assert 3 * 32 + 36 == Shape(1, 2, 4).encoder(3)


def test_multiply_adds_of_a_decoder_by_hand() -> None:
    """Keys and values of the source once; each beam's every token reads source and itself, and the vocabulary."""
    once, each = 2 * 5 * 4, 6 * 4 + 16 + 2 * 2 * (5 + 1)
    assert once + 3 * 2 * (each + 7 * 2) == Shape(1, 2, 4).decoder(source=5, made=2, beams=3, vocabulary=7)


def test_the_full_profile_costs_more_with_every_beam() -> None:
    """Beams are most of it."""
    assert multiply_adds("fast", 95, 120, 42, 4) < multiply_adds("full", 95, 120, 42, 1)
    assert multiply_adds("full", 95, 120, 42, 1) * 1.5 < multiply_adds("full", 95, 120, 42, 4)


def test_a_million_tickets_of_a_second_on_a_gigabyte() -> None:
    """A million gigabyte seconds, and a hundred thousand requests."""
    assert dollars(1000, 1024, "x86_64") == pytest.approx(1e6 * DOLLARS_PER_GB_SECOND["x86_64"] + 0.02)


@pytest.mark.parametrize(("two", "vcpus", "expected"), [(50, 4, 25), (100, 6, 100), (75, 2, 75)])
def test_time_on_more_processors_follows_from_what_was_measured(two: float, vcpus: int, expected: float) -> None:
    """Perfect scaling, none, and what was measured itself."""
    assert expected == milliseconds({"1": 100, "2": two}, vcpus)
