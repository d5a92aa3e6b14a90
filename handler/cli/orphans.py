"""``orphans``: enriched objects that no row names."""

import re
from typing import Annotated

import typer

from handler.cli.answers import AsJson, counted, say, say_json
from handler.operations import access
from handler.operations.listing import Bucket
from handler.operations.orphans import LONGEST_ATTEMPT_SECONDS, Clearing, Orphans
from handler.operations.rows import Rows
from handler.settings import ResultAddresses

SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}

Delete = Annotated[bool, typer.Option("--delete", help="Remove them, after asking the table again.")]


def _seconds(text: str) -> float:
    """Such as 90s, 15m, 24h, 7d."""
    match = re.fullmatch(r"([0-9]{1,6})([smhd])", text)
    if match is None:
        raise typer.BadParameter("must be a number and s, m, h or d, such as 24h")
    return int(match[1]) * SECONDS[match[2]]


OlderThan = Annotated[float, typer.Option(parser=_seconds, help="Only objects older than this.", metavar="AGE")]


def orphans(*, delete: Delete = False, older_than: OlderThan = "24h", as_json: AsJson = False) -> None:  # type: ignore[assignment] # typer parses the default too
    """Shows, or removes, the enriched objects that no row names: of killed attempts and of replaced versions."""
    if delete and older_than < LONGEST_ATTEMPT_SECONDS:
        raise typer.BadParameter(
            "with --delete at least 15m: an attempt writes its object first and its row last, and may take that long",
            param_hint="--older-than",
        )
    addresses = ResultAddresses()
    bucket = Bucket(access.s3_client(), addresses.enriched_bucket, access.ENRICHED_BUCKET)
    work = Clearing(bucket, Rows(access.dynamodb_client(), addresses.table), older_than)
    found = work.find()
    if delete:
        work.remove(found)
    if as_json:
        say_json(found.to_row())
    else:
        _show(found)


def _show(found: Orphans) -> None:
    removed = set(found.removed)
    for key in found.removable:
        say(f"{'removed' if key in removed else 'orphan'} {key}")
    say(
        f"{counted(found.objects, 'object')}: {found.named} named by a row, "
        f"{counted(len(found.removable), 'orphan')}, {len(removed)} of them removed; "
        f"{found.too_young} too young to tell, {found.foreign} not written by this pipeline"
    )
