"""The demo shows what really became of everything, and fails when anything is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from handler.domain.version import TicketKey
from handler.local import audit, demo, function, report, screen, seed
from handler.local.audit import Evidence, Fate
from handler.local.clients import Aws
from handler.local.ledger import Entry, Ledger
from handler.local.resources import Resources

pytestmark = pytest.mark.models


@pytest.fixture
def deployed(aws: Aws, resources: Resources) -> Iterator[Resources]:
    """The function itself, with its models, invoked by the queue."""
    function.deploy(aws, resources)
    yield resources
    function.remove(aws, resources.names)


def _settled(aws: Aws, resources: Resources) -> tuple[Ledger, Evidence]:
    ledger = seed.seed(aws, resources)
    return ledger, demo.wait(aws, resources, ledger, 60, screen.stderr())


def test_nothing_is_lost_between_the_bucket_and_the_table(
    aws: Aws, deployed: Resources, capsys: pytest.CaptureFixture[str]
) -> None:
    """S3 event, queue, event source mapping, function, results: twice in a row, with counts that add up."""
    for _ in range(2):
        ledger, evidence = _settled(aws, deployed)
        assert demo.finish(aws, deployed, ledger, evidence) == 0
        out, err = capsys.readouterr()
        fates = audit.classify(ledger, evidence)
        assert out.splitlines()[-1] == f"demo: {audit.summary(fates)}"
        assert (len(fates), fates.count(Fate.DEAD_LETTERED), fates.count(Fate.LOST)) == (28, 2, 0)
        assert "T-1018" in out
        assert "dead-lettered: InvalidTicket" in out
        assert "lost" not in err


def test_a_row_that_is_missing_is_a_lost_ticket_and_exit_code_1(
    aws: Aws, deployed: Resources, capsys: pytest.CaptureFixture[str]
) -> None:
    """The counts come from reading back, not from what should have happened."""
    ledger, _ = _settled(aws, deployed)
    victim = ledger[0].ticket
    assert victim is not None
    key = {"ticket_id": {"S": victim.ticket_id}, "created_at": {"N": str(victim.created_at)}}
    aws.dynamodb.delete_item(TableName="tickets", Key=key)
    evidence = demo.wait(aws, deployed, ledger, 0, screen.stderr())
    assert demo.finish(aws, deployed, ledger, evidence) == 1
    out, err = capsys.readouterr()
    assert out.splitlines()[-1].endswith(", 2 dead-lettered, 1 lost")
    assert f"lost: {ledger[0].key} (ticket)" in err


def test_a_second_deployment_brings_the_function_up_to_date(aws: Aws, deployed: Resources) -> None:
    """And does not add a second event source, which would take half of the messages."""
    function.deploy(aws, deployed, Path("/models"))
    configuration = aws.functions.get_function(FunctionName="ticket-processor")["Configuration"]
    assert configuration["Environment"]["Variables"]["TICKETS_MODEL_DIR"] == "/models"
    sources = aws.functions.list_event_source_mappings(FunctionName="ticket-processor")["EventSourceMappings"]
    assert [(source["BatchSize"], source["FunctionResponseTypes"]) for source in sources] == [
        (10, ["ReportBatchItemFailures"])
    ]


def test_ticket_text_cannot_paint_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Markup stays as it is written; control characters are replaced."""
    ticket = TicketKey("T-1", 1)
    evil = "[red]urgent[/red] \x1b[2J\x9b31m\u202egnp.exe\nnext"
    entry = Entry(0, "[bold]odd[/bold]", "b", "k\x07", "sha256", ticket, "hash")
    results = {ticket: {"ticket_id": "T-1", "enrichment": {"summary": evil, "intent": "[blink]x[/blink]"}}}
    report.show(screen.stdout(), (entry,), Evidence({ticket: "hash"}), results)
    out = capsys.readouterr().out
    assert all(text in out for text in ("[red]urgent[/red]", "[blink]x[/blink]", "[bold]odd[/bold]", "\ufffd[2J"))
    assert not set(out) & set("\x1b\x9b\x07\u202e")


def test_the_time_of_a_stage_is_the_mean_over_the_tickets_that_went_through_it() -> None:
    timings = [{"embed": 1.0, "intent": 4.0}, {"embed": 2.0}, {}]
    results = {TicketKey(str(n), n): {"enrichment": {"timings_ms": t}} for n, t in enumerate(timings)}
    assert report.stages(results) == [["embed", "1.50"], ["intent", "4.00"]]
