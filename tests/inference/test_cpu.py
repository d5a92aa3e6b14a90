"""Threads."""

import os

import pytest

from handler.inference.cpu import threads


@pytest.mark.parametrize(
    ("memory_mb", "expected"), [(128, 1), (1769, 1), (2048, 1), (3008, 2), (3538, 2), (5307, 3), (10_240, 6)]
)
def test_on_lambda_the_memory_setting_counts_not_the_cores_that_are_shown(memory_mb: int, expected: int) -> None:
    """Two cores are visible at 128 MB."""
    assert expected == threads(0, memory_mb)


def test_a_wanted_number_wins() -> None:
    """TICKETS_THREADS."""
    assert 3 == threads(3, 128)


def test_elsewhere_the_processors_of_this_process_count() -> None:
    """Containers may be given fewer than there are."""
    assert len(os.sched_getaffinity(0)) == threads(0, None)
