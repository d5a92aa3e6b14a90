"""The default backend against torch, on the same weights. Runs where the extra [torch] is installed."""

import random
from pathlib import Path

import numpy as np
import pytest

from handler import profiles
from handler.inference import brevity
from handler.inference.artifacts import source_folder
from handler.inference.conversion.convert import Precision, convert
from handler.inference.engine.distilbart import DistilBart
from handler.inference.engine.distilbert import DistilBert
from handler.inference.engine.files import Converted
from handler.inference.engine.minilm import MiniLM
from handler.inference.reference.distilbart import TorchDistilBart
from handler.inference.reference.distilbert import TorchDistilBert
from handler.inference.reference.files import Published
from handler.inference.reference.minilm import TorchMiniLM
from handler.settings import Settings
from tests.inference import small
from tests.inference.conftest import Small
from tests.inference.tunings import changes, tuning

pytest.importorskip("torch", reason="the extra [torch] is not installed")
pytest.importorskip("sentence_transformers", reason="the extra [torch] is not installed")

pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore")]  # of libraries that are not ours


def texts(number: int, words: int) -> list[str]:
    """Random texts from the small vocabulary's words, of differing length."""
    pinned = random.Random(11)  # noqa: S311 - a pinned seed
    return [" ".join(pinned.choices(small.WORDS, k=words + pinned.randrange(20))) for _ in range(number)]


@pytest.mark.models
def test_minilm_in_float32_gives_the_same_embeddings(tmp_path: Path) -> None:
    """Real weights, sentence-transformers' own module, long texts in the same chunks."""
    settings = Settings()
    pin = profiles.pins(settings)["minilm"]
    convert(pin, source_folder(profiles.model_root(settings), pin), tmp_path, "float32")
    batch = [*texts(20, 30), "word " * 900, ""]
    engine, torch = MiniLM(Converted(pin, tmp_path, "float32"), threads=1), profiles.embedder(Settings(backend="torch"))
    ours, theirs = engine.embed(batch), torch.embed(batch)
    assert np.abs(ours.vectors - theirs.vectors).max() < 1e-5
    assert ours.truncated == theirs.truncated


def test_a_multilingual_minilm_gives_the_same_embeddings(tmp_path: Path) -> None:
    """Another tokenizer, with other tokens around a text; small, since the real one is out of reach."""
    made = Small("minilm", small.multilingual, tmp_path)
    batch = [*texts(20, 30), "error " * 400, ""]
    ours = MiniLM(made.converted("float32"), threads=1).embed(batch)
    theirs = TorchMiniLM(made.published).embed(batch)
    assert np.abs(ours.vectors - theirs.vectors).max() < 1e-5
    assert ours.truncated == theirs.truncated


@pytest.mark.models
def test_tuned_layers_in_float32_say_the_same(tmp_path: Path) -> None:
    """Changed weights: in a file of the engine's, and in torch's modules."""
    settings = Settings()
    pin = profiles.pins(settings)["minilm"]
    convert(pin, source_folder(profiles.model_root(settings), pin), tmp_path, "float32")
    batch = [*texts(20, 30), "word " * 900, ""]
    made = tuning(3, changes(3))
    ours = MiniLM(Converted(pin, tmp_path, "float32"), threads=1, tuning=made).odds(batch)
    theirs = TorchMiniLM(Published(pin, profiles.model_root(settings), threads=1), made).odds(batch)
    assert np.abs(ours - theirs).max() < 1e-5


@pytest.mark.parametrize(("precision", "tolerance"), [("float32", 1e-5), ("int8", 0.25)])
def test_distilbert_gives_the_same_tones(distilbert: Small, precision: Precision, tolerance: float) -> None:
    """In float32 equal, in int8 within a bound (32 dimensions average little); texts past the positions too."""
    batch = [*texts(40, 10), "error " * 700, ""]
    ours = DistilBert(distilbert.converted(precision), threads=1).classify(batch)
    theirs = TorchDistilBert(distilbert.published).classify(batch)
    assert (ours.labels, ours.truncated) == (theirs.labels, theirs.truncated)
    assert np.abs(ours.probabilities - theirs.probabilities).max() < tolerance


@pytest.mark.parametrize(("beams", "ngrams"), [(1, 0), (1, 3), (2, 0), (4, 0)])
def test_distilbart_gives_the_same_summaries(
    distilbart: Small, monkeypatch: pytest.MonkeyPatch, beams: int, ngrams: int
) -> None:
    """Token for token as generate(), greedy and with beams; n-gram blocking with beams is another matter (below)."""
    monkeypatch.setattr(brevity, "BEAMS", beams)
    monkeypatch.setattr(brevity, "NO_REPEAT_NGRAM_SIZE", ngrams)
    batch = texts(40, 50)
    ours = DistilBart(distilbart.converted("float32"), threads=1).summarize(batch)
    assert TorchDistilBart(distilbart.published).summarize(batch) == ours


def test_with_ngram_blocking_and_beams_some_agree(distilbart: Small) -> None:
    """The engine masks repeated n-grams before the softmax, transformers after: scores and so beams differ.

    Random weights repeat themselves far more than trained ones, so this is the worst case (docs/performance.md).
    """
    batch = texts(40, 50)
    ours = DistilBart(distilbart.converted("float32"), threads=1).summarize(batch)
    theirs = TorchDistilBart(distilbart.published).summarize(batch)
    agreement = sum(one == other for one, other in zip(ours, theirs, strict=True))
    print(f"agreement with n-gram blocking and {brevity.BEAMS} beams: {agreement} of {len(batch)}")  # noqa: T201
    assert all(one.text for one in ours)
