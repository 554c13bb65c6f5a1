"""Backward kernels against PyTorch's autograd."""

from typing import Any

import numpy as np
import pytest

import cnncalc
from cnncalc.engine.backward import BACKWARD
from cnncalc.engine.base import Array
from cnncalc.engine.loss import loss_of
from cnncalc.engine.training import apply, backward, forward
from cnncalc.engine.weights import initial_inputs, initial_weights
from cnncalc.ops import OPS, Op

pytestmark = pytest.mark.peers

CASES: list[tuple[str, dict[str, Any], list[tuple[int, ...]], str]] = [
    ("conv", {"out_channels": 6, "kernel_size": 3, "stride": 2, "padding": 1, "groups": 2},
     [(4, 7, 9)], "F.conv2d(x, weight, bias, 2, 1, 1, 2)"),
    ("conv", {"out_channels": 3, "kernel_size": (3, 2), "dilation": (2, 3)},
     [(2, 9, 9)], "F.conv2d(x, weight, bias, 1, 0, (2, 3))"),
    ("conv", {"out_channels": 2, "kernel_size": 3, "padding": 1},
     [(2, 4, 5, 6)], "F.conv3d(x, weight, bias, 1, 1)"),
    ("dwconv", {"kernel_size": 3, "multiplier": 2}, [(3, 6, 6)],
     "F.conv2d(x, weight, bias, groups=3)"),
    ("upconv", {"out_channels": 4, "kernel_size": 3, "stride": 2, "padding": 1,
     "output_padding": 1, "groups": 2}, [(4, 5, 5)],
     "F.conv_transpose2d(x, weight, bias, 2, 1, 1, 2)"),
    ("linear", {"out_features": 5}, [(7,)], "F.linear(x, weight, bias)"),
    ("bn", {}, [(3, 5, 5)], "F.batch_norm(x, None, None, weight, bias, True)"),
    ("group_norm", {"groups": 2}, [(4, 3, 5)], "F.group_norm(x, 2, weight, bias)"),
    ("instance_norm", {"affine": True}, [(4, 3, 5)],
     "F.instance_norm(x, None, None, weight, bias)"),
    ("lrn", {"size": 3, "alpha": 0.5}, [(6, 3, 3)],
     "F.local_response_norm(x, 3, 0.5, 0.75, 1.0)"),
    ("maxpool", {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True}, [(2, 8, 8)],
     "F.max_pool2d(x, 3, 2, 1, ceil_mode=True)"),
    ("avgpool", {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True,
     "count_include_pad": False}, [(2, 8, 8)], "F.avg_pool2d(x, 3, 2, 1, True, False)"),
    ("adaptive_avgpool", {"output_size": (3, 4)}, [(2, 7, 9)],
     "F.adaptive_avg_pool2d(x, (3, 4))"),
    ("adaptive_maxpool", {"output_size": (3, 4)}, [(2, 7, 9)],
     "F.adaptive_max_pool2d(x, (3, 4))"),
    ("globalavgpool", {}, [(2, 4, 4)], "F.adaptive_avg_pool2d(x, 1)"),
    ("upsample", {"factor": 2, "mode": "bilinear"}, [(2, 3, 4)],
     "F.interpolate(x, scale_factor=2, mode='bilinear')"),
    ("upsample", {"size": (7, 5), "mode": "nearest"}, [(2, 3, 4)],
     "F.interpolate(x, size=(7, 5), mode='nearest')"),
    ("pixel_shuffle", {"factor": 2}, [(8, 3, 3)], "F.pixel_shuffle(x, 2)"),
    ("softmax", {}, [(5, 3)], "F.softmax(x, 1)"),
    ("gelu", {}, [(3, 4)], "F.gelu(x)"),
    ("silu", {}, [(3, 4)], "F.silu(x)"),
    ("mish", {}, [(3, 4)], "F.mish(x)"),
    ("hardswish", {}, [(3, 4)], "F.hardswish(x * 1.0)"),
    ("elu", {"alpha": 0.7}, [(3, 4)], "F.elu(x, 0.7)"),
    ("softplus", {"beta": 2.0}, [(3, 4)], "F.softplus(x, 2.0)"),
    ("prelu", {"num_parameters": 3}, [(3, 4)], "F.prelu(x, weight)"),
    ("mul", {}, [(3, 4), (3, 1)], "x * y"),
    ("div", {}, [(3, 4), (1, 4)], "x / y"),
    ("matmul", {}, [(2, 3, 4), (1, 4, 5)], "x @ y"),
    ("attend", {"heads": 2}, [(4, 3), (4, 5), (6, 5)], "attend(x, y, z, 2)"),
]  # fmt: skip
"""An op with its attributes, its inputs, and what PyTorch has for it."""


