"""``ticket-processor enrich``: one line out for each line in."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from handler.cli.lines import MAX_CHUNK_BYTES, MAX_LINE_BYTES, Line, chunks, read_lines
from tests.factories import ticket_fields

pytestmark = pytest.mark.models

COMMAND = Path(sys.executable).with_name("ticket-processor")


def run(*arguments: str, lines: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [str(COMMAND), *arguments]
    return subprocess.run(command, input=lines, capture_output=True, env=os.environ | environment, check=False)


def json_line(*args: object, **fields: object) -> bytes:
    return json.dumps(ticket_fields(*args, **fields)).encode() + b"\n"  # type: ignore[arg-type]


def test_every_line_is_answered_in_order_and_a_bad_one_stops_nothing() -> None:
    """Blank lines are skipped but counted; errors name the line, the code and the field, never the text."""
    lines = [json_line("T-1"), b"\n", b"{canary\n", json_line("T-2", created_at="canary"), b"\xff\n", json_line("T-3")]
    done = run("enrich", "-", lines=b"".join(lines), TICKETS_BATCH_SIZE="2")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert 1 == done.returncode
    assert ["T-1", None, "T-2", None, "T-3"] == [answer["ticket_id"] for answer in answers]
    errors = [(a["line"], a["error"]["code"], a["error"]["field"]) for a in answers if "error" in a]
    assert [(3, "InvalidTicket", ""), (4, "InvalidTicket", "created_at"), (5, "InvalidTicket", "")] == errors
    assert ["line 3", "line 4 (T-2)", "line 5"] == [line.split(":")[0] for line in done.stderr.decode().splitlines()]
    assert b"canary" not in done.stdout + done.stderr


def test_nothing_is_remembered_between_lines() -> None:
    """The same ticket twice is computed twice over, an edit is no stale version: this is no queue."""
    lines = [json_line(), json_line(), json_line(body="an edit"), json_line()]
    done = run("enrich", lines=b"".join(lines), TICKETS_BATCH_SIZE="3")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert (0, 4) == (done.returncode, len(answers))
    assert answers[0]["enrichment"]["embedding"] == answers[3]["enrichment"]["embedding"]


def test_the_answer_is_the_ticket_as_the_contract_says(tmp_path: Path) -> None:
    """Personal data masked, every signal with its confidence, band, method and evidence."""
    path = tmp_path / "tickets.jsonl"
    path.write_bytes(json_line(body="Charged twice! Write to ada@example.com", metadata={"source": "email"}))
    answer = json.loads(run("enrich", str(path)).stdout)
    enrichment = answer.pop("enrichment")
    assert "Charged twice! Write to [EMAIL]" == answer["body"]
    assert {"source": "email", "language": "en", "tags": []} == answer["metadata"]
    assert {"email": 1} == enrichment["pii"]
    for signal in ("intent", "urgency", "sentiment", "language"):
        parts = {f"{signal}_{part}" for part in ("confidence", "method", "band", "evidence")}
        assert {signal, *parts} <= set(enrichment)
    assert ("complete", 384) == (enrichment["status"], len(enrichment["embedding"]))
    assert {"redact", "gist", "language", "embed", "intent", "urgency", "sentiment", "summarize"} == set(
        enrichment["timings_ms"]
    )


@pytest.mark.parametrize(
    ("arguments", "environment", "code", "said"),
    [
        (["enrich", "/no/such/file"], {}, 2, "cannot be read"),
        (["enrich"], {"TICKETS_THREADS": "many"}, 2, "TICKETS_THREADS"),
        (["enrich"], {"TICKETS_TAXONOMY": "/no/such/file"}, 2, "/no/such/file"),
        (["enrich"], {"TICKETS_HEADS": "/no/such/file"}, 2, "TICKETS_HEADS: /no/such/file: cannot be read"),
        (["enrich"], {"TICKETS_MODEL_DIR": "/nowhere"}, 75, "run 'ticket-processor models fetch --profile fast'"),
        (["enrich", "--no-such-option"], {}, 2, "No such option"),
    ],
)
def test_what_stops_the_command_is_one_message_and_an_exit_code(
    arguments: list[str], environment: dict[str, str], code: int, said: str
) -> None:
    """2 for usage and settings, 75 for try again later; never a traceback."""
    done = run(*arguments, lines=json_line(), **environment)
    assert code == done.returncode
    assert said in done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert b"" == done.stdout


@pytest.mark.parametrize(
    "line",
    [b'{"Event": "s3:TestEvent"}', b'{"Records": [{"eventName": "ObjectRemoved:Delete", "s3": {}}]}', b"[1]", b"1"],
)
def test_a_line_that_is_no_ticket_is_answered_like_any_other(line: bytes) -> None:
    """Whatever it may be on a queue: here every line is a ticket."""
    done = run("enrich", lines=line + b"\n" + json_line("T-2"))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert ["InvalidTicket", "complete"] == [answers[0]["error"]["code"], answers[1]["enrichment"]["status"]]


def test_long_lines_make_short_chunks() -> None:
    """Memory is bounded in bytes, not only in lines."""
    lines = [Line(number, MAX_CHUNK_BYTES // 2) for number in range(5)]
    assert [2, 2, 1] == [len(chunk) for chunk in chunks(lines, most=100)]
    assert [3, 2] == [len(chunk) for chunk in chunks([Line(n, 1) for n in range(5)], most=3)]


def test_a_disk_that_is_full_is_told_in_one_line() -> None:
    """And not taken for success."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([COMMAND, "enrich"], input=json_line(), stdout=full, stderr=subprocess.PIPE, check=False)
    assert (2, "ticket-processor: output: No space left on device\n") == (done.returncode, done.stderr.decode())


def test_a_line_without_end_is_skipped_and_named() -> None:
    """Memory does not grow with a line, and the next one is read."""
    source = io.BytesIO(b"x" * (3 * MAX_LINE_BYTES) + b"\n" + b"{}\n")
    lines = list(read_lines(source))
    assert [(1, "TicketTooLarge"), (2, None)] == [(line.number, line.error and line.error.code) for line in lines]


def test_a_reader_that_goes_away_ends_the_command_quietly() -> None:
    """As with head."""
    endless = f"yes '{json_line().decode().strip()}' | head -2000"
    script = f"{endless} | {COMMAND} enrich | head -1 >/dev/null; echo ${{PIPESTATUS[2]}}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)  # noqa: S607 - a pipeline needs a shell
    assert ("141", "") == (done.stdout.strip(), done.stderr)
