"""A step of whole networks against PyTorch's: loss, gradients, and what an optimizer moves."""

import math
from typing import Any

import numpy as np
import pytest
from torch_sources import loaded, names_of

import cnncalc
from cnncalc.analysis.optimizers import OPTIMIZERS
from cnncalc.engine.loss import loss_of
from cnncalc.engine.training import backward, forward
from cnncalc.engine.weights import initial_inputs, initial_weights
from cnncalc.graph import Graph
from cnncalc.interchange.torch.write import render_torch
from cnncalc.ops.activation import Dropout

pytestmark = pytest.mark.peers

BATCH = 4

TEXTS = {
    "plain": "{input: 3x12x12, layers: [conv3x3 8 padding=1, relu, lrn 3, maxpool3x3 stride=2, "
    "conv3x3 6, tanh, avgpool2x2, flatten, linear 7, softmax]}",
    "bn and residual": "{input: 4x10x10, layers: [conv3x3 8 padding=1 bias=false, bn, relu, "
    "{add: [[conv3x3 8 padding=1, bn, relu, conv3x3 8 padding=1, bn], x]}, relu, "
    "{add: [[conv3x3 12 stride=2 padding=1, bn], [conv1x1 12 stride=2, bn]]}, relu, "
    "globalavgpool, flatten, linear 5]}",
    "dropout": "{input: 20, layers: [linear 40, relu, dropout 0.5, linear 30, gelu, dropout 0.2, "
    "linear 6]}",
    "dense": "{input: 6x9x9, blocks: {unit: {concat: [x, [bn, relu, conv1x1 8 bias=false, bn, "
    "relu, conv3x3 4 padding=1 bias=false]]}}, layers: [unit, unit, unit, bn, relu, "
    "conv1x1 9 bias=false, avgpool2x2, globalavgpool, flatten, linear 4]}",
    "depthwise": "{input: 3x11x11, layers: [conv3x3 8 stride=2 padding=1 bias=false, bn, "
    "hardswish, dwconv3x3 padding=1 bias=false, bn, relu6, {mul: [x, [globalavgpool, conv1x1 4, "
    "relu, conv1x1 8, hardsigmoid]]}, conv1x1 12, silu, dwconv5x5 padding=2 multiplier=2, "
    "globalavgpool, flatten, linear 5]}",
    "transposed": "{input: 2x8x8, layers: [a: [conv3x3 6 padding=1, relu], maxpool2x2, "
    "conv3x3 8 padding=1, relu, upconv2x2 6 stride=2, {concat: [x, a]}, conv3x3 5 padding=1, "
    "elu, upconv3x3 4 stride=2 padding=1 output_padding=1 groups=1, leaky_relu 0.1]}",
    "attention": "{input: 3x8x8, layers: [conv2x2 12 stride=2, tokens, {add: [x, learned 12x16]}, "
    "{add: [x, [layer_norm, attention 3]]}, {add: [x, [layer_norm, linear 24, gelu, linear 12]]}, "
    "layer_norm, globalavgpool, flatten, linear 5]}",
    "norms": "{input: 8x6x6, layers: [conv3x3 8, group_norm 2, prelu num_parameters=8, "
    "instance_norm affine=true, mish, {mean: [x, {max: [x, [conv1x1 8, sigmoid]]}]}, "
    "pixel_shuffle 2, upsample factor=2 mode=bilinear, "
    "adaptive_avgpool output_size=3, flatten, linear 4]}",
}
"""Small networks, one a subject."""

BUNDLED = {
    "lecture/plain_or_residual:residual20": "3x8x8",
    "shufflenetv2:x0_5": "3x48x48",
    "mobilenetv3:small-050": "3x48x48",
    "convnext:atto": "3x48x48",
}
"""Bundled networks with a small input."""


def graph_of(name: str) -> Graph:
    if name in TEXTS:
        return cnncalc.parse(TEXTS[name])
    return cnncalc.load(name, input=BUNDLED[name])


@pytest.mark.parametrize("name", [*TEXTS, *BUNDLED])
def test_loss_and_gradients_of_a_network(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")
    graph = graph_of(name)
    tensors = initial_weights(graph, 1, "float64")
    inputs = initial_inputs(graph, 1, "float64", BATCH)
    run = forward(graph, tensors, inputs, 1)
    loss = loss_of(graph, run.outputs, "cross-entropy", 1)
    back = backward(graph, tensors, run.kept, loss.gradients)

    network = loaded(render_torch(graph), graph, tensors, "float64").train()
    masks = iter([run.kept[one.name].mask for one in graph.layers if isinstance(one.op, Dropout)])
    monkeypatch.setattr(  # what is drawn is drawn once
        torch.nn.functional,
        "dropout",
        lambda x, p, *_: x * torch.from_numpy(next(masks)) / (1 - p),
    )
    given = torch.from_numpy(inputs["input"]).requires_grad_()
    output = network(given)
    told = cross_entropy(torch, graph, output, seed=1)
    told.backward()
    assert math.isclose(told.item(), loss.value, rel_tol=1e-9)
    known = dict(network.named_parameters())
    names = names_of(network, graph, tensors)
    assert known.keys() <= names.keys()
    wanted = {names[key]: one.grad.numpy() for key, one in known.items()}
    got = {(layer, key): one for layer, own in back.tensors.items() for key, one in own.items()}
    assert got.keys() == wanted.keys()
    wanted[("", "input")], got[("", "input")] = given.grad.numpy(), back.inputs["input"]
    largest = max(float(np.abs(one).max()) for one in wanted.values())
    for key, one in wanted.items():
        assert np.abs(got[key] - one).max() <= 1e-6 * np.abs(one).max() + 1e-12 * largest, key


def cross_entropy(torch: Any, graph: Graph, output: Any, seed: int) -> Any:
    """PyTorch's loss with the classes that are drawn."""
    n, channels, *size = output.shape
    classes = np.random.default_rng([seed, 4]).integers(channels, size=(n, 1, *size))
    target = torch.from_numpy(classes[:, 0])
    if graph.layers[-1].op.name == "softmax":
        return torch.nn.functional.nll_loss(output.log(), target)
    return torch.nn.functional.cross_entropy(output, target)


CLASSES: dict[str, tuple[str, dict[str, float]]] = {
    "sgd": ("SGD", {"lr": 0.01}),
    "momentum": ("SGD", {"lr": 0.01, "momentum": 0.9}),
    "rmsprop": ("RMSprop", {}),
    "adam": ("Adam", {}),
    "adamw": ("AdamW", {}),
}
"""PyTorch's optimizers, with their own defaults where there are any."""


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize(
    ("weight", "gradient"), [(0.4, 0.25), (-1.5, -3.0), (0.0, 1e-6), (2.0, 0.0), (1e-3, -1e4)]
)
def test_a_first_step_is_that_of_pytorch(name: str, weight: float, gradient: float) -> None:
    torch = pytest.importorskip("torch")
    kind, settings = CLASSES[name]
    moved = torch.tensor([weight], dtype=torch.float64, requires_grad=True)
    moved.grad = torch.tensor([gradient], dtype=torch.float64)
    optimizer = getattr(torch.optim, kind)([moved], **settings)
    optimizer.step()
    *_, last = OPTIMIZERS[name].worked(weight, gradient)
    assert math.isclose(last.result, moved.item(), rel_tol=1e-12, abs_tol=1e-15)
    kept = [one for one in optimizer.state[moved].values() if torch.is_tensor(one) and one.ndim]
    assert len(kept) == len(OPTIMIZERS[name].states)
