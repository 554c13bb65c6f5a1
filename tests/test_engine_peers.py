"""Every op's values against PyTorch, over the grid of attributes that `test_peers` has."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

import cnncalc.engine
from cnncalc.engine import DEFINITIONS, KERNELS, Array
from cnncalc.ops import OPS
from cnncalc.ops.values import RejectedError

pytestmark = pytest.mark.peers

torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed")

from test_peers import PEERS, REFUSALS, Call  # noqa: E402 - it needs PyTorch

BOUNDS = {"float32": 1e-5, "float64": 1e-12}
"""The largest difference allowed, relative to the largest value of the output."""

THINNED = {"maxpool": 7, "avgpool": 3}
"""Ops with thousands of cases: every so many are run."""


@pytest.mark.parametrize("dtype", sorted(BOUNDS))
@pytest.mark.parametrize("name", sorted(OPS))
def test_values_agree(name: str, dtype: str) -> None:
    torch.manual_seed(0)
    accepted = 0
    for axes, attributes, module, inputs in list(PEERS[name](name))[:: THINNED.get(name, 1)]:
        op = OPS[name](axes, **attributes)
        arrays = [torch.randn(2, *shape, dtype=getattr(torch, dtype)) for shape in inputs]
        expected = peer_values(module, arrays)
        if expected is None:
            with pytest.raises(RejectedError):
                op.output_shape(inputs)
            continue
        tensors = tensors_of(module)
        for table in (KERNELS, DEFINITIONS):
            if type(op) in table:
                got = table[type(op)](op, *(one.numpy() for one in arrays), **tensors)
                assert_near(got, expected, dtype, f"{name} {attributes} on {inputs}")
        accepted += 1
    assert accepted > 0


def assert_near(got: Array, expected: Array, dtype: str, case: str) -> None:
    assert got.dtype == expected.dtype == np.dtype(dtype), case
    assert got.shape == expected.shape, case
    # A dilated window of a pool may see nothing but padding: -inf in both.
    finite = np.isfinite(expected)
    assert np.array_equal(got[~finite], expected[~finite]), case
    largest = np.abs(expected[finite]).max(initial=1e-30)
    error = np.abs(got[finite] - expected[finite]).max(initial=0) / largest
    assert error <= BOUNDS[dtype], f"{case}: {error}"


def peer_values(module: Call, arrays: list[Any]) -> Array | None:
    """What PyTorch gives with random weights, or None when it refuses."""
    if isinstance(module, torch.nn.Module):
        module.to(arrays[0].dtype).eval()
        randomise(module)
    try:
        with torch.no_grad():
            values: Array = module(*arrays).numpy()
    except (RuntimeError, ValueError) as fault:
        if not any(refusal in str(fault) for refusal in REFUSALS):
            raise
        return None
    return values


def randomise(module: Any) -> None:
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.normal_()
        for name, buffer in module.named_buffers():
            if name.endswith("running_var"):
                buffer.uniform_(0.5, 1.5)
            elif name.endswith("running_mean"):
                buffer.normal_()


def tensors_of(module: Call) -> Mapping[str, Array]:
    """Parameters and buffers under the names that the op has for them."""
    if not isinstance(module, torch.nn.Module):
        return {}
    named = {**dict(module.named_parameters()), **dict(module.named_buffers())}
    found = {}
    for path, tensor in named.items():
        name = path.rpartition(".")[2]
        values = tensor.detach().numpy()
        if name == "part":  # the factors of `scale`, shaped to meet the map
            found["weight"] = values.ravel()
        elif name != "num_batches_tracked":
            found[name] = values
    return found


def test_every_op_has_a_kernel() -> None:
    assert set(KERNELS) == set(OPS.values())
    assert cnncalc.engine.DEFINITIONS.keys() <= KERNELS.keys()
