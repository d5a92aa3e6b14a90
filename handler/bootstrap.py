"""Which adapter stands behind which port. The only place that chooses."""

import hashlib
import json
from functools import cache

import handler
from handler import profiles
from handler.domain.ports import Embedder
from handler.domain.taxonomy import Taxonomy, load_taxonomy
from handler.inference.brevity import is_short
from handler.inference.extractive import Extractive
from handler.inference.language import FastText
from handler.inference.remembered import Remembered
from handler.inference.tuning import tuning_for
from handler.pipeline.base import Computation, Pipeline, Stage
from handler.pipeline.embed import Embed
from handler.pipeline.gist import Gist
from handler.pipeline.haste import AtLeisure
from handler.pipeline.heads_file import HeadsFile, load_heads, shipped
from handler.pipeline.labels import labellers
from handler.pipeline.language import Identify
from handler.pipeline.redact import Redact
from handler.pipeline.summarize import Extract, Summarize
from handler.pipeline.tone import ClassifyTone
from handler.pipeline.work import reading
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


def build(settings: Settings, ports: Ports, *, models: profiles.Models | None = None) -> EnrichmentService:
    """A service on ``ports``. ``models`` stand in for those of the settings where they are given."""
    return EnrichmentService(
        ports,
        pipeline(settings, models or profiles.models_of(settings)),
        admission=Admission(settings.reserve_seconds),
        on_deadline=settings.on_deadline,
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


def pipeline(settings: Settings, models: profiles.Models) -> Pipeline:
    """The stages in the order in which they need each other. A new signal is one more line."""
    taxonomy = load_taxonomy(settings.taxonomy)
    what = computation(settings, taxonomy)
    labels = labellers(taxonomy, remembering(settings, models), heads_of(settings, taxonomy), embedding_of(settings))
    stages: tuple[Stage | tuple[Stage, ...], ...] = (
        Redact(settings.pii),
        Gist(),
        Identify(FastText()),
        *_embedded_and_summarized(models),
        labels["intent"],
        labels["urgency"],
        ClassifyTone(models.sentiment, labels["sentiment"]) if models.sentiment else labels["sentiment"],
    )
    return Pipeline(stages, what)


def heads_of(settings: Settings, taxonomy: Taxonomy) -> tuple[HeadsFile, ...]:
    """The files of heads that the settings want: the first that has one counts. Raises HeadsError."""
    if settings.heads == "off":
        return ()
    if settings.heads is None:
        return (shipped(),)
    return load_heads(settings.heads, taxonomy, embedding_of(settings)), shipped()


def embedding_of(settings: Settings) -> str:
    """The revision of the embedding model, and the version of what was tuned in it."""
    revision = _revisions(settings).get("minilm", "")
    tuning = tuning_for(revision)
    return f"{revision}+{tuning.version}" if tuning else revision


def _embedded_and_summarized(models: profiles.Models) -> tuple[Stage | tuple[Stage, ...], ...]:
    """What writes needs no embedding, and so runs beside it; what takes sentences from the ticket comes after both."""
    embed, extractive = Embed(models.embedder), Extractive(models.embedder)
    if models.summarizer is None:
        return embed, Extract(extractive)
    written = Summarize(models.summarizer, cost=_generating)
    return (embed, AtLeisure(written)), Extract(extractive, stands_in=True)


BEAMS_WORK = 10_000  # characters' worth of a summary's beams, however long the text is: a second by the first guess


def _generating(text: str) -> float:
    """A short text is its own summary."""
    return 0.0 if is_short(text) else BEAMS_WORK + reading(text)


def remembering(settings: Settings, models: profiles.Models) -> Embedder:
    """The embedder for texts that stay the same from process to process: the examples of a taxonomy."""
    revisions = _revisions(settings)
    what = f"{handler.__version__} {revisions} {settings.backend} {settings.embedding_precision}"
    return Remembered(models.embedder, profiles.model_root(settings) / "examples", what)


def _revisions(settings: Settings) -> dict[str, str]:
    return {name: pin.revision for name, pin in profiles.pins(settings).items()}


def computation(settings: Settings, taxonomy: Taxonomy) -> Computation:
    """What the settings compute with. The fingerprint changes with all of it, and with each release."""
    models = _revisions(settings)
    what = {
        "package": handler.__version__,
        "profile": settings.profile,
        "backend": settings.backend,
        "models": models,
        "embedding": embedding_of(settings),
        "taxonomy": taxonomy.version,
        "heads": "+".join(heads.version for heads in heads_of(settings, taxonomy)),
        "pii": settings.pii,
        "precision": settings.embedding_precision,
    }
    fingerprint = hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()
    return Computation(
        settings.pipeline_version, settings.profile, settings.backend, models, taxonomy.version, fingerprint
    )
