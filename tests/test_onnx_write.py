"""Networks written as ONNX: what `onnx` and ONNX Runtime make of them is what we do."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bundled import one_a_family
from graphs_alike import assert_same
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx_models import anonymous, read
from ops.case import drawn, one_layer
from ops.table import uses

import cnncalc
from cnncalc.analysis.costs import layer_costs
from cnncalc.diagnostics import SpecError
from cnncalc.engine import KERNELS
from cnncalc.engine.execute import execute
from cnncalc.engine.weights import initial_inputs, initial_weights
from cnncalc.graph import Graph, Layer
from cnncalc.interchange import families
from cnncalc.interchange.terms.call import MODULES
from cnncalc.interchange.terms.draft import WRITERS
from cnncalc.ops import OPS
from cnncalc.ops.values import Shape
from cnncalc.spec import Selection, build
from cnncalc.spec.library import find

onnx: Any = pytest.importorskip("onnx", reason="onnx is not installed")
from cnncalc.interchange.onnx.write import (  # noqa: E402 - it needs onnx
    ModelTooLargeError,
    model,
    write_onnx,
)

FAMILIES = Path(families.__file__).parent
SMALL = ("lenet5", "lecture/kernels", "lecture/bottleneck:bottleneck", "lecture/strides:padding-1")
WHOLE = {"botnet:26t", "googlenet", "mobilenet", "resnet:50"}
"""Run on the input that they state; others on a smaller one, which takes a tenth of the time."""
DEEP = {"densenet:161", "densenet:169", "densenet:201", "resnet:101", "resnet:152"}

SEVERAL = """
name: several
input: {left: 2x6x6, right: 2x6x6}
layers:
  - left
  - conv3x3 4 padding=1
  - stem: [relu, conv1x1 2]
  - right
  - conv3x3 4 padding=1
  - merged:
      concat: [x, stem]
outputs: {a: [merged, globalavgpool], b: stem, c: left, merged: merged, d: merged}
auxiliary: {aux: [merged, flatten, linear 3]}
"""


def inferred(proto: Any) -> dict[str, tuple[int, ...]]:
    """The shape that onnx gives every tensor by itself, the batch left out."""
    bare = onnx.ModelProto()
    bare.CopyFrom(proto)
    del bare.graph.value_info[:]
    for output in bare.graph.output:
        output.type.tensor_type.ClearField("shape")
    found = onnx.shape_inference.infer_shapes(bare, strict_mode=True, data_prop=True).graph
    shapes = {}
    for value in (*found.value_info, *found.output):
        axes = value.type.tensor_type.shape.dim
        if len(axes) > 1 and not axes[0].dim_value:
            shapes[value.name] = tuple(axis.dim_value for axis in axes[1:])
    return shapes


def ran(proto: Any, inputs: Any) -> dict[str, Any]:
    """What ONNX Runtime makes of the model; one thread, as others only wait on small maps."""
    runtime: Any = pytest.importorskip("onnxruntime", reason="ONNX Runtime is not installed")
    options = runtime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    session = runtime.InferenceSession(proto.SerializeToString(), options)
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, inputs), strict=True))


def assert_runs_alike(graph: Graph, tolerance: float = 1e-4) -> None:
    pytest.importorskip("onnxruntime", reason="ONNX Runtime is not installed")
    batch = 2 if len(graph.layers) < 50 else 1
    tensors, inputs = initial_weights(graph, 3), initial_inputs(graph, 3, batch=batch)
    proto = model(graph, tensors, "x.onnx")
    onnx.checker.check_model(proto, full_check=True)
    expected = execute(graph, tensors, inputs).tensors
    found = ran(proto, inputs)
    for output, source in graph.outputs.items():
        largest = np.abs(expected[source]).max()
        assert found[output].shape == expected[source].shape
        assert np.abs(found[output] - expected[source]).max() <= tolerance * largest, output


@pytest.mark.parametrize("name", one_a_family())
def test_shapes_and_parameters_of_bundled_networks(name: str) -> None:
    """Every layer's tensor under its own name; every initializer is a parameter or a buffer."""
    graph = cnncalc.load(name)
    proto = model(graph, None, "x.onnx", auxiliary=True)
    shapes = inferred(proto)
    layers = (*graph.layers, *graph.auxiliary)
    renamed = {one: out for out, one in {**graph.outputs, **graph.auxiliary_outputs}.items()}
    for layer in layers:
        assert shapes[renamed.get(layer.name, layer.name)] == layer.output_shape, layer.name
    held = sum(int(np.prod(tensor.dims, dtype=object)) for tensor in proto.graph.initializer)
    assert held == sum(cost.parameters + cost.buffers for cost in layer_costs(layers))
    assert {layer.name for layer in layers} <= {
        node.name.rpartition("/")[0] for node in proto.graph.node
    }


