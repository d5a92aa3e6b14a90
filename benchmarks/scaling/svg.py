"""A plot of lines by hand: axes, ticks, a legend. No library, so that a test can hold the file to a fresh run."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 64, 12, 28, 36
COLOURS = ("#1f77b4", "#d62728")
Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Panel:
    """Lines by their name, over one pair of axes."""

    title: str
    unit_x: str
    lines: dict[str, Points]

    def most(self, axis: int) -> float:
        """The greatest value on an axis."""
        return max((point[axis] for line in self.lines.values() for point in line), default=0.0) or 1.0


def page(panels: Sequence[Panel]) -> str:
    """Panels one below the other, on white."""
    height = HEIGHT * len(panels)
    parts = [f'<g transform="translate(0 {HEIGHT * n})">{_panel(panel)}</g>' for n, panel in enumerate(panels)]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="11">'
    return "\n".join([head, f'<rect width="{WIDTH}" height="{height}" fill="white"/>', *parts, "</svg>", ""])


def ticks(most: float) -> list[float]:
    """Round values from 0 on: steps of 1, 2 or 5 times a power of ten, at most six of them."""
    power = 10.0 ** floor(log10(most / 5))
    step = next(power * times for times in (1, 2, 5, 10) if most / (power * times) <= 5 + 1e-9)
    return [step * n for n in range(int(most / step + 1e-9) + 1)]


def _panel(panel: Panel) -> str:
    across, up = panel.most(0), panel.most(1) * 1.05
    parts = [_text(LEFT, 16, panel.title, "start"), *_legend(panel)]
    parts += [_grid(_y(value, up), value) for value in ticks(up)]
    parts += [_text(_x(value, across), HEIGHT - BOTTOM + 16, f"{value:,g}", "middle") for value in ticks(across)]
    parts.append(_text(WIDTH - RIGHT, HEIGHT - 6, panel.unit_x, "end"))
    for colour, line in zip(COLOURS, panel.lines.values(), strict=False):
        points = " ".join(f"{_x(x, across):.1f},{_y(y, up):.1f}" for x, y in line)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
    return "\n".join(parts)


def _x(value: float, most: float) -> float:
    return LEFT + value / most * (WIDTH - LEFT - RIGHT)


def _y(value: float, most: float) -> float:
    return HEIGHT - BOTTOM - value / most * (HEIGHT - TOP - BOTTOM)


def _grid(y: float, value: float) -> str:
    line = f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
    return line + _text(LEFT - 6, y + 4, f"{value:,g}", "end")


def _legend(panel: Panel) -> list[str]:
    places = zip(COLOURS, panel.lines, strict=False)
    return [_text(WIDTH - RIGHT - 80 * n, 16, name, "end", colour) for n, (colour, name) in enumerate(places)]


def _text(x: float, y: float, words: str, anchor: str, colour: str = "#333") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{words}</text>'
