"""A model that was written here is the network that it was written from; no other is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from graphs_alike import assert_same

import cnncalc
from cnncalc import Graph
from cnncalc.cli.main import main
from cnncalc.engine.weights import initial_weights
from cnncalc.interchange.resolved.write import render_resolved

onnx: Any = pytest.importorskip("onnx", reason="onnx is not installed")
from onnx_models import anonymous, read  # noqa: E402 - they need onnx

from cnncalc.interchange.onnx.write import model  # noqa: E402 - it needs onnx
from cnncalc.interchange.terms.written import SPEC  # noqa: E402

SMALL = """
name: small
input: 3x12x12
layers:
  - stem: conv3x3 4 padding=1
  - identity
  - adaptive_avgpool4x4
  - flatten
  - linear 5
auxiliary: {early: [stem, flatten, linear 2]}
"""
"""Two layers of it are none in ONNX, or another one."""


def written(graph: Graph) -> Any:
    return model(graph, None, "net.onnx")


def ops(graph: Graph) -> list[str]:
    return [one.op.name for one in graph.layers]


@pytest.mark.parametrize("name", ["dla:60", "googlenet", "res2net:101d", "swin:tiny"])
def test_files_are_compared_without_a_difference(name: str, tmp_path: Path) -> None:
    file, back = tmp_path / "net.onnx", tmp_path / "net.yaml"
    for command in (
        ["convert", name, str(file), "--no-weights"],
        ["diff", name, str(file)],
        ["convert", str(file), str(back)],
        ["diff", name, str(back)],
    ):
        done = CliRunner().invoke(main, command)
        assert done.exit_code == 0, done.output


def test_weights_change_nothing(tmp_path: Path) -> None:
    graph = cnncalc.load("swin:tiny")
    cnncalc.write_onnx(graph, tmp_path / "net.onnx")
    assert (tmp_path / "net.onnx").stat().st_size > 2**26
    assert_same(graph, cnncalc.read_onnx(tmp_path / "net.onnx"))


def test_heads_for_training_stand_where_no_runtime_looks() -> None:
    graph = cnncalc.parse(SMALL)
    proto = model(graph, initial_weights(graph), "net.onnx")
    onnx.checker.check_model(proto, full_check=True)
    assert [one.name for one in proto.graph.output] == ["linear1"]
    [info] = proto.training_info
    assert [one.name for one in info.algorithm.output] == ["early"]
    assert read(proto).auxiliary_outputs == graph.auxiliary_outputs


def test_heads_that_are_outputs_are_read_as_outputs() -> None:
    proto = model(cnncalc.parse(SMALL), None, "net.onnx", auxiliary=True)
    assert not proto.training_info
    assert list(read(proto).outputs) == ["linear1", "early"]


def stride(proto: Any) -> None:
    [one] = [one for one in proto.graph.node[0].attribute if one.name == "strides"]
    one.ints[:] = [2, 2]


def tensor(proto: Any) -> None:
    proto.graph.initializer[0].dims[:] = [8, 3, 3, 3]


def operator(proto: Any) -> None:
    proto.graph.node[1].op_type = "Relu"


def size(proto: Any) -> None:
    proto.graph.input[0].type.tensor_type.shape.dim[2].dim_value = 24


def batch(proto: Any) -> None:
    proto.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 5


def constant(proto: Any) -> None:
    node = next(one for one in proto.graph.node if one.op_type == "AveragePool")
    node.attribute.append(onnx.helper.make_attribute("ceil_mode", 1))


def other(proto: Any) -> None:
    text = render_resolved(cnncalc.parse(SMALL.replace("linear 5", "linear 500")))
    onnx.helper.set_model_props(proto, {SPEC: text})


def nothing(proto: Any) -> None:
    onnx.helper.set_model_props(proto, {SPEC: "no: [spec"})


def heads(proto: Any) -> None:
    proto.training_info[0].algorithm.input[-1].type.tensor_type.shape.dim[0].dim_value = 7


def no_heads(proto: Any) -> None:
    del proto.training_info[:]


def larger(proto: Any) -> None:
    """Sizes that would fill the memory, were they written out."""
    text = "input: 3x12x12\nlayers:\n  - adaptive_avgpool output_size=900000001\n"
    onnx.helper.set_model_props(proto, {SPEC: text})


def longer(proto: Any) -> None:
    text = "input: 1x65536x65536\nlayers:\n  - window_attention 1 window=65536\n"
    onnx.helper.set_model_props(proto, {SPEC: text})


def repeated(proto: Any) -> None:
    text = f"input: 3x12x12\nlayers:\n  - repeat {10**9}: relu\n"
    onnx.helper.set_model_props(proto, {SPEC: text})


CHANGES = (
    stride, tensor, operator, size, batch, constant, other, nothing, heads, no_heads, larger,
    longer, repeated,
)  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda one: one.__name__)
def test_what_is_claimed_of_other_nodes_is_not_believed(change: Callable[[Any], None]) -> None:
    proto = written(cnncalc.parse(SMALL))
    change(proto)
    found = outcome(proto)
    assert found == outcome(anonymous(proto))
    assert found != "claimed"


def outcome(proto: Any) -> Any:
    """What a model is read as; the name of the fault where it is refused."""
    try:
        graph = read(proto)
    except cnncalc.SpecError as fault:
        return str(fault)
    if "adaptive_avgpool" in ops(graph):
        return "claimed"
    return [(one.name, one.op, one.inputs, one.output_shape) for one in graph.layers]


def test_facts_that_a_spec_states_are_not_those_of_a_model() -> None:
    text = SMALL + "expect: {parameters: 439}\n"
    proto = written(cnncalc.parse(text))
    assert "expect" not in proto.metadata_props[0].value
    proto.metadata_props[0].value += "expect: {macs: 7}\n"
    back = read(proto)
    assert "adaptive_avgpool" in ops(back)
    assert not back.expect
