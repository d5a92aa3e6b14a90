"""``doctor``: a template or a running deployment held against AWS's rules."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from handler.cli.answers import AsJson, counted, say, say_json
from handler.operations.doctor import live, template
from handler.operations.doctor.rules import RULES, Finding, Severity, judge

Template = Annotated[
    Path, typer.Option("--template", help="The CloudFormation or SAM template to look at.", exists=True, dir_okay=False)
]
Live = Annotated[bool, typer.Option("--live", help="Look at what runs in AWS instead.")]
Name = Annotated[str, typer.Option("--function", help="With --live: the function's name.")]
Parameters = Annotated[
    list[str] | None,
    typer.Option("--parameter", metavar="NAME=VALUE", help="A template's parameter; its default if not given."),
]


def doctor(
    *,
    path: Template = Path("template.yaml"),
    is_live: Live = False,
    function: Name = "ticket-processor",
    parameters: Parameters = None,
    as_json: AsJson = False,
) -> None:
    """Checks a template, or what runs, against AWS's rules. Exits 1 on errors."""
    if is_live and parameters:
        raise typer.BadParameter("is for a template", param_hint="--parameter")
    described = live.describe(function) if is_live else template.describe(path, _pairs(parameters or []))
    looked_at = f"function {function}" if is_live else str(path)
    found = judge(described)
    _report(looked_at, found, as_json=as_json)
    raise typer.Exit(1 if any(one.severity is Severity.ERROR for one in found) else 0)


def _pairs(parameters: Sequence[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in parameters]
    for name, equals, _ in pairs:
        if not (name and equals):
            raise typer.BadParameter("must be NAME=VALUE", param_hint="--parameter")
    return {name: value for name, _, value in pairs}


def _report(looked_at: str, found: Sequence[Finding], *, as_json: bool) -> None:
    counts = Counter(one.severity for one in found)
    if as_json:
        totals = {str(severity): counts[severity] for severity in Severity}
        rows = [one.to_row() for one in found]
        say_json({"looked_at": looked_at, "rules": len(RULES), "found": totals, "findings": rows})
        return
    for one in found:
        say(f"{one.severity}: {one.name}: {one.value}")
        if one.severity is not Severity.UNSEEN:
            say(f"  {one.rule}; see {one.link}")
    errors, warnings = counted(counts[Severity.ERROR], "error"), counted(counts[Severity.WARNING], "warning")
    say(f"{looked_at}: {counted(len(RULES), 'rule')}, {errors}, {warnings}, {counts[Severity.UNSEEN]} unseen")
