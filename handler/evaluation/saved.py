"""One evaluation as it is kept, to be the previous one of the next: numbers, labels and file names, no ticket."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from handler.evaluation.labelled import LabelledError, Source
from handler.evaluation.score import Score

THIS = "this run"


class Evaluation(BaseModel):
    """What was evaluated with what, and the scores: by group of rows, and of all rows by other ways to label them.

    ``fitted_on`` names the sources that the heads were fitted on, so that their scores prove nothing. ``reviewed`` is
    the share of the tickets that a person is asked to look at.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    format: Literal[1] = 1
    at: str
    version: str
    profile: str
    backend: str
    taxonomy: str
    heads: str
    fingerprint: str
    sources: tuple[Source, ...]
    fitted_on: tuple[str, ...] = ()
    rows: int
    reviewed: float
    groups: Mapping[str, tuple[Score, ...]]
    compared: Mapping[str, tuple[Score, ...]] = {}

    @property
    def all(self) -> tuple[Score, ...]:
        """The scores of all rows."""
        return self.groups["all"]


def save(path: Path, what: Evaluation) -> None:
    """Writes it. Raises OSError."""
    path.write_text(json.dumps(what.model_dump(mode="json"), indent=1) + "\n", encoding="utf-8")


def load(path: Path) -> Evaluation:
    """What ``save`` wrote. Raises LabelledError, OSError."""
    try:
        found = Evaluation.model_validate_json(path.read_bytes())
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
        field = ".".join(map(str, fault["loc"]))
        raise LabelledError(f"{path}: {f'{field}: ' if field else ''}is not what --save writes") from None
    if "all" not in found.groups:
        raise LabelledError(f"{path}: groups.all: is not what --save writes")
    return found


def compared(what: Evaluation, previous: Evaluation | None) -> dict[str, Sequence[Score]]:
    """All rows' scores by who labelled them: this run first, then the other ways, then the run before."""
    before = {"previous": previous.all} if previous else {}
    return {THIS: what.all, **what.compared, **before}


def to_rows(scores: Sequence[Score]) -> list[dict[str, object]]:
    """As JSON objects."""
    return [one.to_row() for one in scores]
