"""How masking is scored, and that it does not get worse unseen."""

import pytest

from benchmarks.privacy import SETS, find, score
from handler.pipeline import redact


def test_the_half_that_rules_were_written_with_stays_found() -> None:
    """The held-out half is scored by hand, so that nothing is fitted to it."""
    figures = score([SETS / "dev.jsonl"], show=False)
    assert 1 == figures["recall"]
    assert (0, 0) == (figures["negatives_touched"], figures["false_maskings"])


def test_what_survives_in_part_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of a number is somebody's number; a piece that stands elsewhere in the text by right is not."""
    monkeypatch.setattr("benchmarks.privacy.mask", lambda text: (text.replace("4155", "[PHONE]"), {"phone": 1}))
    assert [("phone", "4155 1234")] == find("call 4155 1234", [("phone", "4155 1234")]).missed
    assert [] == find("call 4155, not 1234", [("phone", "4155")]).missed


def test_what_is_masked_for_nothing_is_false(monkeypatch: pytest.MonkeyPatch) -> None:
    """Told with its words; what is taken beside a string is counted in characters."""
    monkeypatch.setattr("benchmarks.privacy.mask", lambda text: (text.replace("order 12", "[PHONE]"), {"phone": 1}))
    assert (["order 12"], 8) == find("my order 12", [])[3:]
    assert ([], 6) == find("my order 12", [("phone", "12")])[3:]


def test_the_kinds_are_those_of_the_stage() -> None:
    """A label that no finder has could never be found again between what was left."""
    text = " ".join(f"[{kind.upper()}]" for kind, _ in redact.KINDS)
    assert [] == find(text, []).false
