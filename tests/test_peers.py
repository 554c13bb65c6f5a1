"""Every op against PyTorch: output shape, parameters and buffers over a grid of attributes."""

from math import prod
from typing import Any

import pytest
from ops.peers import REFUSALS, WITHOUT, Call
from ops.table import CASES

from cnncalc.ops import OPS
from cnncalc.ops.values import RejectedError, Shape, Value

pytestmark = pytest.mark.peers

torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed")
nn = torch.nn
torch.set_num_threads(1)  # on maps this small the threads mostly wait for each other


@pytest.mark.parametrize("name", sorted({*OPS} - WITHOUT))
def test_op_agrees(name: str) -> None:
    accepted = 0
    for axes, attributes, module, inputs in CASES[name].peers(torch, name):
        case = f"{name} {attributes} on {inputs}"
        expected = peer_output(module, inputs)
        assert own_output(name, axes, attributes, inputs) == expected, case
        if expected is not None:
            assert own_counts(name, axes, attributes, inputs) == peer_counts(module), case
            accepted += 1
    assert accepted > 0


@pytest.mark.parametrize("name", ["conv", "dwconv", "upconv", "linear"])
def test_macs_agree(name: str) -> None:
    """Half of what PyTorch's own counter of operations finds, in every seventh case."""
    from torch.utils.flop_counter import FlopCounterMode  # noqa: PLC0415

    for axes, attributes, module, inputs in list(CASES[name].peers(torch, name))[::7]:
        with FlopCounterMode(display=False) as counter:
            output = peer_output(module, inputs)
        if output is None:
            continue
        macs = OPS[name](axes, **attributes).macs(inputs, output)
        assert 2 * macs == counter.get_total_flops(), f"{name} {attributes} on {inputs}"


def peer_output(module: Call, inputs: tuple[Shape, ...]) -> Shape | None:
    """The shape that PyTorch gives, or None when it refuses."""
    try:
        with torch.no_grad():
            output = module(*(torch.zeros(1, *shape) for shape in inputs))
    except (RuntimeError, ValueError) as fault:
        if not any(refusal in str(fault) for refusal in REFUSALS):
            raise
        return None
    return tuple(output.shape[1:])


def own_output(
    name: str, axes: int, attributes: dict[str, Value], inputs: tuple[Shape, ...]
) -> Shape | None:
    try:
        return OPS[name](axes, **attributes).output_shape(inputs)
    except RejectedError:
        return None


def own_counts(
    name: str, axes: int, attributes: dict[str, Value], inputs: tuple[Shape, ...]
) -> tuple[int, int]:
    op = OPS[name](axes, **attributes)
    tensors = op.parameters(inputs), op.buffers(inputs)
    parameters, buffers = (sum(map(prod, shapes.values())) for shapes in tensors)
    return parameters, buffers


def peer_counts(module: Call) -> tuple[int, int]:
    """Values in the parameters and in the buffers, without the counter of steps."""
    if not isinstance(module, nn.Module):
        return 0, 0
    parameters = sum(tensor.numel() for tensor in module.parameters())
    buffers = sum(
        tensor.numel()
        for name, tensor in module.named_buffers()
        if not name.endswith("num_batches_tracked")
    )
    return parameters, buffers
