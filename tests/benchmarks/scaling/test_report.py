"""docs/scaling.md and its pictures are what the simulation says."""

from xml.etree import ElementTree

import pytest

from benchmarks.scaling import plots, report
from benchmarks.scaling.scenarios import Platforms, both
from benchmarks.scaling.svg import ticks
from benchmarks.scaling.workload import MEASURED

PAGE = report.PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("profile", MEASURED)
def test_tables_and_pictures_are_those_of_a_fresh_run(profile: str) -> None:
    """After a change of the model, of the limits that are deployed or of what was measured: --write."""
    found = both(Platforms(), MEASURED[profile])
    assert report.results(found) in PAGE
    for name, drawn in plots.pictures(profile, found).items():
        assert drawn == (plots.IMAGES / name).read_text(encoding="utf-8")
        assert f"(images/{name})" in PAGE


def test_the_table_of_other_limits_is_that_of_a_fresh_run() -> None:
    """The full profile's, which is the quicker one to simulate."""
    assert report.concurrency(Platforms(), MEASURED["full"]) in PAGE


def test_a_break_even_is_that_of_a_fresh_run() -> None:
    """One row for all: each takes seconds."""
    row = report.breakeven_row(Platforms(), MEASURED["full"], 3, 0.0)
    assert f"| {' | '.join(row)} |" in PAGE


def test_only_the_marked_part_is_written() -> None:
    """Advice is written by people."""
    page = f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n"
    assert f"before\n{report.BEGIN}\n\nnew\n\n{report.END}\nafter\n" == report.marked(page, "new")


def test_pictures_are_well_formed() -> None:
    """And name both platforms."""
    for path in plots.IMAGES.glob("scaling-*.svg"):
        words = [one.text for one in ElementTree.parse(path).iter() if one.text]  # noqa: S314 - ours
        assert {"Lambda", "Kubernetes"} <= set(words)


@pytest.mark.parametrize(
    ("most", "expected"), [(10, [0, 2, 4, 6, 8, 10]), (0.7, [0, 0.2, 0.4, 0.6]), (1, [0, 0.2, 0.4, 0.6, 0.8, 1])]
)
def test_ticks_are_round(most: float, expected: list[float]) -> None:
    """Steps of 1, 2 or 5."""
    assert expected == pytest.approx(ticks(most))
