"""MiniLM, with its real weights."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from handler import profiles
from handler.domain.errors import ModelUnavailable
from handler.domain.ports import ODDS, Embedder
from handler.inference.artifacts import source_folder
from handler.inference.conversion.convert import Precision, convert
from handler.inference.engine.files import Converted
from handler.inference.engine.minilm import MiniLM
from handler.inference.minilm import DIMENSIONS, LIMITS
from handler.inference.pins import model_pins
from handler.settings import Settings
from tests.inference.tunings import changes, tuning

REFERENCE = json.loads(Path(__file__).with_name("reference_embeddings.json").read_text(encoding="utf-8"))

pytestmark = pytest.mark.models


def cosines(minilm: Embedder, group: str) -> NDArray[np.float64]:
    """By text, the cosine to what sentence-transformers computed from the same weights in float32."""
    texts, vectors = REFERENCE[group]["texts"], np.array(REFERENCE[group]["vectors"])
    return np.asarray((minilm.embed(texts).vectors * vectors).sum(axis=1))


def test_tickets_are_embedded_as_by_the_original_model(minilm: Embedder) -> None:
    """Int8 on CTranslate2 against float32 on torch."""
    found = cosines(minilm, "tickets")
    assert found.min() >= 0.99
    assert found.mean() >= 0.997


def test_odd_texts_come_close(minilm: Embedder) -> None:
    """One word, emoji, other languages, rubbish: rounding shows more where there is less to average."""
    assert cosines(minilm, "odd").min() >= 0.97


@pytest.mark.parametrize(("precision", "least"), [("float32", 0.9999), ("int8", 0.99)])
def test_in_float32_nothing_is_lost(tmp_path: Path, precision: Precision, least: float) -> None:
    """Converted anew, not taken from the cache: the conversion itself is exact; only rounding to int8 is not."""
    pin = model_pins()["minilm"]
    convert(pin, source_folder(profiles.model_root(Settings()), pin), tmp_path, precision)
    assert cosines(MiniLM(Converted(pin, tmp_path, precision), threads=1), "tickets").min() >= least


@pytest.mark.parametrize(("precision", "least"), [("float32", 0.9999), ("int8", 0.99)])
def test_the_first_layers_say_what_they_say_in_the_original_model(
    tmp_path: Path, precision: Precision, least: float
) -> None:
    """The mean hidden state after the third layer, by transformers in float32."""
    pin = model_pins()["minilm"]
    convert(pin, source_folder(profiles.model_root(Settings()), pin), tmp_path, precision)
    texts, vectors = REFERENCE["shallow"]["texts"], np.array(REFERENCE["shallow"]["vectors"])
    found = MiniLM(Converted(pin, tmp_path, precision), threads=1, tuning=tuning(3)).odds(texts)
    assert (found * vectors).sum(axis=1).min() >= least
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(("precision", "least"), [("float32", 0.9999), ("int8", 0.99)])
def test_tuned_layers_say_what_they_say_in_the_original_model(
    tmp_path: Path, precision: Precision, least: float
) -> None:
    """The same weights changed by as much, by transformers in float32: the changes turn the states by 30 degrees."""
    pin = model_pins()["minilm"]
    convert(pin, source_folder(profiles.model_root(Settings()), pin), tmp_path, precision)
    texts, vectors = REFERENCE["tuned"]["texts"], np.array(REFERENCE["tuned"]["vectors"])
    made = Converted(pin, tmp_path, precision)
    found = MiniLM(made, threads=1, tuning=tuning(3, changes(3))).odds(texts)
    assert (found * vectors).sum(axis=1).min() >= least
    assert (MiniLM(made, threads=1, tuning=tuning(3)).odds(texts) * vectors).sum(axis=1).max() < 0.9


def test_without_a_tuning_nothing_is_said() -> None:
    """Zeros, for a model that nothing was tuned for: heads then read the rest."""
    pin = model_pins()["minilm"]
    untuned = MiniLM(Converted(pin, profiles.model_root(Settings()), "int8"), threads=1)
    assert not untuned.odds(["Hello"]).any()
    assert untuned.odds(["Hello", ""]).shape == (2, ODDS)


def test_embeddings_have_unit_length_and_the_order_of_the_texts(minilm: Embedder) -> None:
    """Batches are sorted by length inside; nobody sees it."""
    texts = ["a longer text than the others, to be sorted first", "", "short", "\x00\U0001f600"]
    together = minilm.embed(texts).vectors
    assert (len(texts), DIMENSIONS) == together.shape
    assert together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    alone = np.concatenate([minilm.embed([text]).vectors for text in texts])
    assert np.abs(together - alone).max() < 1e-3


def test_a_long_text_is_read_in_chunks_up_to_a_bound_that_is_told(minilm: Embedder) -> None:
    """The published model would drop everything after 256 word pieces in silence."""
    opening = "the invoice is wrong " * 64
    read = minilm.embed([opening, opening + "the server is on fire " * 64])
    assert float(read.vectors[0] @ read.vectors[1]) < 0.95
    assert (False, False) == read.truncated
    assert (True,) == minilm.embed(["word " * (LIMITS.tokens * LIMITS.chunks + 1)]).truncated


def test_nothing_in_is_nothing_out(minilm: Embedder) -> None:
    """An empty batch is no error."""
    assert (0, DIMENSIONS) == minilm.embed([]).vectors.shape


def test_a_missing_model_names_its_folder_and_the_command(tmp_path: Path) -> None:
    """One line that helps."""
    with pytest.raises(ModelUnavailable, match="is missing: run 'ticket-processor models fetch --profile fast'"):
        MiniLM(Converted(model_pins()["minilm"], tmp_path, "int8"), threads=1).embed(["x"])