WRITTEN_OUT = {
    "window_attention",
    "attend",
    "div",
    "matmul",
    "sinusoids",
    "max_unpool",
    "patches",
    "from_patches",
}
"""Ops that are read back as the nodes that they are written as."""


def does_something(layer: Layer) -> bool:
    """Whether it is a layer however it is read: not Identity, a factor of 1, nor a slice of all.

    What is learned is one of its own, or with the product that reads it a `scale`.
    """
    is_whole = layer.op.name == "slice" and (layer.output_shape,) == layer.input_shapes
    is_one = layer.op.name == "times" and getattr(layer.op, "factor", None) == 1.0
    return layer.op.name not in {"identity", "learned"} and not is_whole and not is_one


@pytest.mark.parametrize("name", one_a_family())
def test_bundled_networks_are_read_back(name: str) -> None:
    """As they were; and layer by layer where a model does not say that it is of our own."""
    graph = cnncalc.load(name)
    built = model(graph, None, "x.onnx")
    same = read(built)
    assert not cnncalc.diff(graph, same).is_changed
    assert_same(graph, same)
    back = read(anonymous(built))
    totals, wanted = cnncalc.summarize(back).totals, cnncalc.summarize(graph).totals
    for kind in ("parameters", "weights", "biases", "buffers"):
        assert getattr(totals, kind) == getattr(wanted, kind)
    # A product with what is learned is a product here, and a layer with weights there.
    assert totals.macs + totals.product_macs == wanted.macs + wanted.product_macs
    if any(one.op.name in WRITTEN_OUT for one in graph.layers):
        return
    if all(map(does_something, graph.layers)):
        assert totals == wanted
    kept, written = (filter(does_something, each.layers) for each in (back, graph))
    for one, other in zip(kept, written, strict=True):
        assert (one.name, one.scope, one.output_shape) == (
            other.name, other.scope, other.output_shape,
        )  # fmt: skip


@pytest.mark.parametrize("name", SMALL)
def test_small_networks_run_alike(name: str, tmp_path: Path) -> None:
    graph = cnncalc.load(name)
    path = tmp_path / "net.onnx"
    write_onnx(graph, path)
    onnx.checker.check_model(str(path), full_check=True)
    assert_runs_alike(graph)


APART = (
    "deeplabv3_mobilenet:", "efficientnetv2:", "levit:", "lraspp:", "maxvit:", "resnetrs:",
    "senet", "starnet:",
)  # fmt: skip
"""Networks whose values, of random weights, grow until float32 no longer tells sums apart."""


@pytest.mark.peers
@pytest.mark.parametrize(
    "name",
    sorted({*(one for one in one_a_family() if not one.startswith(APART)), *WHOLE, *DEEP}),
)
def test_large_networks_run_alike(name: str) -> None:
    source = find(name)
    inputs: dict[str | None, Shape] = {}
    if name not in WHOLE and name != "lenet5":
        inputs = {None: (3, 99, 99)}
    try:
        graph = build(source.text, source.file, Selection(source.variant, {}, inputs))
    except SpecError:  # it takes no such map
        graph = cnncalc.load(name)
    assert_runs_alike(graph, 1e-3 if name in DEEP else 1e-4)


