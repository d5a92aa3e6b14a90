"""Small models, pinned and converted as a user would."""

from collections.abc import Callable
from pathlib import Path

import pytest

from handler.inference import cache
from handler.inference.conversion.convert import Precision, convert
from handler.inference.engine.files import Converted
from handler.inference.fetch import fetch
from handler.inference.pins import model_pins
from handler.inference.reference.files import Published
from handler.inference.trust import pin_of
from tests.inference import small

Make = Callable[[Path], Path]


class Small:
    """A small model's two shapes: as published, and as converted in a precision."""

    def __init__(self, name: str, make: Make, root: Path) -> None:
        (root / "made" / name).mkdir(parents=True)
        made = make(root / "made" / name)
        self._root = root
        self.pin = pin_of(model_pins()[name], made)
        self.source = fetch(self.pin, root, print, made)

    def converted(self, precision: Precision) -> Converted:
        """For the default backend."""
        convert(self.pin, self.source, self._root, precision)
        return Converted(self.pin, self._root, precision)

    @property
    def published(self) -> Published:
        """For the reference."""
        return Published(self.pin, self._root, threads=1)


@pytest.fixture(autouse=True)
def _no_model_left_over() -> None:
    """A model of one test is not the model of another, even in the same folder."""
    cache.clear()


@pytest.fixture
def distilbert(tmp_path: Path) -> Small:
    """A small classifier."""
    return Small("distilbert", small.distilbert, tmp_path)


@pytest.fixture
def distilbart(tmp_path: Path) -> Small:
    """A small summariser."""
    return Small("distilbart", small.bart, tmp_path)
