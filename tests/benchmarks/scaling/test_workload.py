"""What a batch costs."""

import json
from pathlib import Path

import pytest

from benchmarks.scaling.workload import Workload, measured

FAST = Workload("fast", ((1, 30.0), (10, 20.0), (100, 16.0)), (36.0, 20.0), 2.0)


@pytest.mark.parametrize(("tickets", "ms"), [(1, 30), (10, 20), (100, 16), (1000, 16)])
def test_what_was_measured_is_what_is_used(tickets: int, ms: float) -> None:
    """On two processors; larger batches are as the largest one, and the rest is what reading and storing takes."""
    assert tickets * ms / 1000 / 0.9 == pytest.approx(FAST.seconds(tickets, 2))


def test_between_two_sizes_the_time_of_a_ticket_lies_between() -> None:
    """And falls with the size."""
    each = [FAST.seconds(tickets, 2) / tickets for tickets in (1, 2, 5, 10, 30, 100)]
    assert sorted(each, reverse=True) == each


def test_one_processor_is_slower_as_measured_and_half_a_one_twice_as_slow() -> None:
    """36 against 20 ms."""
    assert FAST.seconds(10, 2) * 36 / 20 == pytest.approx(FAST.seconds(10, 1))
    assert FAST.seconds(10, 1) * 2 == pytest.approx(FAST.seconds(10, 0.5))


def test_a_result_of_ones_own(tmp_path: Path) -> None:
    """The last line of the benchmark's output."""
    result = {
        "profile": "fast",
        "by_batch_size": {"10": 20, "1": 30},
        "by_threads": {"1": 40, "2": 20},
        "cold_start_s": 1.0,
    }
    path = tmp_path / "bench.json"
    path.write_text("a table\n" + json.dumps(result))
    assert 0.2 / 0.9 == pytest.approx(measured(path).seconds(10, 2))
    assert (1.0, 4.0) == (measured(path).cold_seconds, measured(path, 4.0).cold_seconds)
