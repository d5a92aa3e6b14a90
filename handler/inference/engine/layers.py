"""The first layers of a converted encoder as a model of their own, some of their weights changed (``tuned.py``).

Made in memory when the model is loaded: a second file would hold the same embeddings once more, half of its bytes.
The format is what ``ctranslate2.specs.model_spec`` writes: a head, tensors by name, and names that share a tensor.
"""

import re
import struct
from collections.abc import Callable, Mapping

import numpy as np

from handler.domain.errors import ModelUnavailable
from handler.domain.packed import Matrix

VERSION = 6  # of the format
INT8_MAX = 127

_LAYER = re.compile(rb"encoder/layer_(\d+)/")

_Read = Callable[[memoryview, int], tuple[bytes, int]]  # from a place on: a name, and where what it names ends
_Records = dict[bytes, bytes | memoryview]


def first_layers(model: bytes, layers: int, changes: Mapping[str, Matrix]) -> bytes:
    """The file ``model`` without layers after the first ``layers``; ``changes`` are added to the weights they name.

    Raises ModelUnavailable.
    """
    if _number(model, 0) != VERSION:
        raise ModelUnavailable(f"model.bin has version {_number(model, 0)}, but {VERSION} is what can be read")
    whole = memoryview(model)  # no piece is copied before all are put together
    _, end = _string(whole, 4)
    head = end + 4
    variables, end = _kept(whole, head, _variable, layers)
    aliases, _ = _kept(whole, end, _alias, layers)
    for name, change in changes.items():
        variables |= _changed(variables, name.encode(), change)
    return b"".join([whole[:head], *_counted(variables), *_counted(aliases)])


def _kept(model: memoryview, at: int, read: _Read, layers: int) -> tuple[_Records, int]:
    """Of a counted list what belongs to no later layer, by name; and where the list ends."""
    kept: _Records = {}
    end = at + 4
    for _ in range(_number(model, at)):
        start = end
        name, end = read(model, start)
        if not (layer := _LAYER.match(name)) or int(layer[1]) < layers:
            kept[name] = model[start:end]
    return kept, end


def _counted(records: _Records) -> list[bytes | memoryview]:
    return [struct.pack("<I", len(records)), *records.values()]


def _changed(variables: _Records, name: bytes, change: Matrix) -> _Records:
    """The records of a linear layer's weights: float32, or int8 with what each row was multiplied by."""
    weight, scale = name + b"/weight", name + b"/weight_scale"
    if scale not in variables:
        return {weight: _with(variables[weight], _last(variables[weight], "<f4", change.shape) + change, "<f4")}
    scales = _last(variables[scale], "<f4", (len(change), 1))
    changed = _last(variables[weight], "i1", change.shape) / scales + change
    scales = INT8_MAX / np.abs(changed).max(axis=1, keepdims=True)
    return {
        weight: _with(variables[weight], np.rint(changed * scales), "i1"),
        scale: _with(variables[scale], scales, "<f4"),
    }


def _last(record: bytes | memoryview, kind: str, shape: tuple[int, ...]) -> Matrix:
    """The numbers that a record ends with."""
    size = int(np.prod(shape)) * np.dtype(kind).itemsize
    return np.frombuffer(record[-size:], kind).reshape(shape).astype(np.float64)


def _with(record: bytes | memoryview, numbers: Matrix, kind: str) -> bytes:
    """The record, ending with other numbers."""
    data = numbers.astype(kind).tobytes()
    return bytes(record[: -len(data)]) + data


def _variable(model: memoryview, at: int) -> tuple[bytes, int]:
    """A name, a rank in one byte, that many dimensions, a type in one byte, a size, and so many bytes."""
    name, end = _string(model, at)
    size = end + 1 + 4 * model[end] + 1
    return name, size + 4 + _number(model, size)


def _alias(model: memoryview, at: int) -> tuple[bytes, int]:
    name, end = _string(model, at)
    return name, _string(model, end)[1]


def _string(model: memoryview, at: int) -> tuple[bytes, int]:
    """Its length in two bytes, the zero at its end included."""
    (length,) = struct.unpack_from("<H", model, at)
    return bytes(model[at + 2 : at + 1 + length]), at + 2 + length


def _number(model: bytes | memoryview, at: int) -> int:
    (number,) = struct.unpack_from("<I", model, at)
    return int(number)
