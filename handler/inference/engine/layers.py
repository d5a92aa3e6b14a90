"""The first layers of a converted encoder as a model of their own: the engine tells the states after the last one only.

Made in memory when the model is loaded: a second file would hold the same embeddings once more, half of its bytes.
The format is what ``ctranslate2.specs.model_spec`` writes: a head, tensors by name, and names that share a tensor.
"""

import re
import struct
from collections.abc import Callable

from handler.domain.errors import ModelUnavailable

VERSION = 6  # of the format

_LAYER = re.compile(rb"encoder/layer_(\d+)/")

_Read = Callable[[memoryview, int], tuple[bytes, int]]  # from a place on: a name, and where what it names ends


def first_layers(model: bytes, layers: int) -> bytes:
    """The file ``model`` without the tensors of layers after the first ``layers``. Raises ModelUnavailable."""
    if _number(model, 0) != VERSION:
        raise ModelUnavailable(f"model.bin has version {_number(model, 0)}, but {VERSION} is what can be read")
    whole = memoryview(model)  # no piece is copied before all are put together
    _, end = _string(whole, 4)
    head = end + 4
    variables, end = _kept(whole, head, _variable, layers)
    aliases, _ = _kept(whole, end, _alias, layers)
    return b"".join([whole[:head], *variables, *aliases])


def _kept(model: memoryview, at: int, read: _Read, layers: int) -> tuple[list[memoryview], int]:
    """Of a counted list what belongs to no later layer, after its new count; and where the list ends."""
    kept, end = [], at + 4
    for _ in range(_number(model, at)):
        start = end
        name, end = read(model, start)
        if not (layer := _LAYER.match(name)) or int(layer[1]) < layers:
            kept.append(model[start:end])
    return [memoryview(struct.pack("<I", len(kept))), *kept], end


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
