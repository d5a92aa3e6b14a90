"""What every test shares: no way to a real AWS, and one local AWS for the whole session.

A test that asks for ``resources`` gets the emulator started (once), its marker, and fresh empty resources.
"""

import os
from collections.abc import Iterator

import pytest

from handler import app, bootstrap, profiles, telemetry
from handler.domain.ports import TunedEmbedder
from handler.local import clearing, clients
from handler.local import emulator as local_emulator
from handler.local import resources as local_resources
from handler.local.clients import Aws
from handler.local.endpoint import Endpoint
from handler.local.resources import Resources
from handler.local.server import Server
from handler.settings import Settings
from tests.factories import RAW_BUCKET


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever needs the emulator is marked so, without having to say it twice."""
    for item in items:
        if "emulator" in getattr(item, "fixturenames", ()):
            item.add_marker("emulator")


@pytest.fixture(autouse=True)
def _no_way_to_a_real_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the developer's environment and home directory say about AWS and settings, no test sees it."""
    for name in list(os.environ):
        if name.startswith(("AWS_", "TICKETS_")) and name != "TICKETS_MODEL_DIR":
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture(scope="session")
def emulator() -> Iterator[Server]:
    """The session's local AWS, on a free port; installed when it is first used on this machine."""
    with local_emulator.running() as server:
        yield server


@pytest.fixture(scope="session")
def aws(emulator: Server) -> Aws:
    """Clients of the session's local AWS: ``aws.s3``, ``aws.sqs``, ``aws.dynamodb``, ``aws.functions``."""
    return clients.connect(Endpoint(emulator.endpoint, ours=True))


@pytest.fixture
def resources(aws: Aws) -> Resources:
    """Buckets, queues and table, fresh and empty: about 0.1 s. S3's test event is out of the queue already."""
    clearing.clear(aws)
    made = local_resources.create(aws)
    aws.sqs.purge_queue(QueueUrl=made.queue_url)
    return made


@pytest.fixture(scope="session")
def minilm() -> TunedEmbedder:
    """The real embedder; ``make models`` has fetched its weights."""
    return profiles.embedder(Settings())


@pytest.fixture
def deployed_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that was just started, in the environment of a deployed function."""
    monkeypatch.setenv("POWERTOOLS_TRACE_DISABLED", "1")
    monkeypatch.setenv("TICKETS_RAW_BUCKET", RAW_BUCKET)
    monkeypatch.setenv("TICKETS_ENRICHED_BUCKET", "tickets-enriched")
    monkeypatch.setenv("TICKETS_TABLE", "tickets")
    monkeypatch.setenv("TICKETS_DLQ_URL", "http://127.0.0.1:1/000000000000/ticket-processing-dlq")
    telemetry.reset()
    bootstrap.reset()
    app.reset()
