"""Values worked by hand are those that the engine gives, for every op at any place."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ops.case import drawn
from ops.table import CASES, uses

from cnncalc.engine.base import KERNELS
from cnncalc.lessons.worked import WORKED
from cnncalc.lessons.worked.base import Task
from cnncalc.lessons.worked.parts import Step
from cnncalc.ops import OPS


def test_every_op_and_no_other_is_worked() -> None:
    assert set(WORKED) == set(OPS.values())


@pytest.mark.parametrize("name", CASES)
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_a_value_by_hand_is_that_of_the_engine(name: str, data: st.DataObject) -> None:
    use = data.draw(uses(name))
    arrays, tensors = drawn(use, "float64", data.draw(st.integers(0, 99)))
    with np.errstate(all="ignore"):
        made = KERNELS[type(use.op)](use.op, *arrays, **tensors)
    at = data.draw(st.tuples(*[st.integers(0, n - 1) for n in made.shape[1:]]))
    inputs = [array[0] for array in arrays]
    *_, last = (
        part for part in WORKED[type(use.op)](Task(use.op, at, inputs, tensors))
        if isinstance(part, Step)
    )  # fmt: skip
    assert last.quantity == "value"
    assert last.result == pytest.approx(made[(0, *at)], rel=1e-9, abs=1e-9, nan_ok=True), use
