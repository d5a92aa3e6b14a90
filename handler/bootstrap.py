"""Which adapter stands behind which port. The only place that chooses."""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import handler
from handler.domain.ports import Embedder, SentimentModel, Summarizer
from handler.domain.taxonomy import Taxonomy, load_taxonomy
from handler.inference.artifacts import default_root
from handler.inference.cpu import threads
from handler.inference.engine.distilbart import DistilBart
from handler.inference.engine.distilbert import DistilBert
from handler.inference.engine.files import Converted
from handler.inference.engine.minilm import MiniLM
from handler.inference.extractive import Extractive
from handler.inference.language import FastText
from handler.inference.pins import ModelPin, model_pins
from handler.inference.reference.files import Published
from handler.inference.remembered import Remembered
from handler.pipeline.base import Computation, Pipeline, Stage
from handler.pipeline.embed import Embed
from handler.pipeline.intent import ClassifyIntent
from handler.pipeline.language import Identify
from handler.pipeline.redact import Redact
from handler.pipeline.sentiment import ClassifySentiment
from handler.pipeline.summarize import Summarize
from handler.pipeline.tone import ClassifyTone
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


@dataclass(frozen=True, slots=True)
class Models:
    """What a profile computes with; the fast one needs the embedder only."""

    embedder: Embedder
    sentiment: SentimentModel | None = None
    summarizer: Summarizer | None = None


def build(settings: Settings, ports: Ports, *, models: Models | None = None) -> EnrichmentService:
    """A service on ``ports``. ``models`` stand in for those of the settings where they are given."""
    return EnrichmentService(
        ports,
        pipeline(settings, models or models_of(settings)),
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


def pipeline(settings: Settings, models: Models) -> Pipeline:
    """The stages in the order in which they need each other. A new signal is one more line."""
    taxonomy = load_taxonomy(settings.taxonomy)
    what = computation(settings, taxonomy)
    examples = Remembered(models.embedder, model_root(settings) / "examples", _examples_of(what, settings))
    extractive = Extractive(models.embedder)
    stages: tuple[Stage, ...] = (
        Redact(settings.pii),
        Identify(FastText()),
        Embed(models.embedder),
        ClassifyIntent(taxonomy, examples),
        ClassifyUrgency(),
        ClassifyTone(models.sentiment) if models.sentiment else ClassifySentiment(examples),
        Summarize(models.summarizer or extractive),
    )
    return Pipeline(stages, what)


def _examples_of(what: Computation, settings: Settings) -> str:
    return f"{handler.__version__} {what.models} {settings.backend} {settings.embedding_precision}"


def models_of(settings: Settings) -> Models:
    """The models of the settings' profile. None is loaded yet."""
    if settings.profile == "fast":
        return Models(embedder(settings))
    return Models(embedder(settings), sentiment_model(settings), abstractive(settings))


def embedder(settings: Settings) -> Embedder:
    """MiniLM on the settings' backend."""
    if settings.backend == "torch":
        from handler.inference.reference.minilm import TorchMiniLM  # noqa: PLC0415 - torch is an extra

        return TorchMiniLM(_published("minilm", settings))
    return MiniLM(_converted("minilm", settings, settings.embedding_precision), threads=_threads(settings))


def sentiment_model(settings: Settings) -> SentimentModel:
    """DistilBERT on the settings' backend."""
    if settings.backend == "torch":
        from handler.inference.reference.distilbert import TorchDistilBert  # noqa: PLC0415 - torch is an extra

        return TorchDistilBert(_published("distilbert", settings))
    return DistilBert(_converted("distilbert", settings), threads=_threads(settings))


def abstractive(settings: Settings) -> Summarizer:
    """DistilBART on the settings' backend."""
    if settings.backend == "torch":
        from handler.inference.reference.distilbart import TorchDistilBart  # noqa: PLC0415 - torch is an extra

        return TorchDistilBart(_published("distilbart", settings))
    return DistilBart(_converted("distilbart", settings), threads=_threads(settings))


def _converted(name: str, settings: Settings, precision: str = "int8") -> Converted:
    return Converted(pins(settings)[name], model_root(settings), precision)


def _published(name: str, settings: Settings) -> Published:
    return Published(pins(settings)[name], model_root(settings), _threads(settings))


def _threads(settings: Settings) -> int:
    return threads(settings.threads, settings.memory_mb)


def model_root(settings: Settings) -> Path:
    """Where the settings' models lie."""
    return settings.model_dir or default_root()


def computation(settings: Settings, taxonomy: Taxonomy) -> Computation:
    """What the settings compute with. The fingerprint changes with all of it, and with each release."""
    models = {name: pin.revision for name, pin in pins(settings).items()}
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


def pins(settings: Settings) -> dict[str, ModelPin]:
    """The models of the settings' profile, as the model directory pins them. Raises ModelUnavailable."""
    return {name: pin for name, pin in model_pins(model_root(settings)).items() if settings.profile in pin.profiles}
