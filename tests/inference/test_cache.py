"""The model cache."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest

from handler.domain.errors import ModelUnavailable
from handler.inference import cache


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    kept = dict(cache._models)
    cache.clear()
    yield
    cache._models.update(kept)


def test_many_threads_load_once() -> None:
    """The others wait for the first and get its model."""
    loads = []

    def load() -> object:
        sleep(0.01)
        loads.append(object())
        return loads[-1]

    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda _: cache.get("m", load), range(64)))
    assert 1 == len(loads)
    assert {id(loads[0])} == {id(model) for model in found}


def test_a_failed_load_is_not_remembered() -> None:
    """The next message tries again: the cause may be gone. Whatever it is, no ticket is to blame."""

    def fail() -> object:
        raise OSError("disk")

    with pytest.raises(ModelUnavailable, match="OSError"):
        cache.get("m", fail)
    assert "model" == cache.get("m", lambda: "model")


def test_load_times_are_told_once() -> None:
    """They become a metric."""
    cache.get("m", lambda: 1)
    assert 1 == len(cache.take_load_seconds())
    assert [] == cache.take_load_seconds()


def test_a_library_that_is_missing_is_named() -> None:
    """A profile or backend may need an extra; only its name helps."""

    def load() -> None:
        raise ModuleNotFoundError("No module named 'torch'", name="torch")

    with pytest.raises(ModelUnavailable, match=r"could not be loaded: ModuleNotFoundError: torch$"):
        cache.get("missing", load)


def test_a_file_that_may_not_be_read_is_named() -> None:
    """The image's layers and the function's user do not always agree."""

    def load() -> None:
        raise PermissionError(13, "Permission denied", "/opt/models/model.bin")

    with pytest.raises(ModelUnavailable, match=r"PermissionError: /opt/models/model\.bin: Permission denied$"):
        cache.get("unreadable", load)
