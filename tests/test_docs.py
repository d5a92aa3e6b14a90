"""The documentation says what the code does."""

import re
import runpy
from pathlib import Path

import pytest

from handler import telemetry
from tests import pages

ROOT = Path(__file__).parents[1]
REFERENCE = runpy.run_path(str(ROOT / "docs/reference.py"), run_name="reference")


@pytest.mark.parametrize(("page", "expected"), REFERENCE["pages"]().items())
def test_generated_pages_are_up_to_date(page: str, expected: str) -> None:
    """After a change of commands or settings: make docs."""
    assert expected == (ROOT / "docs" / page).read_text(encoding="utf-8")


def test_every_metric_is_in_the_table_and_nothing_else() -> None:
    """A metric exists only if docs/metrics.md lists it, with its unit."""
    table = (ROOT / "docs/metrics.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", table, re.MULTILINE))
    ours = {name: unit.value for name, unit in telemetry.METRICS.items()}
    assert ours | {"ColdStart": "Count"} == listed


def links() -> list[tuple[Path, str, str]]:
    """Page, file and anchor of each link within the repository."""
    found = [(page, target) for page in pages.PAGES for target in re.findall(r"\]\(([^)\s]+)\)", pages.prose(page))]
    return [(page, target.partition("#")[0], target.partition("#")[2]) for page, target in found if "://" not in target]


def test_every_link_in_the_documentation_leads_somewhere() -> None:
    """To a file of the repository, and to a heading that it has."""
    assert links()
    assert [] == [(page.name, file) for page, file, _ in links() if not (page.parent / file).exists()]
    aimed = [(page, page.parent / file if file else page, anchor) for page, file, anchor in links() if anchor]
    assert aimed
    assert [] == [(page.name, anchor) for page, file, anchor in aimed if anchor not in pages.anchors(file)]


def test_every_page_is_reached_from_the_index() -> None:
    """By task, in docs/README.md."""
    reached = {(page.parent / file).resolve() for page, file, _ in links() if page == ROOT / "docs/README.md"}
    assert {"docs/README.md"} == {pages.name(page) for page in pages.PAGES if page not in reached}


def test_no_page_waits_for_its_figures() -> None:
    """Two pages did: a line that was nothing but a word in capitals had been forgotten."""
    assert [] == [
        (page.name, word)
        for page in pages.PAGES
        for word in re.findall(r"^(?:[A-Z]{4,}|TODO.*|TBD.*)$", page.read_text("utf-8"), re.M)
    ]
