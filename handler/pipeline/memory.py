"""The labelled tickets that heads were fitted on, squeezed to points: how near a ticket comes to each of them.

A label follows meaning in many small ways that no plane through its space parts. Nearness to known cases does.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from pydantic import BaseModel, ConfigDict, model_validator

from handler.pipeline.features import MEANING, Features
from handler.pipeline.packed import Packed

DIMENSIONS = 56  # of 768 are kept: those in which the tickets differ most
SHARPNESS = 2.5  # chosen by leaving styles out, as the rest in fitting/head.py


class MemoryData(BaseModel):
    """``basis``: shape (768, dimensions); ``points``: shape (tickets, dimensions). No text, no whole embedding."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    basis: Packed
    points: Packed

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.basis.shape != (MEANING, self.points.shape[1]):
            raise ValueError(f"basis needs {MEANING} rows, and a column for each of the points'")
        return self


@dataclass(frozen=True)
class Memory:
    """Known tickets as points."""

    basis: Features
    points: Features

    @classmethod
    def of(cls, data: MemoryData) -> "Memory":
        """From a file."""
        return cls(data.basis.matrix(), data.points.matrix())

    def near(self, features: Features) -> Features:
        """Shape (rows, tickets): 1 at the same point, towards 0 far away. ``features`` begin with the meaning."""
        here = features[:, :MEANING] @ self.basis
        squares = (here**2).sum(axis=1)[:, None] + (self.points**2).sum(axis=1) - 2 * here @ self.points.T
        return np.asarray(np.exp(-SHARPNESS * np.maximum(squares, 0)))


def remembered(features: Features) -> MemoryData:
    """The tickets of ``features`` as they are kept: along the axes of their greatest variance, rounded.

    https://en.wikipedia.org/wiki/Principal_component_analysis (not centred)
    """
    meaning = features[:, :MEANING]
    basis = Packed.of(np.linalg.svd(meaning, full_matrices=False)[2][:DIMENSIONS].T, "int8")
    return MemoryData(basis=basis, points=Packed.of(meaning @ basis.matrix(), "int8"))
