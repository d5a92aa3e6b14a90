"""Tables, and the part of docs/scaling.md that is made of them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.scaling import arrivals, money
from benchmarks.scaling.breakeven import breakeven
from benchmarks.scaling.deployed import ROOT
from benchmarks.scaling.run import percentile
from benchmarks.scaling.scenarios import CURVES, Platforms, Result
from benchmarks.scaling.workload import Workload

PAGE = ROOT / "docs/scaling.md"
BEGIN, END = "<!-- made by python -m benchmarks.scaling --write -->", "<!-- end of what is made -->"
CONCURRENCY = (2, 10, 100, 1_000)
WINDOWS = (0.0, 20.0)  # seconds for a batch to fill


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Markdown; every row has a cell for each column."""
    lines = [head, ["---"] * len(head), *rows]
    if any(len(line) != len(head) for line in lines):
        raise ValueError(f"a row does not fit {head}")
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def seconds(value: float) -> str:
    """As people say it."""
    if value < 10:
        return f"{value:.2g} s"
    return f"{value:,.0f} s" if value < 600 else f"{value / 60:,.0f} min"


def ages(result: Result) -> list[str]:
    """Median, 95th percentile, greatest."""
    found = result.run.ages()
    return [seconds(percentile(found, share)) for share in (0.5, 0.95, 1.0)]


def instances(result: Result) -> list[str]:
    """At most, in the mean, and how many were started."""
    run = result.run
    return [f"{run.most():,}", f"{run.mean():.2f}", f"{run.cold_starts:,}"]


def _dollars(result: Result) -> str:
    return f"${result.dollars:,.3f}"


def results(found: Iterable[Result]) -> str:
    """A row for each run."""
    head = ["curve", "on", "age p50", "p95", "greatest", "instances, most", "mean", "started", "cost"]
    rows = [[one.curve, one.platform, *ages(one), *instances(one), _dollars(one)] for one in found]
    return table(head, rows)


def concurrency(platforms: Platforms, workload: Workload) -> str:
    """The burst under other limits of the event source."""
    head = ["MaximumConcurrency", "age p50", "p95", "greatest", "instances, most", "mean", "started", "cost"]
    rows = []
    for most in CONCURRENCY:
        limited = replace(platforms, source=replace(platforms.source, maximum_concurrency=most))
        one = limited.function(CURVES[1], workload)
        rows.append([f"{most:,}", *ages(one), *instances(one), _dollars(one)])
    return table(head, rows)


def breakevens(platforms: Platforms, workloads: Iterable[Workload]) -> str:
    """By the least number of pods and Lambda's window, in a cluster that is there already and in one of its own."""
    head = ["profile", "least pods", "window", "cluster shared", "cluster of its own"]
    cells = [(one, least, window) for one in workloads for least in _leasts(platforms) for window in WINDOWS]
    return table(head, [breakeven_row(platforms, *cell) for cell in cells])


def breakeven_row(platforms: Platforms, workload: Workload, least: int, window: float) -> list[str]:
    """Simulated anew."""
    fleet = replace(platforms.fleet, scaling=replace(platforms.fleet.scaling, least=least))
    asked = replace(platforms, fleet=fleet, source=replace(platforms.source, window_seconds=window))
    found = [_a_day(breakeven(asked, workload, price)) for price in (0.0, money.DOLLARS_PER_CLUSTER_HOUR)]
    return [workload.profile, str(least), f"{window:g} s", *found]


def _leasts(platforms: Platforms) -> list[int]:
    return sorted({1, platforms.fleet.scaling.least})


def _a_day(tickets: float | None) -> str:
    if tickets is None:
        return "never"
    return f"{float(f'{tickets:.2g}'):,.0f} a day ({float(f'{tickets / arrivals.DAY:.2g}'):g} a second)"


def marked(page: str, part: str) -> str:
    """The page with its made part replaced."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{part}\n\n{END}{after}"


def write(part: str, path: Path = PAGE) -> None:
    """Into the documentation."""
    path.write_text(marked(path.read_text(encoding="utf-8"), part), encoding="utf-8")
