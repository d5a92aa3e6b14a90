"""Matrices in JSON come back as they went, to what their type can say."""

import base64
import lzma

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pydantic import ValidationError

from handler.domain.packed import Packed

matrices = arrays(np.float64, st.tuples(st.integers(0, 5), st.integers(0, 5)), elements=st.floats(-100, 100))


@given(matrices)
def test_what_was_packed_comes_back(matrix: np.ndarray) -> None:
    """Through JSON: whole bytes to half a step, half precision to a thousandth."""
    for kind, error in (("int8", 0.5 / 127), ("float16", 1e-3)):
        packed = Packed.model_validate_json(Packed.of(matrix, kind).model_dump_json())  # type: ignore[arg-type]
        assert matrix.shape == packed.matrix().shape
        assert matrix == pytest.approx(packed.matrix(), abs=np.abs(matrix).max(initial=0) * error + 1e-6)


def test_whole_numbers_come_back_exactly() -> None:
    numbers = np.array([[0.0, 1.0], [2.0**31, 2.0**32 - 1]])
    assert (numbers == Packed.of(numbers, "uint32").matrix()).all()


def test_fewer_levels_are_coarser_and_smaller() -> None:
    matrix = np.random.default_rng(1).normal(size=(200, 10))
    fine, coarse = Packed.of(matrix, "int8"), Packed.of(matrix, "int8", levels=7)
    assert len(coarse.data) < len(fine.data) / 1.4
    assert matrix == pytest.approx(coarse.matrix(), abs=np.abs(matrix).max() / 14 + 1e-9)


def test_data_is_unpacked_no_further_than_its_shape_needs() -> None:
    """A bomb of a gigabyte is refused after three bytes."""
    bomb = base64.b85encode(lzma.compress(bytes(2**20))).decode()
    with pytest.raises(ValidationError, match="as many"):
        Packed(shape=(1, 2), type="int8", scale=1.0, data=bomb)


def test_unpacking_takes_no_more_memory_than_ours_does() -> None:
    """A dictionary of 64 MiB, which a header may ask for, is not given."""
    greedy = base64.b85encode(lzma.compress(bytes(2), preset=9)).decode()
    with pytest.raises(ValidationError, match="must be compressed numbers"):
        Packed(shape=(1, 2), type="int8", scale=1.0, data=greedy)


@pytest.mark.parametrize(
    "changes",
    [{"data": "\\"}, {"data": "00"}, {"shape": (3, 3)}, {"shape": (-1, -1)}, {"shape": (10**30, 1)}, {"scale": np.inf}],
)
def test_what_is_no_matrix_is_refused(changes: dict[str, object]) -> None:
    """Whatever is wrong with it."""
    packed = Packed.of(np.ones((1, 2)), "int8").model_dump()
    with pytest.raises(ValidationError):
        Packed.model_validate({**packed, **changes})
