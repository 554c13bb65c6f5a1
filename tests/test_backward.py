"""Every op's backward kernel against central differences, at every place of all that it reads."""

from itertools import chain

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ops.case import drawn
from ops.table import uses

from cnncalc.engine.backward import BACKWARD, WITHOUT
from cnncalc.engine.base import Array
from cnncalc.engine.training import apply
from cnncalc.ops import OPS

STEP = 1e-6
MOST = 160
"""Values of all that an op reads; a larger case says nothing more."""


@pytest.mark.parametrize("name", sorted(name for name, kind in OPS.items() if kind in BACKWARD))
@settings(deadline=None, max_examples=12)
@given(st.data(), st.integers(0, 2**32))
def test_gradients_are_what_differences_are(name: str, data: st.DataObject, seed: int) -> None:
    use = data.draw(uses(name))
    arrays, tensors = drawn(use, "float64", seed)
    learned = use.op.parameters(use.inputs)
    read = {**{str(n): one for n, one in enumerate(arrays)}, **{n: tensors[n] for n in learned}}
    if sum(one.size for one in read.values()) > MOST:
        return

    def run() -> Array:
        with np.errstate(all="ignore"):
            return apply(use.op, arrays, tensors, np.random.default_rng(seed))[0]

    output, kept = apply(use.op, arrays, tensors, np.random.default_rng(seed))
    gradient = np.random.default_rng(seed + 1).standard_normal(output.shape)
    found = BACKWARD[type(use.op)](use.op, gradient, kept, tensors)
    assert kept.read == set(kept.words), use
    assert found.tensors.keys() == learned.keys()
    got = dict(zip(map(str, range(len(arrays))), found.inputs, strict=True)) | dict(found.tensors)
    for label, values in read.items():
        assert got[label].shape == values.shape, (use, label)
        wanted = differences(run, values, gradient)
        np.testing.assert_allclose(got[label], wanted, rtol=2e-5, atol=2e-5, err_msg=str(use))


def differences(run: "object", values: Array, gradient: Array) -> Array:
    slopes = np.zeros_like(values)
    for place in np.ndindex(*values.shape):
        before = values[place]
        ends = []
        for step in (STEP, -STEP):
            values[place] = before + step
            ends.append(run().copy())  # type: ignore[operator]
        values[place] = before
        slopes[place] = np.nansum(gradient * (ends[0] - ends[1])) / (2 * STEP)
    return slopes


def test_every_op_has_a_backward_kernel_or_a_reason() -> None:
    kinds = set(OPS.values())
    assert BACKWARD.keys() | WITHOUT.keys() == kinds
    assert not BACKWARD.keys() & WITHOUT.keys()
    for kind, reason in chain(WITHOUT.items()):
        assert reason, kind
