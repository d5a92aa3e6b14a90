"""The module global that holds models over warm invocations. There is no other."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from handler.domain.errors import EnrichmentError, ModelUnavailable

Model = TypeVar("Model")

_models: dict[Hashable, object] = {}
_loading: dict[Hashable, threading.Lock] = {}
_load_seconds: list[float] = []
_load_failures: list[Hashable] = []
_lock = threading.Lock()


def get(spec: Hashable, load: Callable[[], Model]) -> Model:
    """The model of ``spec``, loaded by the first caller while the others wait. A failed load is not remembered.

    Different models load side by side. Raises ModelUnavailable.
    """
    if spec not in _models:
        with _lock:
            loading = _loading.setdefault(spec, threading.Lock())
        with loading:
            if spec not in _models:
                started = time.perf_counter()
                _models[spec] = _loaded(spec, load)
                _load_seconds.append(time.perf_counter() - started)
    return cast("Model", _models[spec])


def _loaded(spec: Hashable, load: Callable[[], Model]) -> Model:
    """What ``load`` gives; whatever it raises blames no ticket, so none may become a partial result by it."""
    try:
        return load()
    except EnrichmentError:
        _load_failures.append(spec)
        raise
    except Exception as error:  # a missing library, a full memory, a broken file: it may pass
        _load_failures.append(spec)
        raise ModelUnavailable(f"a model could not be loaded: {_told(error)}") from error


def _told(error: Exception) -> str:
    """Its kind, and the library or file that it is about, if it is about one."""
    if isinstance(error, ImportError):
        return f"{type(error).__name__}: {error.name}"
    if isinstance(error, OSError) and error.filename is not None:
        return f"{type(error).__name__}: {error.filename}: {error.strerror}"
    return type(error).__name__


def clear() -> None:
    """Forgets every model, for tests."""
    with _lock:
        _models.clear()
        _loading.clear()
        _load_seconds.clear()
        _load_failures.clear()


def take_load_seconds() -> list[float]:
    """How long each load since the last call took, for the metrics."""
    with _lock:
        taken = list(_load_seconds)
        _load_seconds.clear()
    return taken


def take_load_failures() -> int:
    """How many loads failed since the last call, for the metrics."""
    with _lock:
        failed = len(_load_failures)
        del _load_failures[:failed]
    return failed
