"""Tones by a small DistilBERT on the engine."""

import random
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from handler.domain.errors import ModelUnavailable
from handler.inference.artifacts import ArtifactMismatch
from handler.inference.conversion.convert import convert
from handler.inference.engine.distilbert import DistilBert
from handler.inference.fetch import fetch
from handler.inference.pins import model_pins
from handler.inference.trust import pin_of
from handler.pipeline.base import Draft, Pipeline
from handler.pipeline.tone import ClassifyTone
from tests import fakes
from tests.factories import ticket
from tests.inference import small
from tests.inference.conftest import Small

TEXTS = ["charged twice", "please refund", "error " * 40, "", "login error, please!"]


@pytest.fixture
def model(distilbert: Small) -> DistilBert:
    return DistilBert(distilbert.converted("int8"), threads=2)


def test_each_text_gets_a_probability_of_each_label(model: DistilBert) -> None:
    """Labels come from the model's own configuration."""
    tones = model.classify(TEXTS)
    assert ("NEGATIVE", "POSITIVE") == tones.labels
    assert (len(TEXTS), 2) == tones.probabilities.shape
    assert np.allclose(tones.probabilities.sum(axis=1), 1)


def test_rounding_to_int8_moves_little(distilbert: Small) -> None:
    """The same weights in float32 and in int8; 32 dimensions average far less than the published 768."""
    exact = DistilBert(distilbert.converted("float32"), threads=1).classify(TEXTS).probabilities
    rounded = DistilBert(distilbert.converted("int8"), threads=1).classify(TEXTS).probabilities
    assert np.abs(exact - rounded).max() < 0.25


def test_a_tone_does_not_depend_on_its_neighbours(model: DistilBert) -> None:
    """Nor on the order of the batch."""
    alone = np.concatenate([model.classify([text]).probabilities for text in TEXTS])
    order = random.Random(3).sample(range(len(TEXTS)), len(TEXTS))  # noqa: S311 - a pinned order
    together = model.classify([TEXTS[i] for i in order]).probabilities
    assert np.abs(alone[order] - together).max() < 1e-3


def test_a_text_past_the_positions_is_read_in_chunks_up_to_a_bound(model: DistilBert) -> None:
    """DistilBERT has 512 positions."""
    assert (False, True) == model.classify(["error " * 1_000, "error " * 2_100]).truncated


def test_nan_costs_one_ticket_its_tone(tmp_path: Path) -> None:
    """A weight that is NaN for one word: the tickets without that word keep their signal."""

    def broken(folder: Path) -> Path:
        made = small.distilbert(folder)
        tensors = load_file(made / "model.safetensors")
        word = (made / "vocab.txt").read_text(encoding="utf-8").splitlines().index("nan")
        tensors["distilbert.embeddings.word_embeddings.weight"][word] = np.nan
        save_file(tensors, made / "model.safetensors", {"format": "pt"})
        return made

    model = DistilBert(Small("distilbert", broken, tmp_path).converted("float32"), threads=1)
    stage = ClassifyTone(model, fakes.FakeStage("sentiment", needs=("redact",)))
    pipeline = Pipeline((fakes.FakeStage("redact"), stage), fakes.computation())
    tickets = [ticket(body=body) for body in ("charged twice", "a nan here", "please")]
    assert [{}, {"sentiment": "NotFinite"}, {}] == [dict(draft.errors) for draft in _drafts(pipeline.run(tickets))]


def _drafts(run: object) -> list[Draft]:
    return list(getattr(run, "drafts", run))  # type: ignore[call-overload, no-any-return]


def test_a_model_of_another_architecture_is_refused_by_name(tmp_path: Path) -> None:
    """A tensor that is missing is named, not guessed."""
    made = small.bart(tmp_path)
    config = (made / "config.json").read_text(encoding="utf-8")
    (made / "config.json").write_text(config.replace('"bart"', '"gpt2"'), encoding="utf-8")
    pin = pin_of(model_pins()["distilbart"], made)
    with pytest.raises(ModelUnavailable, match="model_type must be one of bert, distilbert, bart"):
        convert(pin, fetch(pin, tmp_path / "root", print, made), tmp_path / "root")


def test_a_truncated_artefact_is_refused_by_hash_and_named(distilbert: Small) -> None:
    """Half a model could still load, and say anything."""
    model = distilbert.converted("int8")
    weights = model.folder / "model.bin"
    weights.write_bytes(weights.read_bytes()[:-10])
    with pytest.raises(ArtifactMismatch, match=r"model\.bin has sha256"):
        DistilBert(model, threads=1).classify(["x"])


def test_weights_in_pickle_format_are_not_pinned(tmp_path: Path) -> None:
    """The message says what to do instead."""
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    (tmp_path / "pytorch_model.bin").write_bytes(b"x")
    with pytest.raises(ModelUnavailable, match=r"model\.safetensors is missing: weights in pickle's format"):
        pin_of(model_pins()["distilbert"], tmp_path)
