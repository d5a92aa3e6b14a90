"""Which models a profile has on which backend, and where they lie."""

from dataclasses import dataclass
from pathlib import Path

from handler.domain.ports import SentimentModel, Summarizer, TunedEmbedder
from handler.inference.artifacts import default_root
from handler.inference.cpu import threads
from handler.inference.engine.distilbart import DistilBart
from handler.inference.engine.distilbert import DistilBert
from handler.inference.engine.files import Converted
from handler.inference.engine.minilm import MiniLM
from handler.inference.pins import ModelPin, model_pins
from handler.inference.reference.files import Published
from handler.inference.tuning import tuning_for
from handler.settings import Settings


@dataclass(frozen=True, slots=True)
class Models:
    """What a profile computes with; the fast one needs the embedder only."""

    embedder: TunedEmbedder
    sentiment: SentimentModel | None = None
    summarizer: Summarizer | None = None


def models_of(settings: Settings) -> Models:
    """The models of the settings' profile. None is loaded yet."""
    if settings.profile == "fast":
        return Models(embedder(settings))
    return Models(embedder(settings), sentiment_model(settings), abstractive(settings))


def embedder(settings: Settings) -> TunedEmbedder:
    """MiniLM on the settings' backend."""
    if settings.backend == "torch":
        from handler.inference.reference.minilm import TorchMiniLM  # noqa: PLC0415 - torch is an extra

        published = _published("minilm", settings)
        return TorchMiniLM(published, tuning_for(published.pin.revision))
    converted = _converted("minilm", settings, settings.embedding_precision)
    return MiniLM(converted, threads=_threads(settings), tuning=tuning_for(converted.pin.revision))


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


def pins(settings: Settings) -> dict[str, ModelPin]:
    """The models of the settings' profile, as the model directory pins them. Raises ModelUnavailable."""
    return {name: pin for name, pin in model_pins(model_root(settings)).items() if settings.profile in pin.profiles}
