"""Everything that can be set, in one frozen object. Nobody else reads the environment."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from handler.domain.version import PIPELINE_VERSION

PREFIX = "TICKETS_"
Address = Annotated[str, Field(min_length=1)]


class InitializationType(BaseSettings):
    """What Lambda says of the process before there is a message; nothing else has to be right for it to be read."""

    initialization_type: str = Field("on-demand", validation_alias="AWS_LAMBDA_INITIALIZATION_TYPE")


class Environment(BaseSettings):
    """Variables of ours: each field of what follows is TICKETS_<NAME>."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore", hide_input_in_errors=True
    )


class Settings(Environment):
    """What the pipeline needs."""

    profile: Literal["fast", "full"] = Field("fast", description="Which models are used.")
    backend: Literal["ctranslate2", "torch"] = Field(
        "ctranslate2", description="What runs them; torch, the reference in float32, needs the extra of that name."
    )
    model_dir: Path | None = Field(None, description="Where models lie; the user's cache directory if unset.")
    taxonomy: Path | None = Field(None, description="A taxonomy file (TOML) of your own.")
    heads: Literal["off"] | Path | None = Field(
        None, description="A file of heads that `fit` wrote; `off` for examples and rules alone."
    )
    pipeline_version: int = Field(
        PIPELINE_VERSION, ge=1, le=10**9, description="Raise it to enrich stored tickets again."
    )
    on_partial: Literal["keep", "retry"] = Field(
        "keep", description="What becomes of a ticket when a stage failed on it."
    )
    on_deadline: Literal["retry", "extractive"] = Field(
        "retry",
        description="What gives when time is short: the ticket stays on the queue, or its summary is extractive.",
    )
    pii: Literal["mask", "off"] = Field("mask", description="Whether personal data is masked in what is stored.")
    threads: int = Field(0, ge=0, le=64, description="Engine threads; 0 takes what the memory setting buys.")
    batch_size: int = Field(
        100, ge=1, le=10_000, description="Lines that `enrich`, and messages that `worker` works on at once."
    )
    reserve_seconds: float = Field(5.0, ge=0, le=600, description="Seconds of an invocation kept for storing.")
    embedding_precision: Literal["int8", "float32"] = Field("int8", description="Precision of the embedding model.")
    cpu_variant: Literal["generic", "avx2", "avx512", "arm64"] | None = Field(
        None, description="The processor that an image was built for; another one is refused at start."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="What is logged.")
    memory_mb: int | None = Field(
        None,
        validation_alias="AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        description="Set by Lambda: it grants processor time by memory.",
    )

    @field_validator("model_dir", "taxonomy", "heads")
    @classmethod
    def _at_home(cls, path: Path | str | None) -> Path | str | None:
        try:
            return path.expanduser() if isinstance(path, Path) else path
        except RuntimeError:  # which pydantic would let through as it is
            raise ValueError("names the home directory of nobody") from None


class DeployedSettings(Settings):
    """What an entry point needs that reads from AWS and writes to it. Addresses have no defaults."""

    raw_bucket: str = Field(min_length=1, description="Where tickets are read from.")
    payload_bucket: str | None = Field(None, description="Where the payloads of extended-client pointers lie.")
    enriched_bucket: str = Field(min_length=1, description="Where enriched tickets are written to.")
    table: str = Field(min_length=1, description="The DynamoDB table of committed rows.")
    dlq_url: str = Field(min_length=1, description="The dead-letter queue's URL.")
    queue_url: str | None = Field(None, description="The queue's URL; a worker needs it.")

    @model_validator(mode="after")
    def _output_is_not_input(self) -> Self:
        if self.enriched_bucket in {self.raw_bucket, self.payload_bucket}:
            raise ValueError(
                f"{PREFIX}ENRICHED_BUCKET must be another bucket than the ones that are read: it would loop"
            )
        if self.queue_url == self.dlq_url:
            raise ValueError(f"{PREFIX}DLQ_URL must be another queue than {PREFIX}QUEUE_URL")
        return self


class ProbeSettings(Environment):
    """Where a worker is asked how it is: all that it needs to say that the rest cannot work."""

    bind_address: str = Field("0.0.0.0", description="Where probes and Prometheus ask.")  # noqa: S104 - they ask from outside of the pod
    health_port: int = Field(8080, ge=0, le=65_535, description="Port of /health and /ready; 0 takes a free one.")


class WorkerSettings(ProbeSettings, DeployedSettings):
    """What the worker needs beside that."""

    queue_url: str = Field(min_length=1, description="The queue's URL.")
    visibility_seconds: int = Field(
        360, ge=10, le=43_200, description="For how long a message in hand is hidden from others."
    )
    heartbeat_seconds: float | None = Field(
        None, gt=0, description="How often that is said again while models run; half of it if unset."
    )
    grace_seconds: float = Field(
        25, ge=1, le=3_600, description="From SIGTERM to the end; less than terminationGracePeriodSeconds."
    )
    consumers: int = Field(
        2, ge=1, le=16, description="Loops in one process: while one stores its batch, another enriches."
    )
    metrics_port: int = Field(9090, ge=0, le=65_535, description="Port of Prometheus' /metrics; 0 takes a free one.")

    @property
    def beat_every(self) -> float:
        """Seconds between two heartbeats."""
        return self.heartbeat_seconds or self.visibility_seconds / 2

    @model_validator(mode="after")
    def _in_time(self) -> Self:
        if self.beat_every >= self.visibility_seconds:
            raise ValueError(f"{PREFIX}HEARTBEAT_SECONDS must be less than {PREFIX}VISIBILITY_SECONDS")
        if self.reserve_seconds >= self.grace_seconds:
            raise ValueError(f"{PREFIX}RESERVE_SECONDS must be less than {PREFIX}GRACE_SECONDS: nothing would start")
        return self


class DeadLetterAddresses(Environment):
    """What an operator needs to look at dead letters: no more of DeployedSettings than that, here and below."""

    dlq_url: Address


class RedriveAddresses(DeadLetterAddresses):
    """Where dead letters are, and where they go back to."""

    queue_url: Address

    @model_validator(mode="after")
    def _to_another_queue(self) -> Self:
        if self.queue_url == self.dlq_url:
            raise ValueError(f"{PREFIX}DLQ_URL must be another queue than {PREFIX}QUEUE_URL")
        return self


class BackfillAddresses(Environment):
    """Which tickets are named to which queue."""

    raw_bucket: Address
    queue_url: Address


class ResultAddresses(Environment):
    """Where results are committed."""

    enriched_bucket: Address
    table: Address


class ErasureAddresses(ResultAddresses, RedriveAddresses):
    """Every place where a ticket may be."""

    raw_bucket: Address
    payload_bucket: str | None = None


def explain(error: ValidationError) -> str:
    """One line that names each variable at fault."""
    reasons = []
    for fault in error.errors(include_url=False, include_input=False, include_context=False):
        name = "".join(str(part) for part in fault["loc"])
        variable = f"{PREFIX}{name.upper()}: " if name and name.islower() else f"{name}: " if name else ""
        reasons.append(variable + fault["msg"].removeprefix("Value error, "))
    return "; ".join(reasons)
