"""A real Prometheus on a free port of this machine, for as long as a block runs."""

import json
import shutil
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from handler.local.server import free_port
from tests.monitor.short import SCRAPE_SECONDS, shortened

RULES = Path(__file__).parents[2] / "deploy/monitoring/rules.yaml"
PATIENCE = 150.0


@dataclass(frozen=True)
class Prometheus:
    """Where it answers."""

    url: str

    def ask(self, query: str) -> list[Any]:
        """The samples of an instant query. Raises HTTPError for one that is wrong."""
        found = self._get(f"/api/v1/query?{urllib.parse.urlencode({'query': query})}")
        assert "success" == found["status"], query
        return list(found["data"]["result"])

    def rules(self) -> list[Any]:
        """Each rule with how its last evaluation went."""
        return [rule for group in self._get("/api/v1/rules")["data"]["groups"] for rule in group["rules"]]

    def firing(self) -> set[tuple[str, str]]:
        """Alert and job."""
        found = self.ask('ALERTS{alertstate="firing"}')
        return {(one["metric"]["alertname"], one["metric"].get("job", "")) for one in found}

    def _get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path, timeout=20) as answer:  # noqa: S310 - ours, on loopback
            return json.load(answer)


@contextmanager
def prometheus(folder: Path, targets: Mapping[str, int]) -> Iterator[Prometheus]:
    """It asks the port of each job every second, and judges by the shortened rules."""
    program = shutil.which("prometheus")
    if program is None:
        pytest.fail("prometheus is not installed: run these tests with `make monitor`")
    (folder / "rules.yaml").write_text(shortened(RULES.read_text(encoding="utf-8")), encoding="utf-8")
    jobs = [
        {"job_name": job, "static_configs": [{"targets": [f"127.0.0.1:{port}"], "labels": {"namespace": "rehearsal"}}]}
        for job, port in targets.items()
    ]
    pace = {"scrape_interval": f"{SCRAPE_SECONDS}s", "evaluation_interval": f"{SCRAPE_SECONDS}s"}
    config = {"global": pace, "rule_files": ["rules.yaml"], "scrape_configs": jobs}
    (folder / "prometheus.yml").write_text(json.dumps(config), encoding="utf-8")
    port = free_port()
    arguments = [f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}"]
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(
            [program, *arguments, f"--web.listen-address=127.0.0.1:{port}"], stdout=log, stderr=log
        )
    try:
        yield _awaited(Prometheus(f"http://127.0.0.1:{port}"), process, len(targets))
    finally:
        process.terminate()
        process.wait()


def _awaited(server: Prometheus, process: subprocess.Popen[bytes], jobs: int) -> Prometheus:
    """Once it has asked all of them: what was counted before its first look is no step that it could see."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if len(server.ask("up == 1")) == jobs:
                return server
        except OSError:
            pass  # not listening yet
        time.sleep(0.1)
    raise AssertionError(f"prometheus did not start: {process.poll()}")
