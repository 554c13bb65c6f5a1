"""Every op's values against PyTorch, over the grid of attributes that the table of ops has."""

from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np
import pytest
from ops.peers import REFUSALS, WITHOUT, Call
from ops.table import CASES

import cnncalc.engine
from cnncalc.engine import DEFINITIONS, KERNELS, Array
from cnncalc.ops import OPS
from cnncalc.ops.values import RejectedError, Value

pytestmark = pytest.mark.peers

torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed")

SOURCES = {name for name, kind in OPS.items() if kind.is_source}

BOUNDS = {"float32": 1e-5, "float64": 1e-12}
"""The largest difference allowed, relative to the largest value of the output."""


@pytest.mark.parametrize("dtype", sorted(BOUNDS))
@pytest.mark.parametrize("name", sorted({*OPS} - WITHOUT - SOURCES))
def test_values_agree(name: str, dtype: str) -> None:
    torch.manual_seed(0)
    row, accepted = CASES[name], 0
    for axes, attributes, module, inputs in list(row.peers(torch, name))[:: row.thinned]:
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


@pytest.mark.parametrize("dtype", sorted(BOUNDS))
@pytest.mark.parametrize("axes", [1, 2, 3])
def test_means_agree_whatever_counts(axes: int, dtype: str) -> None:
    """Padding counted or not, windows that hang over the end or not."""
    kind = getattr(torch.nn, f"AvgPool{axes}d")
    choices = product((1, 2, 3), (1, 2, 3), (0, 1), (False, True), (False, True), (4, 5, 6, 7, 8))
    for kernel, stride, padding, ceil_mode, counts, length in choices:
        if 2 * padding > kernel:
            continue
        module = kind(kernel, stride, padding, ceil_mode, counts)
        x = torch.randn(2, 3, *[length] * axes, dtype=getattr(torch, dtype))
        op = OPS["avgpool"](
            axes,
            kernel_size=kernel,
            stride=stride,
            padding=padding,
            ceil_mode=ceil_mode,
            count_include_pad=counts,
        )
        for table in (KERNELS, DEFINITIONS):
            got = table[type(op)](op, x.numpy())
            assert_near(got, module(x).numpy(), dtype, op.notation())


@pytest.mark.parametrize("dtype", sorted(BOUNDS))
@pytest.mark.parametrize("name", ["conv", "dwconv", "maxpool", "avgpool"])
def test_uneven_padding_agrees(name: str, dtype: str) -> None:
    """PyTorch pads by a layer of its own: by what lies below every value for a maximum."""
    around = ((1, 2), (0, 2))
    fill = -float("inf") if name == "maxpool" else 0.0
    pad = torch.nn.ConstantPad2d((0, 2, 1, 2), fill)
    window = {
        "conv": torch.nn.Conv2d(4, 6, 3, stride=2, groups=2),
        "dwconv": torch.nn.Conv2d(4, 4, 3, stride=2, groups=4),
        "maxpool": torch.nn.MaxPool2d(3, 2),
        "avgpool": torch.nn.AvgPool2d(3, 2),
    }[name]
    x = torch.randn(2, 4, 9, 12, dtype=getattr(torch, dtype))
    expected = peer_values(torch.nn.Sequential(pad, window), [x])
    assert expected is not None
    more: dict[str, Value] = {"out_channels": 6, "groups": 2} if name == "conv" else {}
    op = OPS[name](2, kernel_size=3, stride=2, padding=around, **more)
    for table in (KERNELS, DEFINITIONS):
        got = table[type(op)](op, x.numpy(), **tensors_of(window))
        assert_near(got, expected, dtype, op.notation())


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
