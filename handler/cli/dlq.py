"""``dlq``: what lies in the dead-letter queue, and back to the queue with it."""

from functools import partial
from typing import Annotated

import typer

from handler.cli.answers import AsJson, bar, complain, counted, reporting, say, say_json
from handler.operations import access, redrive
from handler.operations.dead_letters import MOVED_BY_SQS, Shelf, shelf
from handler.operations.outbox import Outbox
from handler.operations.survey import Survey, survey
from handler.settings import DeadLetterAddresses, RedriveAddresses

app = typer.Typer(help="The dead-letter queue: what lies there and why, and back with it.", no_args_is_help=True)

OnlyReason = Annotated[
    str | None, typer.Option("--reason", help=f"Only letters of this reason; {MOVED_BY_SQS} for what SQS moved.")
]
Most = Annotated[int | None, typer.Option("--max", min=1, help="No more letters than this.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Count what would be sent, and send nothing.")]


@app.command("list")
def list_letters(*, as_json: AsJson = False) -> None:
    """Shows the dead letters by reason, and leaves all of them where they are. Never any text."""
    addresses = DeadLetterAddresses()
    with shelf(access.sqs_client(), addresses.dlq_url) as opened:
        found = survey(opened)
    if as_json:
        say_json(found.to_row())
    else:
        _show(found)


def _show(found: Survey) -> None:
    for reason in found.reasons:
        row = reason.to_row()
        copies = f" and {counted(row['copies'], 'copy', 'copies')}" if row["copies"] else ""
        say(f"{row['reason']}: {counted(row['letters'], 'letter')}{copies}, the oldest sent {row['oldest']}; such as")
        for sample in row["samples"]:
            say(f"  {_line(sample)}")
    totals = found.totals()
    more = f"about {totals['hidden']} in other hands, {totals['not_shown']} not shown"
    say(f"{counted(totals['letters'], 'dead letter')}; {more}")


def _line(sample: dict[str, str]) -> str:
    source = f", from message {sample['source_message_id']}" if sample["source_message_id"] else ""
    field = f", field {sample['field']}" if sample["field"] else ""
    return f"message {sample['message_id']}{source}{field}, seen by its source {sample['time'] or 'at no time'}"


@app.command("redrive")
def redrive_letters(
    *, reason: OnlyReason = None, most: Most = None, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Sends dead letters to the queue again, with the time at which their source saw them. Safe to repeat.

    Exits 1 if the queue did not take all of them; those are dead letters still.
    """
    addresses = RedriveAddresses()
    client = access.sqs_client()
    done = redrive.Redriven()
    report = partial(_report, done, dry_run=dry_run, as_json=as_json)
    with reporting(report, lambda: bool(done.by_reason)), shelf(client, addresses.dlq_url) as opened:
        outbox = Outbox(client, addresses.queue_url)
        move = redrive.noted(done) if dry_run else redrive.Redrive(opened, outbox, done)
        _move_all(opened, done, move, reason, most)
    raise typer.Exit(1 if done.failed else 0)


def _move_all(opened: Shelf, done: redrive.Redriven, move: redrive.Move, reason: str | None, most: int | None) -> None:
    with bar("redrive", min(opened.approximate_count(), most or 10**9)) as advance:
        for page in redrive.chosen(opened, done, reason=reason, most=most):
            move(page)
            advance(len(page))


def _report(done: redrive.Redriven, *, dry_run: bool, as_json: bool) -> None:
    for message_id, code in done.failed.items():
        complain(f"{message_id}: not sent: {code}")
    for message_id in done.undeleted:
        complain(f"{message_id}: sent, and still a dead letter: redriving it once more does no harm")
    if as_json:
        say_json({"dry_run": dry_run, **done.to_row()})
        return
    reasons = ", ".join(f"{reason} {number}" for reason, number in sorted(done.by_reason.items()))
    verb = "would be redriven" if dry_run else "redriven"
    say(f"{counted(done.by_reason.total(), 'dead letter')} {verb}" + (f": {reasons}" if reasons else ""))
