"""Queue age and instances over time, from runs of one curve."""

from collections.abc import Callable, Sequence

from benchmarks.scaling.deployed import ROOT
from benchmarks.scaling.run import Run
from benchmarks.scaling.scenarios import Result
from benchmarks.scaling.svg import Panel, Points, page

IMAGES = ROOT / "docs/images"
SLOTS = 160  # of time: as many points has a line
DRAWN = ("burst", "daily")  # a steady load draws level lines
MINUTE, HOUR = ("minutes", 60.0), ("hours", 3600.0)


def pictures(profile: str, found: Sequence[Result]) -> dict[str, str]:
    """SVG by the name of its file."""
    curves = {name: [one for one in found if one.curve == name] for name in DRAWN}
    return {f"scaling-{profile}-{name}.svg": picture(some) for name, some in curves.items() if some}


def picture(found: Sequence[Result]) -> str:
    """One curve on every platform."""
    until = max(batch.end for one in found for batch in one.run.batches)
    name, unit = MINUTE if until < 6 * 3600 else HOUR

    def panel(title: str, values: Callable[[Run, float], list[float]]) -> Panel:
        return Panel(title, name, {one.platform: _points(values(one.run, until), until / unit) for one in found})

    return page(
        [panel("queue age of what is done, the greatest, seconds", oldest), panel("instances, the most", levels)]
    )


def _points(values: Sequence[float], until: float) -> Points:
    return [((slot + 1) / SLOTS * until, value) for slot, value in enumerate(values)]


def oldest(run: Run, until: float) -> list[float]:
    """The greatest age of what was done in each slot of time; 0 where nothing was."""
    found = [0.0] * SLOTS
    for batch in run.batches:
        slot = _slot(batch.end, until)
        found[slot] = max(found[slot], batch.end - batch.arrivals[0])
    return found


def levels(run: Run, until: float) -> list[float]:
    """The most instances in each slot of time."""
    found = [0.0] * SLOTS
    moments = [*(at for at, _ in run.levels), run.end]
    for (at, count), end in zip(run.levels, moments[1:], strict=True):
        for slot in range(_slot(at, until), _slot(min(end, until), until) + 1):
            found[slot] = max(found[slot], count)
    return found


def _slot(at: float, until: float) -> int:
    return min(SLOTS - 1, int(at / until * SLOTS))
