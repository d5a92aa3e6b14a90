"""``make scale``: queue age, instances and cost on Lambda and on Kubernetes, as deployed or as asked for.

python -m benchmarks.scaling [--profile fast] [--maximum-concurrency 100] [--most 20] [--vcpu-hour 0.04]
python -m benchmarks.scaling --breakeven --least 1
python -m benchmarks.scaling --bench BENCH.json [--cold-seconds 2.3]
python -m benchmarks.scaling --write     # docs/scaling.md and its pictures, from the defaults alone
"""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from benchmarks.scaling import plots, report
from benchmarks.scaling.money import DOLLARS_PER_VCPU_HOUR
from benchmarks.scaling.scenarios import SEED, Platforms, Result, both
from benchmarks.scaling.workload import MEASURED, Workload, measured

Count = Annotated[int | None, typer.Option(min=1)]
Seconds = Annotated[float | None, typer.Option(min=0)]


def documented() -> tuple[str, dict[str, str]]:
    """The made part of docs/scaling.md, and its pictures by file."""
    platforms, parts, pictures = Platforms(), [], {}
    for profile, workload in MEASURED.items():
        found = both(platforms, workload)
        drawn = plots.pictures(profile, found)
        pictures.update(drawn)
        parts += [_section(profile, platforms, workload, found), *(f"![{name[:-4]}](images/{name})" for name in drawn)]
    parts += ["### Break-even", report.breakevens(platforms, MEASURED.values())]
    return "\n\n".join(parts), pictures


def _section(profile: str, platforms: Platforms, workload: Workload, found: list[Result]) -> str:
    title, limits = f"### The {profile} profile", "The burst under other limits of the event source:"
    return "\n\n".join([title, report.results(found), limits, report.concurrency(platforms, workload)])


def write() -> None:
    """Into docs/."""
    part, pictures = documented()
    report.write(part)
    for name, drawn in pictures.items():
        (plots.IMAGES / name).write_text(drawn, encoding="utf-8")


def changed(found: Any, **numbers: float | None) -> Any:
    """A frozen dataclass with the numbers that were asked for."""
    return replace(found, **{name: value for name, value in numbers.items() if value is not None})


def main(  # noqa: PLR0917 - typer's way to declare options
    profile: Annotated[Literal["fast", "full"] | None, typer.Option(help="Both, if not given.")] = None,
    bench: Annotated[Path | None, typer.Option(exists=True, help="Of python -m benchmarks --json.")] = None,
    cold_seconds: Seconds = None,
    maximum_concurrency: Annotated[int | None, typer.Option(min=2, max=1000)] = None,
    batch_size: Annotated[int | None, typer.Option(min=1, max=10_000, help="Of the event source.")] = None,
    window_seconds: Annotated[float | None, typer.Option(min=0, max=300)] = None,
    memory_mb: Annotated[int | None, typer.Option(min=128, max=10_240)] = None,
    least: Annotated[int | None, typer.Option(min=0, help="Pods.")] = None,
    most: Count = None,
    target: Annotated[int | None, typer.Option(min=1, help="Messages for each pod: queueLength.")] = None,
    node_seconds: Annotated[float | None, typer.Option(min=0, help="Until a node has room for a new pod.")] = None,
    vcpu_hour: Annotated[float, typer.Option(min=0, help="Dollars.")] = DOLLARS_PER_VCPU_HOUR,
    seed: int = SEED,
    breakeven: Annotated[bool, typer.Option("--breakeven", help="Only from where on Kubernetes is cheaper.")] = False,  # noqa: FBT002 - typer's way to declare a switch
    write_docs: Annotated[bool, typer.Option("--write", help="Into docs/, from the defaults.")] = False,  # noqa: FBT002 - as above
) -> None:
    """Simulates steady, burst and daily load on both platforms."""
    if write_docs:
        write()
        return
    platforms = Platforms(per_vcpu_hour=vcpu_hour, seed=seed)
    source = changed(platforms.source, maximum_concurrency=maximum_concurrency, batch_size=batch_size)
    source = changed(source, window_seconds=window_seconds, memory_mb=memory_mb)
    scaling = changed(platforms.fleet.scaling, least=least, most=most, target=target)
    fleet = changed(replace(platforms.fleet, scaling=scaling), node_seconds=node_seconds)
    show(replace(platforms, source=source, fleet=fleet), workloads(profile, bench, cold_seconds), breakeven=breakeven)


def workloads(profile: str | None, bench: Path | None, cold_seconds: float | None) -> list[Workload]:
    """One's own, or what was measured here."""
    if bench:
        return [measured(bench, cold_seconds)]
    found = [one for name, one in MEASURED.items() if profile in (None, name)]
    return [changed(one, cold_seconds=cold_seconds) for one in found]


def show(platforms: Platforms, found: list[Workload], *, breakeven: bool) -> None:
    """On standard output."""
    for workload in [] if breakeven else found:
        print(f"{workload.profile}\n\n{report.results(both(platforms, workload))}\n")
    print(report.breakevens(platforms, found))


if __name__ == "__main__":
    typer.run(main)
