"""Every op's backward kernel against central differences, at every place of all that it reads."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ops.case import drawn, one_layer
from ops.table import uses

from cnncalc.analysis.training import kept_for_backward
from cnncalc.engine.backward import BACKWARD, TRAINED, WITHOUT, Kept, NotKeptError
from cnncalc.engine.base import Array
from cnncalc.engine.loss import loss_of
from cnncalc.engine.training import apply, backward, forward
from cnncalc.ops import OPS

STEP = 1e-6

MOST = 160
"""Values of all that an op reads; a larger case says nothing more."""


def differences(run: Callable[[], Array], values: Array, gradient: Array) -> Array:
    slopes = np.zeros_like(values)
    for place in np.ndindex(*values.shape):
        before = values[place]
        ends = []
        for step in (STEP, -STEP):
            values[place] = before + step
            ends.append(run().copy())
        values[place] = before
        with np.errstate(all="ignore"):
            slopes[place] = np.nansum(gradient * (ends[0] - ends[1])) / (2 * STEP)
    return slopes


@pytest.mark.parametrize("name", sorted(name for name, kind in OPS.items() if kind in BACKWARD))
@settings(deadline=None, max_examples=6)
@given(st.data(), st.integers(0, 2**32))
def test_gradients_are_what_differences_are(name: str, data: st.DataObject, seed: int) -> None:
    use = data.draw(uses(name))
    arrays, tensors = drawn(use, "float64", seed)
    learned = use.op.parameters(use.inputs)
    inputs = {str(place): one for place, one in enumerate(arrays)}
    read = {**inputs, **{name: tensors[name] for name in learned}}
    if sum(one.size for one in read.values()) > MOST:
        return

    def run() -> Array:
        with np.errstate(all="ignore"):
            return apply(use.op, arrays, tensors, lambda: np.random.default_rng(seed))[0]

    output, kept = apply(use.op, arrays, tensors, lambda: np.random.default_rng(seed))
    gradient = np.random.default_rng(seed + 1).standard_normal(output.shape)
    found = BACKWARD[type(use.op)](use.op, gradient, kept, tensors)
    assert found.tensors.keys() == learned.keys()
    back = {str(place): one for place, one in enumerate(found.inputs)}
    got = {**back, **found.tensors}
    assert got.keys() == read.keys()
    for label, values in read.items():
        assert got[label].shape == values.shape, (use, label)
        wanted = differences(run, values, gradient)
        np.testing.assert_allclose(got[label], wanted, rtol=2e-5, atol=2e-5, err_msg=str(use))


@pytest.mark.parametrize("name", sorted(name for name, kind in OPS.items() if kind in BACKWARD))
@settings(deadline=None, max_examples=10)
@given(st.data(), st.integers(0, 2**32))
def test_no_more_and_no_less_is_kept_than_is_read(
    name: str, data: st.DataObject, seed: int
) -> None:
    """By the record of the op, and in bytes by the memory that is told of its network."""
    use = data.draw(uses(name))
    arrays, tensors = drawn(use, "float64", seed)
    output, kept = apply(use.op, arrays, tensors, lambda: np.random.default_rng(seed))
    BACKWARD[type(use.op)](use.op, np.ones_like(output), kept, tensors)
    assert kept.read == set(kept.words), use
    graph = one_layer(use)
    given_in = dict(zip(graph.inputs, arrays, strict=True))
    held = forward(graph, {"layer": tensors}, given_in).bytes if arrays else 0
    told = kept_for_backward(graph, graph.layers)
    assert held == 2 * (8 * told.values + told.mask_bytes), use


def test_every_op_has_a_backward_kernel_or_a_reason() -> None:
    assert BACKWARD.keys() | WITHOUT.keys() == set(OPS.values())
    assert not BACKWARD.keys() & WITHOUT.keys()
    assert all(WITHOUT.values())
    assert TRAINED.keys() <= BACKWARD.keys()


def test_what_is_not_kept_cannot_be_read() -> None:
    x = np.ones((1, 2))
    nothing = Kept((), [x], x)
    for word in ("inputs", "x", "second", "output", "mask"):
        with pytest.raises(NotKeptError, match="not kept"):
            getattr(nothing, word)
    with pytest.raises(NotKeptError, match="`weights`"):
        nothing.within("weights")
    assert nothing.shapes == ((1, 2),)


def test_batch_norm_in_training_has_mean_0_and_variance_1() -> None:
    x = np.random.default_rng(0).standard_normal((5, 3, 4, 4)) * 3 + 2
    norm = OPS["bn"](2, eps=0.0, affine=False)
    made, _ = apply(norm, [x], {}, lambda: np.random.default_rng(0))
    np.testing.assert_allclose(made.mean(axis=(0, 2, 3)), 0, atol=1e-12)
    np.testing.assert_allclose((made**2).mean(axis=(0, 2, 3)), 1)


def test_dropout_keeps_a_byte_a_value_and_the_mean() -> None:
    x = np.ones((4, 5_000))
    made, kept = apply(OPS["dropout"](0, p=0.25), [x], {}, lambda: np.random.default_rng(0))
    assert sorted(set(made.ravel().tolist())) == [0.0, 4 / 3]
    assert abs(float(made.mean()) - 1) < 0.02
    [mask] = kept.arrays
    assert mask.nbytes == x.size
    np.testing.assert_array_equal(made > 0, mask == 1)


def test_cross_entropy_of_equal_scores_is_the_logarithm_of_the_classes() -> None:
    import cnncalc  # noqa: PLC0415 - as a user does

    graph = cnncalc.parse("{input: 8, layers: [linear 4]}")
    found = loss_of(graph, {"linear1": np.zeros((2, 4))}, "cross-entropy", seed=0)
    assert np.isclose(found.value, np.log(4))
    gradient = found.gradients["linear1"]
    assert sorted(np.round(gradient[0], 6).tolist()) == [-0.375, 0.125, 0.125, 0.125]
    ended = cnncalc.parse("{input: 8, layers: [linear 4, softmax]}")
    told = loss_of(ended, {"softmax1": np.full((2, 4), 0.25)}, "cross-entropy", seed=0)
    assert np.isclose(told.value, np.log(4))
    assert sorted(told.gradients["softmax1"][0].tolist()) == [-2, 0, 0, 0]


def test_a_chain_by_hand() -> None:
    """`y = b * relu(a*x)` with a = 3, b = -2, x = 5: dy/db = 15, dy/da = -10, dy/dx = -6."""
    import cnncalc  # noqa: PLC0415 - as a user does

    graph = cnncalc.parse("{input: 1, layers: [linear 1 bias=false, relu, linear 1 bias=false]}")
    tensors = {
        "linear1": {"weight": np.array([[3.0]])},
        "relu1": {},
        "linear2": {"weight": np.array([[-2.0]])},
    }
    run = forward(graph, tensors, {"input": np.array([[5.0]])})
    assert run.outputs["linear2"].tolist() == [[-30.0]]
    back = backward(graph, tensors, run.kept, {"linear2": np.ones((1, 1))})
    assert back.tensors["linear2"]["weight"].tolist() == [[15.0]]
    assert back.tensors["linear1"]["weight"].tolist() == [[-10.0]]
    assert back.inputs["input"].tolist() == [[-6.0]]
    assert run.bytes == 2 * 8  # the input, and what relu gave, in the memory of what it got
