"""What tuning MiniLM's first layers on labelled tickets changed in them: an adapter of low rank, kept as small numbers.

``training/tune.py`` makes it. A change is the product of two narrow matrices, so the file stays small.
https://arxiv.org/abs/2106.09685
"""

import hashlib
from collections.abc import Mapping
from functools import cache, cached_property
from importlib import resources
from typing import Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, model_validator

from handler.domain.packed import Matrix, Packed
from handler.domain.ports import Vectors

SHIPPED = "tuning.json"


class Change(BaseModel):
    """What is added to one layer's weights. ``up``: shape (outputs, rank); ``down``: shape (rank, inputs)."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    up: Packed
    down: Packed

    def matrix(self) -> Matrix:
        """Shape (outputs, inputs)."""
        return self.up.matrix() @ self.down.matrix()


class Tuning(BaseModel):
    """Changes of the first ``layers`` of the model of revision ``embedding``, by the engine's names for the weights.

    ``readout``: shape (dimensions, labels), and ``bias`` make log odds of the mean state that comes out, for the
    ``labels`` of each signal in turn. ``sources``: file name to sha256 of what it was tuned on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    format: Literal[1] = 1
    embedding: str
    layers: int
    changes: Mapping[str, Change]
    labels: tuple[str, ...]
    readout: Packed
    bias: tuple[float, ...]
    sources: Mapping[str, str]

    @model_validator(mode="after")
    def _has_a_number_for_each_label(self) -> Self:
        if not len(self.labels) == len(self.bias) == self.readout.shape[1]:
            raise ValueError("readout and bias need one number for each label")
        return self

    @cached_property
    def version(self) -> str:
        """Changes with every number."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:12]

    def matrices(self) -> Mapping[str, Matrix]:
        """What is added to which weights."""
        return {name: change.matrix() for name, change in self.changes.items()}

    def odds(self, states: Vectors) -> Vectors:
        """Of mean states of unit length, shape (texts, dimensions): shape (texts, labels)."""
        return np.asarray(states @ self.readout.matrix() + np.array(self.bias), np.float32)


@cache
def shipped() -> Tuning:
    """The one of this release."""
    return Tuning.model_validate_json((resources.files(__package__) / SHIPPED).read_text(encoding="utf-8"))


def tuning_for(revision: str) -> Tuning | None:
    """The shipped adapter, if it was made for the embedding model of this revision."""
    return found if (found := shipped()).embedding == revision else None
