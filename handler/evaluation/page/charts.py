"""Two small charts as inline SVG, each a square from 0 to 1. Colours come from the page's style sheet."""

from collections.abc import Sequence

from handler.evaluation.chance import by_chance
from handler.evaluation.page.markup import Child, Html, tag
from handler.evaluation.scores import BinScore, CoverageScore

SIZE = 240
LEFT, TOP, RIGHT, BOTTOM = 42, 12, 14, 42
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
LEAST_DOT, MOST_DOT = 2.5, 6.0

Point = tuple[float, float]


def calibration(bins: Sequence[BinScore]) -> Html:
    """How sure against how often right, a dot a bin, as large as it has rows; on the diagonal sureness is earned.

    A dot within the bar that crosses the diagonal is off by no more than chance would have it, 95 times of 100.
    """
    most = max((one.rows for one in bins), default=1)
    dots = [
        tag(
            "circle",
            tag("title", f"{one.rows} rows, confidence {one.confidence:.2f}, accuracy {one.accuracy:.2f}"),
            class_="dot",
            cx=_x(one.confidence),
            cy=_y(one.accuracy),
            r=round(LEAST_DOT + (MOST_DOT - LEAST_DOT) * (one.rows / most) ** 0.5, 1),
        )
        for one in bins
    ]
    diagonal = tag("line", class_="ideal", x1=_x(0), y1=_y(0), x2=_x(1), y2=_y(1))
    drawn = _curve([(one.confidence, one.accuracy) for one in bins])
    return _chart("Confidence against accuracy", "confidence", "accuracy", diagonal, _chance(bins), drawn, dots)


def _chance(bins: Sequence[BinScore]) -> list[Html]:
    bars = [(_x(one.confidence), by_chance(one)) for one in bins]
    return [tag("line", class_="chance", x1=x, y1=_y(low), x2=x, y2=_y(high)) for x, (low, high) in bars]


def coverage(points: Sequence[CoverageScore], sure: float) -> Html:
    """Accuracy of the surest share of the tickets; ``sure``, the share in bands high and medium, is marked."""
    mark = tag(
        "line",
        tag("title", f"high and medium: {sure:.0%}"),
        class_="mark",
        x1=_x(sure),
        y1=_y(0),
        x2=_x(sure),
        y2=_y(1),
    )
    drawn = _curve([(one.share, one.accuracy) for one in points])
    return _chart("Coverage against accuracy", "share acted on, surest first", "accuracy", mark, drawn)


def bar(share: float) -> Html:
    """A share as a bar, in one line of text."""
    rail = tag("rect", class_="rail", width=100, height=8, rx=2)
    filled = tag("rect", class_="fill", width=round(100 * share, 1), height=8, rx=2)
    return tag("svg", rail, filled, class_="bar", viewBox="0 0 100 8", role="img", aria_label=f"{share:.0%}")


def _chart(title: str, across: str, up: str, *drawn: Child) -> Html:
    height, width = TOP + SIZE + BOTTOM, LEFT + SIZE + RIGHT
    middle_x, middle_y = LEFT + SIZE / 2, TOP + SIZE / 2
    names = [
        tag("text", across, x=middle_x, y=height - 6, text_anchor="middle"),
        tag("text", up, x=12, y=middle_y, text_anchor="middle", transform=f"rotate(-90 12 {middle_y})"),
    ]
    return tag(
        "svg", _grid(), names, *drawn, class_="chart", viewBox=f"0 0 {width} {height}", role="img", aria_label=title
    )


def _grid() -> list[Html]:
    lines: list[Html] = []
    for tick in TICKS:
        lines += [
            tag("line", class_="grid", x1=_x(tick), y1=_y(0), x2=_x(tick), y2=_y(1)),
            tag("line", class_="grid", x1=_x(0), y1=_y(tick), x2=_x(1), y2=_y(tick)),
            tag("text", f"{tick:g}", x=_x(tick), y=TOP + SIZE + 16, text_anchor="middle"),
            tag("text", f"{tick:g}", x=LEFT - 6, y=_y(tick) + 4, text_anchor="end"),
        ]
    return lines


def _curve(points: Sequence[Point]) -> Html:
    return tag("polyline", class_="curve", points=" ".join(f"{_x(x)},{_y(y)}" for x, y in points))


def _x(share: float) -> float:
    return round(LEFT + SIZE * share, 1)


def _y(share: float) -> float:
    return round(TOP + SIZE * (1 - share), 1)
