"""What tuning changed: small numbers that fit each other and the model they were made for."""

import numpy as np
import pytest
from pydantic import ValidationError

from handler import profiles
from handler.domain.ports import ODDS
from handler.domain.taxonomy import load_taxonomy
from handler.evaluation.labelled import SIGNALS
from handler.fitting.material import names_of
from handler.inference.minilm import DIMENSIONS
from handler.inference.tuning import Tuning, shipped, tuning_for
from handler.settings import Settings
from tests.inference.tunings import changes, tuning


def test_the_shipped_one_says_every_label_of_the_default_taxonomy() -> None:
    """In the order of signals and labels, which features and left-out odds share."""
    named = [f"{signal}:{name}" for signal in SIGNALS for name in names_of(signal, load_taxonomy(None))]
    assert named == list(shipped().labels)
    assert len(named) == ODDS
    assert shipped().readout.shape == (DIMENSIONS, ODDS)


def test_it_is_for_one_model_only() -> None:
    """Weights of another revision are not what the changes were learned on."""
    assert tuning_for(profiles.pins(Settings())["minilm"].revision) is shipped()
    assert tuning_for("another") is None


def test_its_version_tells_any_two_apart() -> None:
    """Results and heads name it."""
    assert tuning(3).version == tuning(3).version
    assert len({tuning(3).version, tuning(2).version, tuning(3, changes(1)).version}) == 3


def test_a_change_is_the_product_of_its_factors() -> None:
    """And so of their rank."""
    matrix = tuning(3, changes(1)).matrices()["encoder/layer_0/ffn/linear_0"]
    assert matrix.shape == (1536, 384)
    assert np.linalg.matrix_rank(matrix) == 2


def test_a_label_without_a_number_is_refused() -> None:
    """A file that was cut or mixed up."""
    data = tuning(3).model_dump()
    with pytest.raises(ValidationError, match="one number for each label"):
        Tuning.model_validate({**data, "labels": data["labels"][1:]})
