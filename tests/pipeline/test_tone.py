"""Whether there is feeling one stage says, and which a model of two labels."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest

from handler.domain.ports import Tones
from handler.domain.ticket import RawTicket
from handler.pipeline.base import Draft, Label
from handler.pipeline.tone import ClassifyTone
from handler.pipeline.work import whole
from tests.pipeline.fakes import in_another_language, tickets_of


@dataclass
class Plain:
    """A stage that finds texts as plain as it is told."""

    plain: float
    name: str = "sentiment"
    needs: tuple[str, ...] = ("embed",)
    work = staticmethod(whole)

    def __call__(self, tickets: Sequence[RawTicket], drafts: Sequence[Draft]) -> list[Draft]:
        value = "NEUTRAL" if self.plain > 0.5 else "NEGATIVE"
        label = Label(value, max(self.plain, 1 - self.plain), "head", "high", ("awful",))
        return [replace(draft, sentiment=label, tones=(("NEUTRAL", self.plain),)) for draft in drafts]


@dataclass
class Model:
    """Says the same of every text."""

    row: tuple[float, ...]
    labels: tuple[str, ...] = ("negative", "positive")
    truncated: bool = False

    def classify(self, texts: Sequence[str]) -> Tones:
        rows = np.array([self.row] * len(texts), np.float32)
        return Tones(self.labels, rows, (self.truncated,) * len(texts))


def tone(plain: float, model: Model, draft: Draft | None = None) -> Draft:
    (found,) = ClassifyTone(model, Plain(plain))(tickets_of("x"), [draft or Draft(body="this is awful")])
    return found


@pytest.mark.parametrize(
    ("plain", "row", "value", "confidence"),
    [
        (0.0, (0.9, 0.1), "NEGATIVE", 0.9),
        (0.1, (0.0, 1.0), "POSITIVE", 0.9),
        (0.4, (0.5, 0.5), "NEUTRAL", 0.4),
        (0.4, (0.3, 0.7), "POSITIVE", 0.42),
    ],
)
def test_feeling_is_one_stages_to_tell_and_which_the_models(
    plain: float, row: tuple[float, ...], value: str, confidence: float
) -> None:
    label = tone(plain, Model(row)).sentiment
    assert label is not None
    assert (value, "model") == (label.value, label.method)
    assert confidence == pytest.approx(label.confidence)
    assert label.evidence == (("awful",) if value == "NEGATIVE" else ())


def test_where_the_stage_has_found_it_plain_its_label_stays() -> None:
    """Its probability is calibrated, and read against its own bands."""
    found = tone(0.8, Model((1.0, 0.0)))
    assert found.sentiment == Label("NEUTRAL", 0.8, "head", "high", ("awful",))
    assert ["NEUTRAL", "NEGATIVE", "POSITIVE"] == [name for name, _ in found.tones]


def test_a_model_that_knows_plain_texts_is_asked_alone() -> None:
    label = tone(0.9, Model((0.2, 0.1, 0.7), ("NEGATIVE", "NEUTRAL", "POSITIVE"))).sentiment
    assert label is not None
    assert "POSITIVE" == label.value
    assert pytest.approx(0.7) == label.confidence


def test_a_text_that_is_cut_is_named_and_another_language_is_a_guess() -> None:
    found = tone(0.0, Model((1.0, 0.0), truncated=True), in_another_language(Draft(body="nul"), "fr"))
    assert ("sentiment",) == found.truncated
    assert found.sentiment is not None
    assert "low" == found.sentiment.band


def test_it_needs_what_the_stage_needs() -> None:
    assert ("embed",) == ClassifyTone(Model((1.0, 0.0)), Plain(0.0)).needs
