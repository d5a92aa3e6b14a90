"""What has to be true of the function under the real runtime client. Each check is told on a line, and may fail."""

import json
import socket
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from handler.inference.artifacts import default_root
from handler.local import resources
from handler.local.clients import Aws
from handler.local.resources import Resources
from tests.invocations import event, expect, put, row
from tests.rie.emulator import UID, Rie, in_lock, running

EVENTS = Path(__file__).parents[1] / "events"


@dataclass(frozen=True)
class Field:
    """Where the checks are made."""

    program: Path
    aws: Aws
    made: Resources
    variables: dict[str, str]
    folder: Path


def cold_and_warm(field: Field) -> None:
    """A ticket is enriched by a new process; by the same one again, without loading a model twice."""
    with running(field.program, field.variables, field.folder / "cold.log") as rie:
        cold = rie.invoke(event(put(field, "T-cold")))
        expect(cold.body == {"batchItemFailures": []}, "a cold call settles its message", cold)
        expect(row(field, "T-cold"), "and its row is committed", "no row")
        loads = rie.metrics("ModelLoadTime")
        expect(loads, "which loads models", loads)
        warm = rie.invoke(event(put(field, "T-warm")))
        expect(warm.body == {"batchItemFailures": []} and row(field, "T-warm"), "so does a warm call", warm)
        expect(rie.metrics("ModelLoadTime") == loads, "which loads none", rie.metrics("ModelLoadTime"))
        expect(rie.metrics("ColdStart") == [1.0], "one cold start", rie.metrics("ColdStart"))
        print(f"    cold {cold.seconds * 1000:.0f} ms, warm {warm.seconds * 1000:.0f} ms")
        _all_forms(rie)
        _errors(field, rie)


def _all_forms(rie: Rie) -> None:
    """Every recorded message, in one batch: none of them breaks it."""
    files = sorted(EVENTS.glob("*.json"))
    answer = rie.invoke(event(*(json.loads(file.read_text(encoding="utf-8")) for file in files)))
    ids = {f"m-{place}" for place in range(len(files))}
    failed = {one["itemIdentifier"] for one in answer.body["batchItemFailures"]}
    expect(failed <= ids, f"a batch of {len(files)} recorded messages is answered, {len(failed)} stay", answer)


def _errors(field: Field, rie: Rie) -> None:
    """Raised, as the pollers want it, with the reason; the process stays."""
    answer = rie.invoke({})
    expect(answer.body.get("errorType") == "ValueError", "an event without Records raises", answer)
    body = put(field, "T-later")
    field.aws.dynamodb.delete_table(TableName=field.made.names.table)
    answer = rie.invoke(event(body))
    expect(answer.body.get("errorType") == "StoreUnavailable", "a batch without a table raises, and comes back", answer)
    resources.create(field.aws)
    answer = rie.invoke(event(body))
    expect(answer.body == {"batchItemFailures": []} and row(field, "T-later"), "and goes through later", answer)


def timeout(field: Field) -> None:
    """A store that never answers: Lambda ends the call, and nothing is settled."""
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        variables = {
            **field.variables,
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{silent.getsockname()[1]}",
            "AWS_LAMBDA_FUNCTION_TIMEOUT": "4",
            "TICKETS_RESERVE_SECONDS": "1",
        }
        with running(field.program, variables, field.folder / "timeout.log") as rie:
            answer = rie.invoke(event(put(field, "T-slow")))
    expect("Task timed out after 4" in str(answer.body), "a store that never answers ends in a timeout", answer)
    expect(row(field, "T-slow") is None, "and nothing is committed", "a row")


def refused_to_start(field: Field) -> None:
    """A bad setting: the reason in one line, before the runtime's own words."""
    with running(field.program, {**field.variables, "TICKETS_PROFILE": "huge"}, field.folder / "bad.log") as rie:
        answer = rie.invoke(event(put(field, "T-bad")))
        said = rie.log.read_text(errors="replace")
    expect("ValidationError" in str(answer.body), "a bad setting raises", answer)
    expect("TICKETS_PROFILE: Input should be 'fast' or 'full'" in said, "and names the setting", said[-500:])


def read_only(field: Field) -> None:
    """As on Lambda: nothing but /tmp can be written, by a user who owns nothing."""
    if obstacle := _obstacle():
        print(f"NOT RUN under a read-only root: {obstacle}")
        return
    probe = "id -u; touch /here 2>&1 >/dev/null | grep -c Read-only; touch /tmp/here && echo temporary"
    said = subprocess.run(in_lock("sh", "-c", probe), stdout=subprocess.PIPE, text=True, check=False).stdout
    expect(said.split("\n")[:-1] == [UID, "1", "temporary"], "the lock holds", said)
    with running(field.program, field.variables, field.folder / "locked.log", locked=True) as rie:
        answer = rie.invoke(event(put(field, "T-locked")))
        said = rie.log.read_text(errors="replace")
    done = answer.body == {"batchItemFailures": []} and row(field, "T-locked")
    expect(done, "under a read-only root, uid 993 and a fresh /tmp it does the same", (answer, said[-1_500:]))


def _obstacle() -> str:
    """Why this machine cannot lock anything in, if it cannot; it is said aloud."""
    if any(path.resolve().is_relative_to("/tmp") for path in (EVENTS, default_root())):  # noqa: S108 - Lambda's own
        return "the checkout or the models lie in /tmp, which a fresh one would hide"
    done = subprocess.run(in_lock("true"), stderr=subprocess.PIPE, text=True, check=False)
    return done.stderr.strip() or "it takes root" if done.returncode else ""


CHECKS: tuple[Callable[[Field], None], ...] = (cold_and_warm, timeout, refused_to_start, read_only)
