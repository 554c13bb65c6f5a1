"""A graph as an ONNX model, for the reference evaluator: the ops of the benchmark's networks."""

from collections.abc import Callable
from typing import Any

import onnx
from onnx import TensorProto, helper, numpy_helper

from cnncalc.engine.weights import Tensors
from cnncalc.graph import Graph, Layer

Node = tuple[str, tuple[str, ...], dict[str, Any]]
"""An operator, the tensors that it takes after its inputs, its attributes."""


def model_of(graph: Graph, tensors: Tensors) -> onnx.ModelProto:
    """The network with its weights, opset 17, for one example."""
    nodes, initializers = [], []
    for layer in graph.layers:
        operator, names, attributes = NODES[layer.op.name](layer.op, layer)
        own = tensors[layer.name]
        used = [f"{layer.name}.{name}" for name in names if name in own]
        initializers += [numpy_helper.from_array(own[n], f"{layer.name}.{n}") for n in own]
        nodes.append(
            helper.make_node(operator, [*layer.inputs, *used], [layer.name], **attributes)
        )
    given = [_info(name, shape) for name, shape in graph.inputs.items()]
    last = graph.layers[-1]
    made = helper.make_graph(
        nodes, "network", given, [_info(last.name, last.output_shape)], initializers
    )
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)])


def _info(name: str, shape: tuple[int, ...]) -> Any:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, *shape])


def _window(op: Any, layer: Layer) -> dict[str, Any]:
    around = op.windows(layer.input_shapes)
    pads = [window.before for window in around] + [window.after for window in around]
    return {"kernel_shape": op.kernel_size, "strides": op.stride, "pads": pads}


def _conv(op: Any, layer: Layer) -> Node:
    groups = layer.input_shapes[0][0] if op.name == "dwconv" else op.groups
    attributes = {**_window(op, layer), "dilations": op.dilation, "group": groups}
    return "Conv", ("weight", "bias"), attributes


def _pool(operator: str) -> Callable[[Any, Layer], Node]:
    return lambda op, layer: (
        operator, (), {**_window(op, layer), "ceil_mode": int(op.ceil_mode)},
    )  # fmt: skip


def _plain(operator: str, **attributes: Any) -> Callable[[Any, Layer], Node]:
    return lambda _op, _layer: (operator, (), attributes)


NODES: dict[str, Callable[[Any, Layer], Node]] = {
    "conv": _conv,
    "dwconv": _conv,
    "linear": lambda _op, _layer: ("Gemm", ("weight", "bias"), {"transB": 1}),
    "bn": lambda op, _layer: (
        "BatchNormalization", ("weight", "bias", "running_mean", "running_var"),
        {"epsilon": op.eps},
    ),
    "maxpool": _pool("MaxPool"),
    "avgpool": _pool("AveragePool"),
    "adaptive_avgpool": _plain("Identity"),  # of a map that has the size already
    "globalavgpool": _plain("GlobalAveragePool"),
    "relu": _plain("Relu"),
    "dropout": _plain("Identity"),
    "flatten": _plain("Flatten"),
    "add": _plain("Add"),
    "concat": _plain("Concat", axis=1),
}  # fmt: skip
