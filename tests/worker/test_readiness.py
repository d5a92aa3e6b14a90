"""A real worker process that cannot start: it stays, says why in one line, and leaves when it is told to."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from handler import profiles
from handler.cli.worker import probe_settings
from handler.inference.artifacts import converted_folder
from handler.inference.cpu import NEEDS, cpu_features
from handler.local.clients import Aws
from handler.local.resources import Resources
from handler.local.server import free_port
from handler.settings import ProbeSettings, Settings
from tests.worker.test_parts import status, told
from tests.worker.test_run import SECONDS, until, worker

ABSENT = next((variant for variant, needs in NEEDS.items() if not needs <= cpu_features()), "")


def left(process: subprocess.Popen[str]) -> list[str]:
    """All that it said, once SIGTERM has ended it."""
    process.send_signal(signal.SIGTERM)
    lines, _ = process.communicate(timeout=SECONDS)
    assert (0, 0) == (process.returncode, lines.count("Traceback"))
    return lines.splitlines()


def reasons(lines: list[str]) -> list[str]:
    """Of its "cannot start" lines."""
    logged: list[dict[str, Any]] = [json.loads(line) for line in lines]
    return [line["reason"] for line in logged if line["message"] == "cannot start"]


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"TICKETS_QUEUE_URL": ""}, "TICKETS_QUEUE_URL: Field required"),
        ({"TICKETS_GRACE_SECONDS": "soon"}, "TICKETS_GRACE_SECONDS: "),
        ({"TICKETS_GRACE_SECONDS": "4"}, "TICKETS_RESERVE_SECONDS must be less than TICKETS_GRACE_SECONDS"),
        ({"TICKETS_METRICS_PORT": "http"}, "TICKETS_METRICS_PORT: "),
    ],
)
def test_settings_that_cannot_work_leave_it_alive_and_unready_with_one_line(
    aws: Aws, resources: Resources, settings: dict[str, str], named: str
) -> None:
    """No crash loop: the pod stands there with the reason, and the rollout stops."""
    with worker(aws, resources, "--stay", TICKETS_BIND_ADDRESS="127.0.0.1", **settings) as (process, ports):
        until(lambda: status(ports["health"], "/health") == 200)
        answer = told(ports["health"], "/ready")
        lines = left(process)
    assert (503, 1) == (answer[0], len(answer[1].splitlines()))
    assert named in answer[1]
    assert [answer[1].strip()] == reasons(lines)
    assert 2 == len(lines), "the reason, and that it stopped"


def test_a_setting_of_the_probes_themselves_falls_back_to_what_the_manifests_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They have to ask somewhere."""
    monkeypatch.setenv("TICKETS_HEALTH_PORT", "http")
    assert ProbeSettings.model_fields["health_port"].default == probe_settings().health_port == 8080


@pytest.mark.models
def test_a_model_volume_that_is_empty_then_damaged_then_filled(aws: Aws, resources: Resources, tmp_path: Path) -> None:
    """Refused by hash, in one line each time; once it is sound the same process works."""
    real = profiles.model_root(Settings())
    folder = converted_folder(real, profiles.pins(Settings())["minilm"], "int8").name
    with worker(aws, resources, "--stay", TICKETS_MODEL_DIR=str(tmp_path)) as (process, ports):
        until(lambda: f"{folder} is missing: run 'ticket-processor models fetch" in told(ports["health"], "/ready")[1])
        shutil.copytree(real / "converted" / folder, tmp_path / "converted" / folder)
        damaged = tmp_path / "converted" / folder / "model.bin"
        sound = damaged.read_bytes()
        damaged.write_bytes(sound[:-1] + bytes([sound[-1] ^ 1]))
        until(lambda: "has sha256" in told(ports["health"], "/ready")[1])
        assert 200 == status(ports["health"], "/health")
        damaged.write_bytes(sound)
        until(lambda: told(ports["health"], "/ready") == (200, ""))
        said = reasons(left(process))
    assert 2 <= len(said) <= 3, "missing and damaged; half copied, if it looked just then"


@pytest.mark.skipif(not ABSENT, reason="this processor has every variant's features")
def test_a_node_that_lacks_what_the_image_was_built_for(aws: Aws, resources: Resources) -> None:
    """Two lines: the guard's own, before any library is loaded, and the log's."""
    with worker(aws, resources, "--stay", TICKETS_CPU_VARIANT=ABSENT) as (process, ports):
        until(lambda: status(ports["health"], "/health") == 200)
        assert f"TICKETS_CPU_VARIANT={ABSENT}" in told(ports["health"], "/ready")[1]
        lines = left(process)
    assert f"ticket-processor: TICKETS_CPU_VARIANT={ABSENT}" in lines[0]
    assert 1 == len(reasons(lines[1:]))


def test_credentials_and_region_that_are_missing_are_a_reason_too(aws: Aws, resources: Resources) -> None:
    """boto3 refuses to make a client without a region."""
    nowhere = {"AWS_DEFAULT_REGION": "", "AWS_ENDPOINT_URL": "", "AWS_CONFIG_FILE": os.devnull}
    with worker(aws, resources, "--stay", **nowhere) as (process, ports):
        until(lambda: "AWS_DEFAULT_REGION" in told(ports["health"], "/ready")[1])
        assert 1 == len(reasons(left(process)))


def test_what_stays_is_alive_for_as_long_as_it_stays() -> None:
    """The kubelet would restart it else, every five minutes: a crash loop after all. Here a loop is stuck after 1 s."""
    port = free_port()
    code = (
        "from handler.settings import ProbeSettings\nfrom handler.worker import health, readiness\n"
        f"health.STUCK_SECONDS = 1.0\nreadiness.stay('no', ProbeSettings(bind_address='127.0.0.1', health_port={port}))"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    until(lambda: status(port, "/health") == 200)
    time.sleep(2)
    assert (200, (503, "no\n")) == (status(port, "/health"), told(port, "/ready"))
    assert ["no"] == reasons(left(process))
