"""Matrices in JSON come back as they went, to what their type can say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pydantic import ValidationError

from handler.pipeline.packed import Packed

matrices = arrays(np.float64, st.tuples(st.integers(0, 5), st.integers(0, 5)), elements=st.floats(-100, 100))


@given(matrices)
def test_what_was_packed_comes_back(matrix: np.ndarray) -> None:
    """Through JSON: whole bytes to half a step, half precision to a thousandth."""
    for kind, error in (("int8", 0.5 / 127), ("float16", 1e-3)):
        packed = Packed.model_validate_json(Packed.of(matrix, kind).model_dump_json())  # type: ignore[arg-type]
        assert matrix.shape == packed.matrix().shape
        assert matrix == pytest.approx(packed.matrix(), abs=np.abs(matrix).max(initial=0) * error + 1e-6)


@pytest.mark.parametrize(
    "changes", [{"data": "\\"}, {"data": "00"}, {"shape": (3, 3)}, {"shape": (-1, -1)}, {"scale": np.inf}]
)
def test_what_is_no_matrix_is_refused(changes: dict[str, object]) -> None:
    """Whatever is wrong with it."""
    packed = Packed.of(np.ones((1, 2)), "int8").model_dump()
    with pytest.raises(ValidationError):
        Packed.model_validate({**packed, **changes})
