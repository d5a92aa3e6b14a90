"""The page: its numbers are the scores', its text is masked and escaped, and it fetches nothing."""

import re
from typing import Any

import pytest

from handler.evaluation.mistakes import worst
from handler.evaluation.page.report import report
from handler.evaluation.run import Judged
from handler.evaluation.saved import Evaluation
from tests.evaluation.made import evaluation, judged
from tests.evaluation.page.test_markup import HOSTILE, Seen

PERSONAL = "ada@example.com +1 202 456 1111 4111 1111 1111 1111 DE89 3704 0044 0532 0130 00"


def page(*found: Judged, previous: Evaluation | None = None, **changes: object) -> str:
    what = evaluation(*found, **changes)
    return report(what, {one.signal: worst(one.signal, found) for one in what.all}, previous)


ANOTHER_INTENT: dict[str, Any] = {"intent": "login_issue", "intent_confidence": 0.7, "intent_band": "medium"}
ANOTHER_URGENCY: dict[str, Any] = {"urgency": "critical", "urgency_confidence": 0.35, "urgency_band": "low"}
FOUND = [
    judged({"intent": "bug_report", "urgency": "high"}),
    judged({"intent": "bug_report", "urgency": "low"}, **ANOTHER_INTENT),
    judged({"intent": "login_issue", "urgency": "low"}, **ANOTHER_URGENCY),
]


def test_its_numbers_are_the_scores() -> None:
    """Headlines, every class, every band, every cell of the confusion matrix."""
    made = page(*FOUND)
    for one in evaluation(*FOUND).all:
        section = re.search(f'<section id="{one.signal}">.*?</section>', made, re.DOTALL)
        assert section is not None
        cells = re.findall(r"<t[dh](?: [^>]*)?>(.*?)</t[dh]>", section[0])
        headlines = ["" if number is None else f"{number:.3f}" for number in (one.accuracy, one.macro_f1, one.kappa)]
        assert one.interval is None  # of so few rows
        row = [
            str(one.rows),
            *headlines,
            "",
            f"{one.calibration_error:.3f}",
            f"{one.chance_error:.3f}",
            f"{one.sure:.0%}",
        ]
        first = cells.index("this run") + 1
        assert [*row, f"{one.sure_accuracy:.3f}"] == cells[first : first + 9]
        below = cells[cells.index("precision") :]
        for label in one.classes:
            start = below.index(label.label) + 1
            parts = (label.precision, label.recall, label.f1)
            assert [str(label.rows), *(f"{part:.3f}" for part in parts)] == below[start : start + 4]
        for band in one.bands:
            start = cells.index(band.band, cells.index("band")) + 1
            assert str(band.rows) == cells[start]
            assert (f"{band.accuracy:.3f}" if band.rows else "") == cells[start + 2]
        counts = re.findall(r'title="(\d+) of \d+"', section[0])
        assert [str(count) for row in one.confusion for count in row] == counts
        assert f'<p class="headline">{one.headline:.3f}</p>' in made


def test_what_chance_does_is_shown() -> None:
    """The interval in card and table; a bar across the diagonal at each bin, around its confidence."""
    found = FOUND * 20
    one = evaluation(*found).all[0]
    assert one.interval is not None
    made = page(*found)
    assert "95% confidence interval {:.2f} to {:.2f}".format(*one.interval) in made
    assert "<td>{:.2f}-{:.2f}</td>".format(*one.interval) in made
    bars = re.findall(r'<line class="chance" x1="([\d.]+)" y1="([\d.]+)" x2="([\d.]+)" y2="([\d.]+)">', made)
    dots = re.findall(r'<circle class="dot" cx="([\d.]+)"', made)
    assert dots == [x for x, _, _, _ in bars] == [x for _, _, x, _ in bars]
    assert all(float(low) > float(high) for _, low, _, high in bars)  # y grows downwards


@pytest.mark.parametrize("hostile", [*HOSTILE, "\u202ereversed\u2066", "\x1b[31m\x00"])
def test_hostile_text_is_text_wherever_it_stands(hostile: str) -> None:
    """Subject, body, evidence, labels, file and group names: not an element more than without it."""

    def made(text: str) -> str:
        wrong = judged({"intent": f"a{text}"}, f"b{text}", f"s{text}", intent=f"i{text}", intent_evidence=(f"e{text}",))
        what = evaluation(wrong)
        sources = [one.__class__(f"n{text}", one.sha256) for one in what.sources]
        groups = {"all": what.all, f"g{text}": what.all}
        return page(wrong, sources=sources, groups=groups)

    seen, plain = Seen(made(hostile)), Seen(made("x"))
    assert plain.elements == seen.elements
    assert [name for name, _ in plain.attributes] == [name for name, _ in seen.attributes]
    assert not any(mark in made(hostile) for mark in "\u202e\u2066\x1b\x00")


def test_personal_data_is_nowhere() -> None:
    """Though TICKETS_PII was off: the enriched ticket holds it here."""
    made = page(judged({"intent": "a"}, PERSONAL, PERSONAL, intent="b", intent_evidence=(PERSONAL,)))
    assert "[EMAIL]" in made
    assert [] == [secret for secret in ("ada@", "456 1111", "4111", "DE89", "0532") if secret in made]


def test_it_needs_nothing_else() -> None:
    """No script, no address, and a policy under which a browser would fetch none."""
    made = page(*FOUND, previous=evaluation(*FOUND))
    seen = Seen(made)
    assert not {"script", "link", "img", "iframe", "object", "base", "form"} & set(seen.elements)
    assert {"#intent", "#urgency"} == {value for name, value in seen.attributes if name in {"href", "src"}}
    assert not re.search(r"https?:|url\(|@import", made)
    assert "default-src 'none'" in made.replace("&#x27;", "'")


def test_inputs_are_named_by_name_and_hash() -> None:
    """The whole hash, on the short one. That it is not the path is seen where the command runs."""
    made = page(*FOUND)
    assert "rows.jsonl" in made
    assert "ab" * 32 in made


def test_the_previous_run_stands_beside() -> None:
    """With its number, and a warning where it saw other files."""
    before = evaluation(judged({"intent": "bug_report"}))
    assert "macro-F1 (previous 1.000)" in page(*FOUND, previous=before)
    assert "OTHER FILES" not in page(*FOUND, previous=before)
    other = before.model_copy(update={"sources": (before.sources[0].__class__("x", "cd" * 32),)})
    assert "OTHER FILES" in page(*FOUND, previous=other)


def test_every_svg_element_is_closed() -> None:
    """HTML's parser would nest what follows in a line that stays open, and draw nothing."""
    made = page(*FOUND)
    for name in ("svg", "line", "circle", "polyline", "rect", "text", "title"):
        assert len(re.findall(f"<{name}[ >]", made)) == made.count(f"</{name}>")