@pytest.mark.parametrize("name", sorted(name for name, kind in OPS.items() if not kind.is_source))
@settings(deadline=None, max_examples=25)
@given(st.data(), st.integers(0, 2**32))
def test_every_op_is_checked_inferred_and_run(name: str, data: st.DataObject, seed: int) -> None:
    use = data.draw(uses(name))
    arrays, tensors = drawn(use, "float32", seed)
    graph = one_layer(use)
    proto = model(graph, {"layer": tensors}, "x.onnx")
    onnx.checker.check_model(proto, full_check=True)
    assert inferred(proto)["layer"] == graph.layers[0].output_shape, use
    with np.errstate(all="ignore"):
        wanted = KERNELS[type(use.op)](use.op, *[one.copy() for one in arrays], **tensors)
    [got] = ran(proto, dict(zip(graph.inputs, arrays, strict=True))).values()
    # Of a window that lies on padding alone ONNX Runtime gives the least float.
    least = float(np.finfo(np.float32).min)
    got, wanted = np.maximum(got, least), np.maximum(wanted, least)
    np.testing.assert_allclose(got, wanted, rtol=1e-4, atol=1e-4, err_msg=str(use))


def test_several_inputs_and_outputs_keep_their_names() -> None:
    graph = cnncalc.parse(SEVERAL)
    proto = model(graph, initial_weights(graph), "x.onnx")
    assert [one.name for one in proto.graph.input] == ["left", "right"]
    assert [one.name for one in proto.graph.output] == ["a", "b", "c", "merged", "d"]
    assert_runs_alike(graph)


def test_auxiliary_heads_are_left_out_unless_asked_for() -> None:
    graph = cnncalc.parse(SEVERAL)
    without, within = (model(graph, None, "x.onnx", auxiliary=asked) for asked in (False, True))
    assert [one.name for one in within.graph.output][-1] == "aux"
    assert len(within.graph.node) == len(without.graph.node) + 2


def test_without_weights_a_file_holds_dims_alone(tmp_path: Path) -> None:
    path = tmp_path / "vgg.onnx"
    write_onnx(cnncalc.load("vgg:16"), path, seed=None)
    assert path.stat().st_size < 20_000
    proto = onnx.load(path, load_external_data=False)
    assert sum(int(np.prod(one.dims)) for one in proto.graph.initializer) == 138_357_544


def test_own_weights_are_written() -> None:
    graph = cnncalc.parse("{input: 2x4x4, name: one, layers: [conv1x1 1 bias=false]}")
    own = {"conv1": {"weight": np.full((1, 2, 1, 1), 7.0)}}
    [tensor] = model(graph, own, "x.onnx").graph.initializer
    assert onnx.numpy_helper.to_array(tensor).tolist() == [[[[7.0]], [[7.0]]]]


def test_weights_beyond_what_a_file_holds_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "huge.onnx"
    with pytest.raises(ModelTooLargeError, match="2 GiB"):
        write_onnx(cnncalc.load("lecture/filters:dense-1000"), path)
    assert not list(tmp_path.iterdir())


def test_what_an_op_is_elsewhere_stands_in_one_file() -> None:
    for kind in OPS.values():
        homes = {table[kind].__module__ for table in (WRITERS, MODULES) if kind in table}
        homes -= {"cnncalc.interchange.terms.row"}
        assert len(homes) <= 1, kind
        family = (*homes, kind.__module__)[0].rpartition(".")[2]
        text = (FAMILIES / f"{family}.py").read_text("utf-8")
        assert f"({kind.__name__}" in text or f"{kind.__name__})" in text, kind
