"""A graph run by PyTorch, with the engine's weights: the other side of tests and benchmarks."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import nn

from cnncalc.engine import Array
from cnncalc.engine.weights import Tensors
from cnncalc.graph import Graph, Layer

Call = Callable[..., Any]


def run(graph: Graph, modules: Mapping[str, Call], inputs: Mapping[str, Any]) -> Any:
    """The last layer's output; every tensor is let go after its last reader."""
    last = {name: layer.name for layer in graph.layers for name in layer.inputs}
    alive = dict(inputs)
    with torch.inference_mode():
        for layer in graph.layers:
            result = modules[layer.name](*(alive[name] for name in layer.inputs))
            for name in set(layer.inputs):
                if last[name] == layer.name:
                    del alive[name]
            alive[layer.name] = result
    return result


def modules_of(graph: Graph, tensors: Tensors) -> dict[str, Call]:
    """What computes each layer in PyTorch, the weights being shared, not copied."""
    readers: dict[str, int] = {}
    for layer in graph.layers:
        for name in layer.inputs:
            readers[name] = readers.get(name, 0) + 1
    return {
        layer.name: _module(
            layer, tensors[layer.name], is_inplace=all(readers[one] == 1 for one in layer.inputs)
        )
        for layer in graph.layers
    }


def _module(layer: Layer, tensors: Mapping[str, Array], *, is_inplace: bool) -> Call:
    made = BUILDERS[layer.op.name](layer.op, layer)
    if isinstance(made, nn.ReLU):
        made.inplace = is_inplace
    if not isinstance(made, nn.Module):
        return made  # type: ignore[no-any-return]
    own = {**dict(made.named_parameters()), **dict(made.named_buffers())}
    for name, tensor in own.items():
        if name != "num_batches_tracked":
            tensor.data = torch.from_numpy(np.asarray(tensors[name]))
    return made.eval()  # type: ignore[no-any-return]


def _conv(op: Any, layer: Layer) -> Any:
    shape = layer.input_shapes[0]
    before = [window.before for window in op.windows(layer.input_shapes)]
    assert before == [window.after for window in op.windows(layer.input_shapes)]
    channels = layer.output_shape[0]
    groups = shape[0] if op.name == "dwconv" else op.groups
    return _bare(
        nn.Conv2d, shape[0], channels, op.kernel_size, op.stride, before, op.dilation, groups,
        op.bias,
    )  # fmt: skip


def _bare(kind: Call, *arguments: Any, **named: Any) -> Any:
    """A module without memory for its weights: they come from elsewhere."""
    return kind(*arguments, **named, device="meta").to_empty(device="cpu")


def _lrn(op: Any, _layer: Layer) -> Any:
    return nn.LocalResponseNorm(op.size, op.alpha, op.beta, op.k)


def _maxpool(op: Any, layer: Layer) -> Any:
    before = [window.before for window in op.windows(layer.input_shapes)]
    return nn.MaxPool2d(op.kernel_size, op.stride, before, op.dilation, ceil_mode=op.ceil_mode)


def _avgpool(op: Any, layer: Layer) -> Any:
    before = [window.before for window in op.windows(layer.input_shapes)]
    return nn.AvgPool2d(op.kernel_size, op.stride, before, op.ceil_mode, op.count_include_pad)


BUILDERS: dict[str, Callable[[Any, Layer], Any]] = {
    "conv": _conv,
    "dwconv": _conv,
    "linear": lambda op, layer: _bare(
        nn.Linear, layer.input_shapes[0][0], op.out_features, op.bias
    ),
    "bn": lambda op, layer: nn.BatchNorm2d(layer.output_shape[0], op.eps, affine=op.affine),
    "lrn": _lrn,
    "maxpool": _maxpool,
    "avgpool": _avgpool,
    "adaptive_avgpool": lambda op, _layer: nn.AdaptiveAvgPool2d(op.output_size),
    "globalavgpool": lambda _op, _layer: nn.AdaptiveAvgPool2d(1),
    "relu": lambda _op, _layer: nn.ReLU(),
    "relu6": lambda _op, _layer: nn.ReLU6(),
    "tanh": lambda _op, _layer: nn.Tanh(),
    "dropout": lambda _op, _layer: nn.Identity(),
    "flatten": lambda _op, _layer: nn.Flatten(),
    "add": lambda _op, _layer: torch.add,
    "concat": lambda _op, _layer: lambda *branches: torch.cat(branches, dim=1),
}
"""For each op that the bundled networks use, its module or function."""
