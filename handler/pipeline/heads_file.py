"""Heads as they are kept: one small JSON file, the shipped one (``make heads``) or the user's own (``fit``)."""

import hashlib
import math
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from handler.domain.packed import Packed
from handler.domain.taxonomy import Taxonomy
from handler.pipeline.words import Vocabulary

SHIPPED = "heads.json"
VARIABLE = "TICKETS_HEADS"


class HeadsError(ValueError):
    """The file cannot be used. One line: the setting, the file, the reason."""


class HeadData(BaseModel):
    """One head, with a column for each label: ``weights`` of features, ``words`` of the vocabulary's terms."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    labels: tuple[str, ...]
    bias: tuple[float, ...]
    weights: Packed
    words: Packed

    @model_validator(mode="after")
    def _has_a_number_for_each_label(self) -> Self:
        columns = {len(self.bias), self.weights.shape[1], self.words.shape[1]}
        if columns != {len(self.labels)} or len(set(self.labels)) != len(self.labels):
            raise ValueError("bias, weights and words need one number for each label")
        if not all(map(math.isfinite, self.bias)):
            raise ValueError("bias must be finite")
        return self


class HeadsFile(BaseModel):
    """Heads mean something with this taxonomy and this embedding model only. ``sources``: file name to sha256."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    format: Literal[6] = 6  # goes up when heads look at other features
    taxonomy: str
    embedding: str
    rows: int
    sources: Mapping[str, str]
    vocabulary: Vocabulary
    heads: Mapping[Literal["intent", "urgency", "sentiment"], HeadData]

    @model_validator(mode="after")
    def _has_a_row_for_each_term(self) -> Self:
        rows = {head.words.shape[0] for head in self.heads.values()}
        if rows - {self.vocabulary.gaps.shape[0]}:
            raise ValueError("words need a row for each of the vocabulary's terms")
        return self

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits that change with every number."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:12]

    def head_for(self, signal: str, taxonomy: Taxonomy, embedding: str) -> HeadData | None:
        """What the head of ``signal`` is made of, if it was fitted with this taxonomy and this embedding model."""
        ours = self.embedding == embedding and (signal != "intent" or self.taxonomy == taxonomy.version)
        return next((data for name, data in self.heads.items() if ours and name == signal), None)


@cache
def shipped() -> HeadsFile:
    """The heads of this package."""
    text = (resources.files(__package__) / SHIPPED).read_text(encoding="utf-8")
    return HeadsFile.model_validate_json(text)


def load_heads(path: Path, taxonomy: Taxonomy, embedding: str) -> HeadsFile:
    """The user's own heads. Raises HeadsError, also if they were fitted with something else: they would guess."""
    heads = _read(path)
    if heads.embedding != embedding:
        raise HeadsError(
            f"{VARIABLE}: {path.name}: was fitted with another embedding model or other tuned layers; run fit again"
        )
    if "intent" in heads.heads and heads.taxonomy != taxonomy.version:
        fitted = f"taxonomy {heads.taxonomy}, but {taxonomy.version} is in use"
        raise HeadsError(f"{VARIABLE}: {path.name}: was fitted with {fitted}; run fit again")
    if "intent" in heads.heads and set(heads.heads["intent"].labels) != set(taxonomy.names):
        raise HeadsError(f"{VARIABLE}: {path.name}: heads.intent.labels: must be the taxonomy's intents")
    return heads


def _read(path: Path) -> HeadsFile:
    try:
        return HeadsFile.model_validate_json(path.read_bytes())
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
        field = ".".join(map(str, fault["loc"]))
        reason = f"{field}: {fault['msg']}" if field else "is not a file that fit wrote"
        raise HeadsError(f"{VARIABLE}: {path.name}: {reason}") from None
    except OSError as error:
        raise HeadsError(f"{VARIABLE}: {path}: cannot be read: {error.strerror}") from None
