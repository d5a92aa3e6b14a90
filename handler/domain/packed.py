"""Matrices in a JSON file: small numbers, readable by nothing but their own shape, and no pickle."""

import base64
import lzma
import math
from collections.abc import Mapping
from functools import cached_property
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, model_validator

Matrix = NDArray[np.float64]

Type = Literal["int8", "float16", "uint32"]

_TYPES: Mapping[str, str] = {"int8": "i1", "float16": "<f2", "uint32": "<u4"}
INT8_MAX = 127
MEMORY_BYTES = 2**24  # that unpacking may take, beside the numbers: twice what packing asks for


class Packed(BaseModel):
    """A matrix of ``shape``: numbers of ``type``, compressed (xz) and in base 85, each times ``scale``."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    shape: tuple[int, int]
    type: Type
    scale: float
    data: str

    @classmethod
    def of(cls, matrix: Matrix, kind: Type, levels: int = INT8_MAX) -> "Packed":
        """The nearest that the type can say. ``levels`` of int8 on either side of zero: fewer are smaller."""
        scale = max(float(np.abs(matrix).max(initial=0)) / levels, 1e-12) if kind == "int8" else 1.0
        numbers = (np.round(matrix / scale) if kind == "int8" else matrix).astype(_TYPES[kind])
        data = base64.b85encode(lzma.compress(numbers.tobytes())).decode()
        return cls(shape=(matrix.shape[0], matrix.shape[1]), type=kind, scale=scale, data=data)

    @model_validator(mode="after")
    def _is_a_matrix_of_numbers(self) -> Self:
        if not math.isfinite(self.scale) or min(self.shape) < 0:
            raise ValueError("shape and scale must be numbers")
        numbers = self._numbers
        if numbers.size != math.prod(self.shape) or not np.isfinite(numbers).all():
            raise ValueError("data must be as many finite numbers as the shape says")
        return self

    def matrix(self) -> Matrix:
        """As it was packed, rounded."""
        return np.asarray(self._numbers.reshape(self.shape) * self.scale, np.float64)

    @cached_property  # base 85 is read in Python, at a microsecond for eight numbers
    def _numbers(self) -> Matrix:
        kind = np.dtype(_TYPES[self.type])
        most = math.prod(self.shape) * kind.itemsize + 1  # no more is unpacked than the shape needs, whatever data says
        try:
            plain = lzma.LZMADecompressor(memlimit=MEMORY_BYTES).decompress(base64.b85decode(self.data), most)
            return np.frombuffer(plain, kind).astype(np.float64)
        except (ValueError, OverflowError, lzma.LZMAError):
            raise ValueError("data must be compressed numbers in base 85") from None
