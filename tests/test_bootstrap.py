"""What stands behind what: the stages of both profiles, wired as they ship, on models that are fakes."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from handler import bootstrap
from handler.domain.ports import Summary, Tones
from handler.pipeline.draft import Draft
from handler.profiles import Models
from handler.settings import Settings
from tests.pipeline.fakes import FakeEmbedder, tickets_of

LONG = "The export of our reports fails since Monday. " * 10


class Writer:
    """Writes the first word; breaks on one ticket and invents a number for another."""

    def summarize(self, texts: Sequence[str]) -> list[Summary]:
        if any("breaking" in text for text in texts):
            raise ValueError(texts)
        return [Summary("4711" if "inventing" in text else text.split()[0], "abstractive") for text in texts]


class Plain:
    """Finds every text as bad as the next."""

    def classify(self, texts: Sequence[str]) -> Tones:
        return Tones(("NEGATIVE", "POSITIVE"), np.full((len(texts), 2), 0.5, np.float32), (False,) * len(texts))


def drafts(models: Models, root: Path, *bodies: str, hurried: Sequence[bool] | None = None) -> list[Draft]:
    profile = "full" if models.summarizer else "fast"
    settings = Settings(profile=profile, model_dir=root, heads="off")
    return bootstrap.pipeline(settings, models).run(tickets_of(*bodies), hurried).drafts


def methods(found: Sequence[Draft]) -> list[str | None]:
    return [draft.summary.method if draft.summary else None for draft in found]


def test_the_full_profile_writes_summaries_and_takes_those_that_it_must(tmp_path: Path) -> None:
    """For a ticket in haste and for one whose summary named a number of its own; what failed stays without."""
    bodies = [f"{kind} {LONG}" for kind in ("plain", "inventing", "breaking", "hasty")]
    models = Models(FakeEmbedder(), Plain(), Writer())
    found = drafts(models, tmp_path, *bodies, hurried=[False, False, False, True])
    assert ["abstractive", "extractive", None, "extractive"] == methods(found)
    assert [{}, {}, {"summarize": "ValueError"}, {}] == [draft.errors for draft in found]
    ways = [{"summarize", "extract"} & set(draft.seconds) for draft in found]
    assert [{"summarize"}, {"summarize", "extract"}, {"summarize"}, {"extract"}] == ways


def test_without_an_embedding_a_short_text_is_still_its_own_summary(tmp_path: Path) -> None:
    """And a long one has none, which costs its neighbours nothing."""
    embedder = FakeEmbedder(broken="bad")
    found = drafts(Models(embedder), tmp_path, "bad luck", f"bad {LONG}", LONG)
    assert ["verbatim", None, "extractive"] == methods(found)
    assert [True, True, False] == ["embed" in draft.errors for draft in found]
    assert ["summarize" in draft.errors for draft in found] == [False, True, False]


def test_what_was_written_needs_no_embedding(tmp_path: Path) -> None:
    """The stage that stands in is not missing where nobody needs it."""
    (found,) = drafts(Models(FakeEmbedder(broken="bad"), Plain(), Writer()), tmp_path, f"bad {LONG}")
    assert ["abstractive"] == methods([found])
    assert {"summarize", "extract"} & found.errors.keys() == set()


@pytest.mark.parametrize("profile", ["fast", "full"])
def test_each_stage_has_a_name_of_its_own(tmp_path: Path, profile: str) -> None:
    """Errors, timings and costs are kept by it."""
    models = Models(FakeEmbedder(), Plain(), Writer()) if profile == "full" else Models(FakeEmbedder())
    settings = Settings(profile=profile, model_dir=tmp_path, heads="off")
    work = bootstrap.pipeline(settings, models).work(tickets_of("x")[0], hurried=False)
    stages = ["redact", "gist", "language", "embed", "summarize", "extract", "intent", "urgency", "sentiment"]
    assert [name for name in stages if name != "extract" or profile == "full"] == list(work)
