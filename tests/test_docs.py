"""The documentation says what the code does."""

import re
import runpy
from pathlib import Path

import pytest

from handler import telemetry

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


def test_every_link_in_the_documentation_leads_somewhere() -> None:
    """Between files of the repository."""
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    links = [
        (page, target.partition("#")[0])
        for page in pages
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
        if not target.startswith(("http", "#"))
    ]
    assert links
    assert [] == [(page.name, target) for page, target in links if not (page.parent / target).exists()]
