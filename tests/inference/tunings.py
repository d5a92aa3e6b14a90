"""Tunings for tests: known changes, and a readout that gives the mean state itself."""

from collections.abc import Mapping

import numpy as np

from handler.domain.packed import Packed
from handler.inference.minilm import DIMENSIONS
from handler.inference.tuning import Change, Tuning

RANK = 2
SHAPES = {"self_attention/linear_0": (1152, 384), "ffn/linear_0": (1536, 384), "ffn/linear_1": (384, 1536)}


def tuning(layers: int, changes: Mapping[str, Change] | None = None) -> Tuning:
    """Its odds are the mean state, of unit length."""
    return Tuning(
        embedding="any",
        layers=layers,
        changes=changes or {},
        labels=tuple(map(str, range(DIMENSIONS))),
        readout=Packed.of(np.eye(DIMENSIONS), "int8", 1),
        bias=(0.0,) * DIMENSIONS,
        sources={},
    )


def changes(layers: int) -> dict[str, Change]:
    """As large as the weights themselves, the same each time."""
    return {f"encoder/layer_{one}/{name}": _change(*shape) for one in range(layers) for name, shape in SHAPES.items()}


def _change(outputs: int, inputs: int) -> Change:
    random = np.random.default_rng(outputs + inputs)
    up, down = random.normal(size=(outputs, RANK)) / 8, random.normal(size=(RANK, inputs)) / 8
    return Change(up=Packed.of(up, "int8"), down=Packed.of(down, "int8"))
