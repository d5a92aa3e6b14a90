"""``backfill``: a message for every ticket in the raw bucket."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from handler.cli.answers import AsJson, counted, reporting, say, say_json
from handler.operations import access
from handler.operations.backfill import Backfill, Backfilled, Pace
from handler.operations.checkpoint import Checkpoint, Scope
from handler.operations.listing import Bucket
from handler.operations.outbox import Outbox
from handler.settings import BackfillAddresses

FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]

Prefix = Annotated[str, typer.Option(help="Only objects whose key begins so.")]
Since = Annotated[
    datetime | None, typer.Option(formats=FORMATS, help="Only objects modified then or later; UTC unless it says.")
]
MaxRate = Annotated[float | None, typer.Option(min=0.01, help="Messages a second, at most.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Count what would be sent, and send nothing.")]
QueueUrl = Annotated[str | None, typer.Option(help="Send there instead of TICKETS_QUEUE_URL.")]
CheckpointFile = Annotated[
    Path | None, typer.Option("--checkpoint", help="A file to go on from after an interruption.", dir_okay=False)
]


def backfill(  # noqa: PLR0913 - typer's way: an option is an argument
    *,
    prefix: Prefix = "",
    since: Since = None,
    max_rate: MaxRate = None,
    dry_run: DryRun = False,
    queue_url: QueueUrl = None,
    checkpoint: CheckpointFile = None,
    as_json: AsJson = False,
) -> None:
    """Names every ticket of the raw bucket to the queue: after lost events, or to enrich all of them again.

    What is enriched already under this pipeline version is settled without running a model.
    """
    addresses = BackfillAddresses(queue_url=queue_url) if queue_url else BackfillAddresses()
    after = since if since is None or since.tzinfo else since.replace(tzinfo=UTC)
    bucket = Bucket(access.s3_client(), addresses.raw_bucket, access.RAW_BUCKET)
    work = Backfill(bucket, prefix, after, Backfilled())
    scope = Scope(addresses.raw_bucket, prefix, after.isoformat() if after else "")
    mark = Checkpoint(checkpoint, scope) if checkpoint else None
    report = partial(_report, work.done, dry_run=dry_run, as_json=as_json)
    with reporting(report, lambda: work.done.sent > 0):
        if dry_run:
            work.count(mark)
        else:
            named = "--queue-url" if queue_url else access.QUEUE_URL
            work.run(Outbox(access.sqs_client(), addresses.queue_url, named), Pace(max_rate), mark)


def _report(done: Backfilled, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        counts = {"sent": done.sent, "too_young": done.too_young, "before_since": done.before_since}
        say_json({"dry_run": dry_run, **counts})
        return
    sent = f"{counted(done.sent, 'message')} {'would be sent' if dry_run else 'sent'}"
    say(f"{sent}; passed over: {done.too_young} younger than a minute, {done.before_since} from before --since")
