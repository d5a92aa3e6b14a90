"""Summaries by a small DistilBART on the engine."""

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from handler.domain.errors import ModelUnavailable, NotFinite
from handler.domain.ports import Summary
from handler.inference import brevity, cache
from handler.inference.engine.distilbart import DistilBart
from handler.inference.engine.files import Converted
from handler.inference.pins import model_pins
from tests.inference import small
from tests.inference.conftest import Small

LONG = [f"the {n} " + "customer was charged twice and wants a refund of it " * n for n in range(6, 14)]


@pytest.fixture
def summarizer(distilbart: Small) -> DistilBart:
    return DistilBart(distilbart.converted("int8"), threads=2)


def test_a_short_text_is_its_own_summary_and_loads_nothing(tmp_path: Path) -> None:
    """Most tickets are short: they must not pay for a model."""
    absent = DistilBart(Converted(model_pins()["distilbart"], tmp_path, "int8"), threads=1)
    assert [("It fails", "verbatim")] == [(s.text, s.method) for s in absent.summarize(["It  fails"])]
    assert [] == cache.take_load_seconds()


def test_a_long_text_is_summarised(summarizer: DistilBart) -> None:
    """Within the bounds, and marked as generated."""
    summary = summarizer.summarize([LONG[0]])[0]
    assert ("abstractive", False) == (summary.method, summary.truncated)
    assert 0 < len(summary.text) <= brevity.MAX_LENGTH * 4


def test_a_summary_does_not_depend_on_its_neighbours(distilbart: Small) -> None:
    """Alone, in any order and in any split of the batch: padding and micro-batches change nothing.

    In float32: random weights leave beams so close that the last bit of a sum can tip an int8 rounding, and so a beam.
    """
    summarizer = DistilBart(distilbart.converted("float32"), threads=2)
    alone = {text: summarizer.summarize([text])[0] for text in LONG}
    shuffled = random.Random(3).sample(LONG, len(LONG))  # noqa: S311 - a pinned order
    together = dict(zip(shuffled, summarizer.summarize(shuffled), strict=True))
    halves = [*summarizer.summarize(shuffled[:3]), *summarizer.summarize(shuffled[3:])]
    assert alone == together
    assert list(together.values()) == halves


def test_equal_texts_are_generated_once(summarizer: DistilBart, monkeypatch: pytest.MonkeyPatch) -> None:
    """An outage brings the same ticket many times over."""
    seen: list[int] = []

    def generated(_: DistilBart, texts: Sequence[str]) -> list[Summary]:
        seen.append(len(texts))
        return [Summary("made", "abstractive") for _ in texts]

    monkeypatch.setattr(DistilBart, "_generated", generated)
    assert 1 == len(set(summarizer.summarize([LONG[0]] * 5)))
    assert [1] == seen


def test_what_exceeds_the_positions_is_cut_and_told(summarizer: DistilBart) -> None:
    """BART has 1,024 positions; transformers would fail past them."""
    assert summarizer.summarize(["x " * 5_000])[0].truncated


def test_odd_texts_break_nothing(summarizer: DistilBart) -> None:
    """Whatever the tokenizer is given, there is one summary a text."""
    odd = ["\x00 " * 60, "\U0001f600 " * 60, "</s> <s> <pad> " * 40, "\u202e\ufffd " * 60, "a" * 5_000]
    assert len(odd) == len(summarizer.summarize(odd))


def test_nan_is_an_error_and_not_a_summary(tmp_path: Path) -> None:
    """Beam search over NaN gives some tokens or other."""

    def broken(folder: Path) -> Path:
        made = small.bart(folder)
        tensors = load_file(made / "model.safetensors")
        tensors["model.decoder.layers.0.fc2.bias"] = np.full(small.WIDTH, np.nan, np.float32)
        save_file(tensors, made / "model.safetensors", {"format": "pt"})
        return made

    model = Small("distilbart", broken, tmp_path).converted("float32")
    with pytest.raises(NotFinite):
        DistilBart(model, threads=1).summarize([LONG[0]])


def test_a_missing_model_names_file_profile_and_command(tmp_path: Path) -> None:
    """One line that helps."""
    absent = Converted(model_pins()["distilbart"], tmp_path, "int8")
    with pytest.raises(ModelUnavailable, match=r"distilbart-main-int8 is missing: run .*models fetch --profile full"):
        DistilBart(absent, threads=1).summarize([LONG[0]])
