"""The worker on the local AWS against ``enrich`` on the same tickets: ``python -m benchmarks.worker [--tickets N] [--long]``.

Start-up is left out of both. The worker does what ``enrich`` does not: it receives, reads the committed row, writes the object
and the row, and deletes; and the local AWS takes its share of the same processors. With ``--cpus`` both are kept to so many
processors, as a pod is by its limit; the local AWS is not.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.tickets import bodies
from handler.local import clients, emulator, resources
from handler.local.clients import Aws
from handler.local.endpoint import Endpoint
from handler.local.resources import Resources
from handler.local.server import free_port

COMMAND = str(Path(sys.executable).with_name("ticket-processor"))
ONE_LINE = "How long does my card number {} take to arrive?"


def tickets(count: int, *, long: bool) -> list[str]:
    """JSON lines."""
    texts = bodies(count) if long else [ONE_LINE.format(n) for n in range(count)]
    fields = {"subject": "", "created_at": 1_760_000_000, "customer_id": "C"}
    return [json.dumps({"ticket_id": f"B-{n}", "body": text, **fields}) for n, text in enumerate(texts)]


@dataclass(frozen=True)
class Pod:
    """What a contestant may use."""

    cpus: int

    @property
    def threads(self) -> dict[str, str]:
        """The setting."""
        return {"TICKETS_THREADS": str(self.cpus)}

    def command(self, *arguments: str) -> list[str]:
        """The command, kept to the first processors."""
        return ["taskset", "--cpu-list", f"0-{self.cpus - 1}", COMMAND, *arguments]


def enrich(pod: Pod, lines: list[str]) -> float:
    """Tickets a second, without start-up."""
    return (len(lines) - 1) / (_enrich_seconds(pod, lines) - _enrich_seconds(pod, lines[:1]))


def _enrich_seconds(pod: Pod, lines: list[str]) -> float:
    text, environment = "\n".join(lines).encode(), {**os.environ, **pod.threads}
    started = time.perf_counter()
    subprocess.run(pod.command("enrich"), env=environment, input=text, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def worker(pod: Pod, lines: list[str]) -> tuple[float, float]:
    """Tickets a second, from when it is ready to its last batch; and the memory of its own in the end, in MB.

    Own is what no other process has: Linux' Private_Clean and Private_Dirty, what a further process costs.
    """
    with tempfile.TemporaryDirectory() as folder, emulator.running() as server:
        aws = clients.connect(Endpoint(server.endpoint, ours=True))
        made = resources.create(aws)
        aws.sqs.purge_queue(QueueUrl=made.queue_url)  # S3's test event
        for start in range(0, len(lines), 10):
            entries: Any = [{"Id": str(n), "MessageBody": line} for n, line in enumerate(lines[start : start + 10])]
            aws.sqs.send_message_batch(QueueUrl=made.queue_url, Entries=entries)
        log = Path(folder) / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(pod.command("worker"), env=_environment(aws, made) | pod.threads, stdout=output)
        try:
            return _rate(log, len(lines)), _own_megabytes(process.pid)
        finally:
            process.kill()
            process.wait()


def _environment(aws: Aws, made: Resources) -> dict[str, str]:
    ports = {f"TICKETS_{name}_PORT": str(free_port()) for name in ("HEALTH", "METRICS")}
    credentials = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": clients.REGION}
    here = {"TICKETS_BIND_ADDRESS": "127.0.0.1", **ports, **credentials, **aws.endpoint.environment()}
    return {**os.environ, **made.settings(), **here}


def _rate(log: Path, count: int) -> float:
    done = 0
    while done < count:
        time.sleep(0.2)
        said = [json.loads(line) for line in log.read_text().splitlines() if line.endswith("}")]
        batches = [one for one in said if one["message"] == "batch processed"]
        done = sum(one["records"].get("done", 0) for one in batches)
    ready = next(one for one in said if one["message"] == "working")
    return count / (_moment(batches[-1]) - _moment(ready))


def _own_megabytes(pid: int) -> float:
    found = re.findall(r"^Private_\w+: +(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    return sum(map(int, found)) / 1024


def _moment(line: dict[str, Any]) -> float:
    return datetime.strptime(line["timestamp"], "%Y-%m-%d %H:%M:%S,%f%z").timestamp()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.worker")
    parser.add_argument("--tickets", type=int, default=1_000)
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cpus", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    chosen, pod = tickets(asked.tickets, long=asked.long), Pod(asked.cpus)
    rounds = [(*worker(pod, chosen), enrich(pod, chosen)) for _ in range(asked.rounds)]
    ours, megabytes, theirs = (median(side) for side in zip(*rounds, strict=True))
    figures = {"worker_per_s": round(ours, 1), "enrich_per_s": round(theirs, 1), "ratio": round(ours / theirs, 2)}
    print(json.dumps({**figures, "own_mb": round(megabytes), "cpus": pod.cpus}))
