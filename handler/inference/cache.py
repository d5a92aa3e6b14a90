"""The module global that holds models over warm invocations. There is no other."""

import threading
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

Model = TypeVar("Model")

_models: dict[Hashable, object] = {}
_lock = threading.Lock()


def get(spec: Hashable, load: Callable[[], Model]) -> Model:
    """The model of ``spec``, loaded by the first caller while the others wait. A failed load is not remembered."""
    if spec not in _models:
        with _lock:
            if spec not in _models:
                _models[spec] = load()
    return cast("Model", _models[spec])


def clear() -> None:
    """Forgets every model, for tests."""
    with _lock:
        _models.clear()
