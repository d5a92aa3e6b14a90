"""``python -m tests.rehearsal [--processes]``: figures on one line; exit code 1 if the promise was broken."""

import argparse
import json
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from handler.local import clients, emulator, resources
from handler.local.clients import Aws
from handler.local.endpoint import Endpoint
from handler.local.resources import Resources
from tests.invocations import expect
from tests.rehearsal import spec as manifests
from tests.rehearsal.fleet import Fleet, until
from tests.rehearsal.gate import Gate
from tests.rehearsal.load import arriving
from tests.rehearsal.place import Place, choose
from tests.rehearsal.scenes import SCENES, Stage, said
from tests.sam_local.engine import say
from tests.soak.__main__ import left, redrive
from tests.soak.proxy import between
from tests.soak.verdict import verdict
from tests.soak.workload import Put, puts

OVERLAY = "image"
VISIBILITY_SECONDS = "30"  # 360 in the manifests: what a killed pod held is to be seen again while we watch
ENOUGH = 20_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="make rehearse", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--processes", action="store_true", help="do without Docker")
    parser.add_argument("--per-second", type=float, default=15, help="objects that are put while things happen")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder, ExitStack() as stack:
        place = choose(Path(folder), stack, processes=asked.processes)
        figures = {"runs_in": place.name, **rehearsed(place, asked.per_second)}
    sys.stdout.write(json.dumps(figures) + "\n")


def rehearsed(place: Place, per_second: float) -> dict[str, Any]:
    """The whole play on a local AWS of its own; its figures."""
    spec, gate = manifests.read(OVERLAY), Gate()
    with emulator.running() as server, between(server.endpoint, gate) as gated:
        aws = clients.connect(Endpoint(server.endpoint, ours=True))
        made = resources.create(aws)
        settings: Any = {"VisibilityTimeout": VISIBILITY_SECONDS, "RedrivePolicy": redrive(aws, made)}
        aws.sqs.set_queue_attributes(QueueUrl=made.queue_url, Attributes=settings)
        with place.let_in(urlsplit(gated).port or 0) as address:
            variables = dict(spec.environment) | _ours(made, address)
            with Fleet(spec, lambda: place.make(spec, variables)) as fleet:
                return _played(Stage(fleet, gate), aws, made, per_second)


def _played(stage: Stage, aws: Aws, made: Resources, per_second: float) -> dict[str, Any]:
    """Every scene under load; then the queue drains, all pods go, and the stores are judged."""
    figures: dict[str, Any] = {}
    stage.fleet.await_ready()
    with arriving(aws, made, puts(ENOUGH, seed=2026), per_second) as done:
        for name, scene in SCENES.items():
            say(f"-- {name}")
            figures[name] = scene(stage)
    figures["seconds_to_drain"] = round(until(lambda: not left(aws, made), "the queue did not drain"), 1)
    figures["idle stop"] = said(stage.fleet.stopped())
    return figures | _judged(aws, made, done)


def _judged(aws: Aws, made: Resources, done: list[Put]) -> dict[str, Any]:
    found = verdict(aws, made, done)
    expect(found.kept, "no ticket was lost, overwritten by an older one, or dead-lettered without reason", found)
    return {"tickets": len(done), "rows": found.rows, "dead_letters": dict(found.dead)}


def _ours(made: Resources, address: str) -> dict[str, str]:
    """What of the settings is not the manifests': where AWS is, and how long SQS hides a message."""
    return {
        **made.settings(),
        "AWS_ENDPOINT_URL": address,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": clients.REGION,
        "TICKETS_VISIBILITY_SECONDS": VISIBILITY_SECONDS,
    }


if __name__ == "__main__":
    main()
