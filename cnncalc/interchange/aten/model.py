"""A tape as a model of ONNX in memory, without the values of its weights."""

from collections.abc import Iterable
from typing import Any

from cnncalc.interchange.aten.call import Call, Ref, Tape, tensors
from cnncalc.interchange.aten.free import FREE
from cnncalc.interchange.aten.table import TABLE
from cnncalc.interchange.aten.tidy import tidied
from cnncalc.interchange.aten.writer import Writer
from cnncalc.interchange.onnx.read.told import Told
from cnncalc.interchange.onnx_model.values import TRACED

OPSET = 20

BY_VALUES = "what the module does may depend on values: counted is what it does with zeros"
"""What is to be said of one that does not run without values."""

SPACES = frozenset({"aten", "torchvision", "prims"})
"""Name spaces whose operators the table knows."""

COMPLEX = frozenset({14, 15})
"""Numbers of `TensorProto.DataType`: of complex numbers one product is three or four."""

PRODUCTS = frozenset(
    {
        "__matmul__", "_convolution", "addbmm", "addmm", "addmv", "baddbmm", "bilinear", "bmm",
        "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d",
        "convolution", "dot", "einsum", "linalg_matmul", "linear", "matmul", "mm", "mv",
        "scaled_dot_product_attention", "vdot",
    }
)  # fmt: skip
"""What is counted by the products of numbers."""


def modelled(tape: Tape, producer: str) -> tuple[Any, Told]:
    """The model that a tape is, and what is told of its tensors."""
    writer = Writer()
    for call in live(tape.calls, tape.outputs.values()):
        _write(writer, call)
    model = writer.proto.ModelProto(producer_name="pytorch", producer_version=producer)
    model.opset_import.add(version=OPSET)
    graph = model.graph
    for ref in tape.inputs:
        _declare(graph.input.add(name=ref.name), ref)
    ends = _ends(writer, tape)
    graph.output.extend(writer.proto.ValueInfoProto(name=name) for name in ends)
    nodes = tidied(writer.nodes, ends)
    read = {name for node in nodes for name in node.input}
    for one in tape.stored:
        if one.ref.name in read:
            tensor = graph.initializer.add(name=one.ref.name, data_type=one.ref.dtype)
            tensor.dims.extend(one.ref.shape)
            if one.data is not None:
                tensor.raw_data = one.data
    graph.initializer.extend(writer.constants.values())
    graph.node.extend(nodes)
    parameters = {one.ref.name: one.ref.shape for one in tape.stored if one.is_trained}
    source = f"PyTorch {producer}, run on {'zeros' if tape.is_real else 'shapes alone'}"
    notes = (BY_VALUES,) if tape.is_real else ()
    told = Told(parameters, is_all=True, shapes=writer.shapes, source=source, notes=notes)
    return model, told._replace(classes=tape.classes)


def _write(writer: Writer, call: Call) -> None:
    """Write a call by the table, or as it stands."""
    writer.scope = call.scope
    is_known = call.domain in SPACES
    is_complex = call.op in PRODUCTS and any(one.dtype in COMPLEX for one in call.outputs)
    write = TABLE.get(call.op) if is_known and not is_complex else None
    if write is not None:
        write(writer, call)
    else:
        domain = f"{TRACED}{call.domain}{'.free' * (is_known and call.op in FREE)}"
        writer.node(call.op, list(call.read), call.outputs, domain=domain)


def _ends(writer: Writer, tape: Tape) -> list[str]:
    """The outputs under the names that they have for whoever called."""
    writer.scope = ""
    taken = {one.ref.name for one in tape.stored} | {one.name for one in tape.inputs}
    found = []
    for name, ref in tape.outputs.items():
        free = name
        while free in taken:
            free += "_"
        taken.add(free)
        found.append(writer.node("Identity", [ref], [free]))
    return found


def _declare(value: Any, ref: Ref) -> None:
    tensor = value.type.tensor_type
    tensor.elem_type = ref.dtype
    tensor.shape.SetInParent()
    for length in ref.shape:
        tensor.shape.dim.add(dim_value=length)


def live(calls: Iterable[Call], ends: Iterable[Ref]) -> list[Call]:
    """The calls whose results lead to an output, in their order."""
    wanted = {ref.name for ref in ends}
    found: list[Call] = []
    for call in reversed(list(calls)):
        if any(ref.name in wanted for ref in call.outputs):
            wanted.update(ref.name for ref in tensors(call.values.values()))
            found.append(call)
    return found[::-1]
