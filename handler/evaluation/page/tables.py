"""The tables of the report. Numbers are those of the scores, rounded for reading."""

from collections.abc import Mapping, Sequence

from handler.evaluation.mistakes import Mistake
from handler.evaluation.page.charts import bar
from handler.evaluation.page.markup import Child, Html, tag
from handler.evaluation.score import BandScore, Score

SHADES = 0.85  # of full colour for a cell that holds all of its row

NUMBERS = (
    "rows",
    "accuracy",
    "macro-F1",
    "kappa",
    "95% interval",
    "calibration error",
    "up to by chance",
    "high or medium",
    "of these right",
)


def numbers(one: Score) -> list[str]:
    """A score as the cells of a row, under NUMBERS. The interval is kappa's where there is one, else macro-F1's."""
    return [
        str(one.rows),
        f"{one.accuracy:.3f}",
        f"{one.macro_f1:.3f}",
        "" if one.kappa is None else f"{one.kappa:.3f}",
        "{:.2f}-{:.2f}".format(*one.interval) if one.interval else "",
        f"{one.calibration_error:.3f}",
        f"{one.chance_error:.3f}",
        f"{one.sure:.0%}",
        f"{one.sure_accuracy:.3f}",
    ]


def side_by_side(signal: str, said: Mapping[str, Sequence[Score]]) -> Html:
    """One signal, by who labelled it, with the distance to the first."""
    found = [(who, one) for who, some in said.items() for one in some if one.signal == signal]
    first = found[0][1]
    rows = [
        [who, *numbers(one), "" if one is first else _difference(first.headline - one.headline)] for who, one in found
    ]
    measure = "macro-F1" if first.kappa is None else "kappa"
    return table(["labels by", *NUMBERS, f"gain, {measure}"], rows)


def _difference(gain: float) -> Html:
    kind = "gain" if gain > 0 else "loss" if gain < 0 else "same"
    return tag("span", f"{gain:+.3f}", class_=kind)


def by_group(signal: str, groups: Mapping[str, Sequence[Score]]) -> Html | None:
    """One signal, group by group; nothing where there are no groups."""
    rows = [[name, *numbers(one)] for name, some in groups.items() for one in some if one.signal == signal]
    return table(["group", *NUMBERS], rows) if len(rows) > 1 else None


def classes(one: Score) -> Html:
    """Precision, recall and F1 of each label."""
    head = ["label", "rows", "precision", "recall", "F1", ""]
    rows = [
        [label.label, label.rows, f"{label.precision:.3f}", f"{label.recall:.3f}", f"{label.f1:.3f}", bar(label.f1)]
        for label in one.classes
    ]
    return table(head, rows)


def bands(one: Score) -> Html:
    """How many rows each band has, and how many of them are right."""
    rows = [[band.band, band.rows, f"{band.rows / max(one.rows, 1):.0%}", *_right(band)] for band in one.bands]
    return table(["band", "rows", "share", "right", ""], rows)


def _right(band: BandScore) -> tuple[Child, Child]:
    return (f"{band.accuracy:.3f}", bar(band.accuracy)) if band.rows else ("", "")


def confusion(one: Score) -> Html:
    """What it was (rows) against what was said (columns), shaded by the share of the row."""
    head = tag("tr", tag("th", "was \\ said"), [tag("th", tag("span", label), class_="said") for label in one.labels])
    rows = [
        tag("tr", tag("th", label, scope="row"), [_cell(n, sum(counts), i == j) for j, n in enumerate(counts)])
        for i, (label, counts) in enumerate(zip(one.labels, one.confusion, strict=True))
    ]
    return _scrolled(tag("table", tag("thead", head), tag("tbody", rows), class_="confusion"))


def _cell(count: int, total: int, right: bool) -> Html:  # noqa: FBT001 - it states what is true
    shade = round(SHADES * count / max(total, 1), 2)
    kind = "right" if right else "wrong"
    return tag("td", count or "·", class_=kind, style=f"--shade: {shade}", title=f"{count} of {total}")


def mistakes(found: Sequence[Mistake]) -> Html:
    """Where, what it was, what was said and how surely, by which words, and the ticket."""
    rows = [
        [
            tag("code", one.place),
            one.truth,
            f"{one.label.value} ({one.label.confidence:.2f}, {one.label.band}, {one.label.method})",
            [tag("mark", words) for words in one.evidence],
            tag("span", one.text, class_="ticket", dir="auto"),
        ]
        for one in found
    ]
    return table(["line", "was", "was taken for", "evidence", "ticket, masked"], rows, class_="mistakes")


def table(head: Sequence[str], rows: Sequence[Sequence[Child]], class_: str = "numbers") -> Html:
    """A table whose first column names its rows."""
    top = tag("thead", tag("tr", [tag("th", name) for name in head]))
    body = [tag("tr", tag("th", row[0], scope="row"), [tag("td", cell) for cell in row[1:]]) for row in rows]
    return _scrolled(tag("table", top, tag("tbody", body), class_=class_))


def _scrolled(inner: Html) -> Html:
    return tag("div", inner, class_="wide")
