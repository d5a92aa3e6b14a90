"""Which adapter stands behind which port. The only place that chooses."""

import hashlib
import json
from functools import cache
from pathlib import Path

import handler
from handler.domain.ports import Embedder
from handler.domain.taxonomy import Taxonomy, load_taxonomy
from handler.inference.artifacts import default_root
from handler.inference.cpu import threads
from handler.inference.extractive import Extractive
from handler.inference.language import FastText
from handler.inference.minilm import MiniLM
from handler.inference.pins import ModelPin, model_pins
from handler.inference.remembered import Remembered
from handler.pipeline.base import Computation, Pipeline
from handler.pipeline.embed import Embed
from handler.pipeline.intent import ClassifyIntent
from handler.pipeline.language import Identify
from handler.pipeline.redact import Redact
from handler.pipeline.sentiment import ClassifySentiment
from handler.pipeline.summarize import Summarize
from handler.pipeline.urgency import ClassifyUrgency
from handler.service import EnrichmentService
from handler.service.admission import Admission
from handler.service.core import Ports
from handler.settings import DeployedSettings, Settings
from handler.sqs.envelope import Envelope


@cache
def deployed_settings() -> DeployedSettings:
    """The environment, read once a process. Raises pydantic's ValidationError."""
    return DeployedSettings()


@cache
def deployed_service() -> EnrichmentService:
    """The service that the environment describes, made once a process. Raises pydantic's ValidationError."""
    settings = deployed_settings()
    return build(settings, aws_ports(settings))


def reset() -> None:
    """Forgets both, for tests."""
    deployed_settings.cache_clear()
    deployed_service.cache_clear()


def build(settings: Settings, ports: Ports, *, embedder: Embedder | None = None) -> EnrichmentService:
    """A service on ``ports``. ``embedder`` stands in for MiniLM where it is given."""
    return EnrichmentService(
        ports,
        pipeline(settings, embedder or minilm(settings)),
        admission=Admission(settings.reserve_seconds),
        on_partial=settings.on_partial,
    )


def aws_ports(settings: DeployedSettings) -> Ports:
    """S3, DynamoDB and SQS, at the addresses of ``settings``."""
    from handler import aws  # noqa: PLC0415 - the command line enriches without boto3, which takes long to import
    from handler.sqs.queue import SqsDeadLetters  # noqa: PLC0415 - as above
    from handler.storage.dynamodb import DynamoRows  # noqa: PLC0415 - as above
    from handler.storage.results import AwsResultStore  # noqa: PLC0415 - as above
    from handler.storage.s3 import S3Objects, S3Source  # noqa: PLC0415 - as above

    s3 = aws.s3_client()
    return Ports(
        Envelope(settings.raw_bucket, settings.payload_bucket),
        S3Source(s3),
        AwsResultStore(S3Objects(s3, settings.enriched_bucket), DynamoRows(aws.dynamodb_client(), settings.table)),
        SqsDeadLetters(aws.sqs_client(), settings.dlq_url, settings.pipeline_version),
    )


def pipeline(settings: Settings, embedder: Embedder) -> Pipeline:
    """The stages in the order in which they need each other. A new signal is one more line."""
    taxonomy = load_taxonomy(settings.taxonomy)
    what = computation(settings, taxonomy)
    examples = Remembered(embedder, model_root(settings) / "examples", _examples_of(what, settings))
    stages = (
        Redact(settings.pii),
        Identify(FastText()),
        Embed(embedder),
        ClassifyIntent(taxonomy, examples),
        ClassifyUrgency(),
        ClassifySentiment(examples),
        Summarize(Extractive(embedder)),
    )
    return Pipeline(stages, what)


def _examples_of(what: Computation, settings: Settings) -> str:
    return f"{handler.__version__} {what.models} {settings.embedding_precision}"


def minilm(settings: Settings) -> MiniLM:
    """The embedder of the settings' precision and threads."""
    return MiniLM(
        _pins(settings)["minilm"],
        model_root(settings),
        threads=threads(settings.threads, settings.memory_mb),
        precision=settings.embedding_precision,
    )


def model_root(settings: Settings) -> Path:
    """Where the settings' models lie."""
    return settings.model_dir or default_root()


def computation(settings: Settings, taxonomy: Taxonomy) -> Computation:
    """What the settings compute with. The fingerprint changes with all of it, and with each release."""
    models = {name: pin.revision for name, pin in _pins(settings).items()}
    what = {
        "package": handler.__version__,
        "profile": settings.profile,
        "backend": settings.backend,
        "models": models,
        "taxonomy": taxonomy.version,
        "pii": settings.pii,
        "precision": settings.embedding_precision,
    }
    fingerprint = hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()
    return Computation(
        settings.pipeline_version, settings.profile, settings.backend, models, taxonomy.version, fingerprint
    )


def _pins(settings: Settings) -> dict[str, ModelPin]:
    return {name: pin for name, pin in model_pins().items() if settings.profile in pin.profiles}
