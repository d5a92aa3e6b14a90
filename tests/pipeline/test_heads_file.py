"""The file of heads: what is refused, so that no head ever guesses at what it was not fitted on."""

import base64
import json
import lzma
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from handler import bootstrap
from handler.domain.errors import ModelUnavailable
from handler.domain.packed import Packed
from handler.domain.taxonomy import load_taxonomy
from handler.pipeline.heads import Head
from handler.pipeline.heads_file import HeadsError, load_heads, shipped
from handler.pipeline.words import Words, wording
from handler.settings import Settings

TAXONOMY = load_taxonomy(None)
EMBEDDING = shipped().embedding


def packed(*rows: list[float]) -> dict[str, Any]:
    return Packed.of(np.array(rows), "float16").model_dump()


VOCABULARY = {"gaps": packed([1.0]), "rarity": packed([1.0])}


NAN = base64.b85encode(lzma.compress(np.array([np.nan], "<f2").tobytes())).decode()


def heads_file(folder: Path, **changes: Any) -> Path:
    """The user's own heads: urgency alone, over one feature, unless changed."""
    labels = ["low", "medium", "high", "critical"]
    head = {"labels": labels, "bias": [0.0] * 4, "weights": packed([0.0, 0.0, 1.0, 0.0]), "words": packed([0.0] * 4)}
    said = {"taxonomy": "any", "embedding": EMBEDDING, "rows": 20, "sources": {}}
    fields = {**said, "vocabulary": VOCABULARY, "heads": {"urgency": head}}
    path = folder / "mine.json"
    path.write_text(json.dumps({**fields, **changes}), encoding="utf-8")
    return path


INTENT = {"labels": ["a", "b"], "bias": [0.0, 0.0], "weights": packed([0.0, 0.0]), "words": packed([0.0, 0.0])}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"embedding": "another"}, "was fitted with another embedding model or other tuned layers; run fit again"),
        ({"heads": {"intent": INTENT}}, f"was fitted with taxonomy any, but {TAXONOMY.version} is in use"),
        ({"heads": {"intent": INTENT}, "taxonomy": TAXONOMY.version}, "heads.intent.labels: must be"),
        ({"heads": {"urgency": {**INTENT, "bias": [0.0]}}}, "one number for each label"),
        ({"heads": {"urgency": {**INTENT, "bias": [0.0, None]}}}, "heads.urgency.bias.1: "),
        ({"heads": {"urgency": {**INTENT, "labels": ["a", "a"]}}}, "one number for each label"),
        ({"heads": {"mood": INTENT}}, "heads.mood"),
        ({"format": 4}, "format: "),
        ({"heads": {"urgency": {**INTENT, "words": packed([0.0])}}}, "one number for each label"),
        (
            {"heads": {"urgency": {**INTENT, "words": packed([0.0, 0.0], [0.0, 0.0])}}},
            "is not a file that fit wrote",
        ),
        ({"heads": {"urgency": {**INTENT, "weights": {**packed([0.0]), "data": "!"}}}}, "heads.urgency.weights: "),
        ({"heads": {"urgency": {**INTENT, "weights": {**packed([0.0]), "data": NAN}}}}, "heads.urgency.weights: "),
        ({"heads": {"urgency": {**INTENT, "weights": {**packed([0.0]), "shape": [2, 2]}}}}, "heads.urgency.weights: "),
        ({"vocabulary": {**VOCABULARY, "rarity": packed([0.0], [0.0])}}, "vocabulary: "),
    ],
)
def test_a_file_that_does_not_fit_is_refused_in_one_line(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    """It names the setting, the file and the field."""
    with pytest.raises(HeadsError) as raised:
        load_heads(heads_file(tmp_path, **changes), TAXONOMY, EMBEDDING)
    assert str(raised.value).startswith("TICKETS_HEADS: mine.json: ")
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[]", b"null", b"[" * 100_000])
def test_what_is_no_file_of_heads_is_refused(tmp_path: Path, content: bytes) -> None:
    """Whatever it holds."""
    path = tmp_path / "mine.json"
    path.write_bytes(content)
    with pytest.raises(HeadsError, match=r"mine\.json: "):
        load_heads(path, TAXONOMY, EMBEDDING)


def test_heads_of_another_release_blame_no_ticket() -> None:
    """Their features have another number: messages stay on the queue until they were fitted again."""
    head = Head(("a", "b"), np.zeros((3, 2)), np.zeros(2), Words(np.zeros(0, np.intp), np.zeros(0)), np.zeros((0, 2)))
    with pytest.raises(ModelUnavailable, match="run fit again"):
        head.probabilities(np.zeros((1, 4)), [wording("")])


def test_the_fingerprint_changes_with_the_heads(tmp_path: Path) -> None:
    """Off, the shipped ones, one's own, and these with one number changed."""
    mine = heads_file(tmp_path)
    fingerprints = [bootstrap.computation(Settings(heads=heads), TAXONOMY).fingerprint for heads in ("off", None, mine)]
    heads_file(tmp_path, rows=21)
    fingerprints.append(bootstrap.computation(Settings(heads=mine), TAXONOMY).fingerprint)
    assert 4 == len(set(fingerprints))


def test_what_is_not_in_ones_own_file_comes_from_the_shipped_one(tmp_path: Path) -> None:
    """The first file that has a head counts."""
    files = bootstrap.heads_of(Settings(heads=heads_file(tmp_path)), TAXONOMY)
    found = [
        [file.head_for(signal, TAXONOMY, EMBEDDING) is not None for file in files] for signal in ("intent", "urgency")
    ]
    assert [[False, True], [True, True]] == found
