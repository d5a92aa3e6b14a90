"""A model's first layers: the same file without the others; what they say, changed or not, is in test_minilm.py."""

import numpy as np
import pytest

from handler import profiles
from handler.domain.errors import ModelUnavailable
from handler.inference.artifacts import converted_folder
from handler.inference.engine.layers import first_layers
from handler.settings import Settings

NAME = "encoder/layer_1/ffn/linear_0"


@pytest.fixture(scope="module")
def model() -> bytes:
    settings = Settings()
    return (
        converted_folder(profiles.model_root(settings), profiles.pins(settings)["minilm"], "int8") / "model.bin"
    ).read_bytes()


@pytest.mark.models
def test_later_layers_are_left_out_and_nothing_else(model: bytes) -> None:
    """All six are the file as it is."""
    assert model == first_layers(model, 6, {})
    three = first_layers(model, 3, {})
    assert [True] * 3 + [False] * 3 == [f"encoder/layer_{number}/".encode() in three for number in range(6)]
    assert len(model) - len(three) == pytest.approx(len(three) - len(first_layers(three, 0, {})), rel=1e-4)
    assert three == first_layers(three, 3, {})


@pytest.mark.models
def test_a_change_touches_the_weights_that_it_names_and_their_scales(model: bytes) -> None:
    """Everything before and behind stays."""
    changed = first_layers(model, 6, {NAME: np.full((1536, 384), 0.1)})
    different = np.flatnonzero(np.frombuffer(model, np.uint8) != np.frombuffer(changed, np.uint8))
    begin, end = model.index(f"{NAME}/weight\0".encode()), model.index(b"encoder/layer_1/ffn/linear_1/bias\0")
    assert len(changed) == len(model)
    assert begin < different.min()
    assert different.max() < end
    assert len(different) > 1536 * 384 / 2


def test_another_format_is_refused() -> None:
    """In one line, as everything is that keeps a model from running."""
    with pytest.raises(ModelUnavailable, match="has version 7, but 6 is what can be read"):
        first_layers(b"\x07\x00\x00\x00", 3, {})