def attend(torch: Any, x: Any, y: Any, z: Any, heads: int) -> Any:
    parts = [one.reshape(len(one), heads, -1, one.shape[2]).transpose(2, 3) for one in (x, y, z)]
    found = torch.nn.functional.scaled_dot_product_attention(*parts)
    return found.transpose(2, 3).reshape(len(x), -1, x.shape[2])


@pytest.mark.parametrize("place", range(len(CASES)))
def test_gradients_of_an_op(place: int) -> None:
    torch = pytest.importorskip("torch")
    name, values, shapes, text = CASES[place]
    op: Op = OPS[name](len(shapes[0]) - 1, **values)
    random = np.random.default_rng(place)
    arrays = [random.standard_normal((2, *shape)) for shape in shapes]
    if name == "div":
        arrays[1] = np.abs(arrays[1]) + 0.5
    learned = op.parameters(shapes)
    tensors = {key: random.standard_normal(shape) for key, shape in learned.items()}
    output, kept = apply(op, arrays, tensors, lambda: random)
    gradient = random.standard_normal(output.shape)
    found = BACKWARD[type(op)](op, gradient, kept, tensors)

    made = [torch.tensor(one, requires_grad=True) for one in arrays]
    known = {key: torch.tensor(one, requires_grad=True) for key, one in tensors.items()}
    scope = {
        "F": torch.nn.functional, "bias": None, **known, **dict(zip("xyz", made, strict=False)),
        "attend": lambda *given: attend(torch, *given),
    }  # fmt: skip
    told = eval(text, scope)  # noqa: S307 - the text stands above
    np.testing.assert_allclose(output, told.detach().numpy(), rtol=1e-9, atol=1e-9)
    (told * torch.tensor(gradient)).sum().backward()
    for got, one in zip(found.inputs, made, strict=True):
        np.testing.assert_allclose(got, one.grad.numpy(), rtol=1e-8, atol=1e-9)
    for key, got in found.tensors.items():
        np.testing.assert_allclose(got, known[key].grad.numpy(), rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize(
    ("name", "shape"),
    [("lecture/plain_or_residual:residual20", "3x16x16"), ("resnet:18", "3x32x32")],
)
def test_gradients_of_a_network(name: str, shape: str) -> None:
    """Every convolution of a residual network, through PyTorch source that is written of it."""
    torch = pytest.importorskip("torch")
    graph = cnncalc.load(name, input=shape)
    tensors = initial_weights(graph, 0, "float64")
    inputs = initial_inputs(graph, 0, "float64", 4)
    run = forward(graph, tensors, inputs)
    loss = loss_of(graph, run.outputs, "cross-entropy", 0)
    back = backward(graph, tensors, run.kept, loss.gradients)
    [given] = loss.gradients.values()
    known = {
        layer: {key: torch.tensor(one, requires_grad=True) for key, one in each.items()}
        for layer, each in tensors.items()
    }
    made = {"input": torch.tensor(inputs["input"])}
    for layer in graph.layers:
        made[layer.name] = _computed(torch, layer, [made[one] for one in layer.inputs], known)
    (made[graph.layers[-1].name] * torch.tensor(given)).sum().backward()
    for layer_name, each in back.tensors.items():
        for key, gradient in each.items():
            wanted: Array = known[layer_name][key].grad.numpy()
            scale = float(np.abs(wanted).max())
            np.testing.assert_allclose(gradient, wanted, rtol=1e-6, atol=1e-8 * scale)


def _computed(torch: Any, layer: Any, parts: list[Any], known: Any) -> Any:
    """What PyTorch makes of a layer of a residual network, in training."""
    functional, op, own = torch.nn.functional, layer.op, known[layer.name]
    if op.name == "conv":
        around = [pair[0] for pair in op.resolved(layer.input_shapes)["padding"]]
        return functional.conv2d(*parts, own["weight"], own.get("bias"), op.stride, around)
    if op.name == "bn":
        return functional.batch_norm(
            *parts, None, None, own["weight"], own["bias"], training=True, eps=op.eps
        )
    if op.name == "maxpool":
        around = [pair[0] for pair in op.resolved(layer.input_shapes)["padding"]]
        return functional.max_pool2d(*parts, op.kernel_size, op.stride, around)
    simple: dict[str, Any] = {
        "relu": functional.relu,
        "add": lambda *each: sum(each),
        "concat": lambda *each: torch.cat(each, 1),
        "times": lambda x: x * op.factor,
        "globalavgpool": lambda x: x.mean((2, 3), keepdim=True),
        "flatten": lambda x: x.flatten(1),
        "linear": lambda x: functional.linear(x, own["weight"], own["bias"]),
    }
    return simple[op.name](*parts)
