"""A checkpoint's tensors by name, and how they fill CTranslate2's model specification.

int8 weights are rounded to a smaller range than the engine's own: processors without VNNI add two products of an
activation (0..255) and a weight in 16 bits, which saturates for large weights. On such a processor (AVX2) MiniLM's mean
cosine to float32 over 1,000 Banking77 questions rises from 0.9967 to 0.9973; without saturation it stays 0.9975. So
results depend less on the processor. docs/adr/0004 has the table.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handler.domain.errors import ModelUnavailable

WEIGHT_RANGE = 112  # of 127: the best of seven that were tried on AVX2

Array = NDArray[np.float32]


class Weights:
    """The tensors of one safetensors file, in float32. What is filled from them is remembered, to be narrowed."""

    def __init__(self, path: Path) -> None:
        from safetensors.numpy import load_file  # noqa: PLC0415 - no model library is imported before it is needed

        self._path = path
        self._tensors: dict[str, Array] = load_file(path)
        self._multiplied: list[tuple[Any, tuple[str, ...]]] = []

    def __contains__(self, name: str) -> bool:
        """Whether the checkpoint has such a tensor."""
        return name in self._tensors

    def __getitem__(self, name: str) -> Array:
        """The tensor in float32. Raises ModelUnavailable, naming it, if there is none."""
        if name not in self._tensors:
            raise ModelUnavailable(f"{self._path} has no tensor {name}: is it a model of this architecture?")
        return self._tensors[name].astype(np.float32, copy=False)

    def linear(self, linear: Any, *names: str) -> None:
        """Fills a multiplication. Several names are stacked: the engine computes query, key and value in one."""
        linear.weight = self._stacked(names, "weight")
        linear.bias = self._stacked(names, "bias")
        self._multiplied.append((linear, names))

    def embedding(self, embedding: Any, name: str) -> None:
        """Fills a table of token embeddings, which may be the matrix of the output, too."""
        names = (name.removesuffix(".weight"),)
        embedding.weight = self._stacked(names, "weight")
        self._multiplied.append((embedding, names))

    def norm(self, norm: Any, name: str) -> None:
        """Fills a layer normalisation."""
        norm.gamma = self[f"{name}.weight"]
        norm.beta = self[f"{name}.bias"]

    def narrow(self) -> None:
        """Rounds what was filled to whole numbers within WEIGHT_RANGE, a scale for each row."""
        for layer, names in self._multiplied:
            if not isinstance(layer.weight, str):  # else another layer's name: they share one matrix
                _narrow(layer, self._stacked(names, "weight"))

    def _stacked(self, names: Sequence[str], part: str) -> Array:
        """A copy: the library's quantisation works in place."""
        return np.concatenate([self[f"{name}.{part}"] for name in names])


def _narrow(layer: Any, rows: Array) -> None:
    from ctranslate2.specs.model_spec import NumpyVariable  # noqa: PLC0415 - as above

    scale = (WEIGHT_RANGE / np.maximum(np.abs(rows).max(axis=1), 1e-9)).astype(np.float32)
    layer.weight = NumpyVariable(np.rint(rows * scale[:, None]).astype(np.int8))
    layer.weight_scale = NumpyVariable(scale)


def padded(tokens: Sequence[str], size: int) -> list[str]:
    """As many tokens as the embedding has rows: the engine demands it, published vocabularies do not always fit."""
    return [*tokens[:size], *(f"<unused{number}>" for number in range(len(tokens), size))]
