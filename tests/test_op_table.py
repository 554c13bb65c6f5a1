"""What no family of ops has to itself: explained, described, written and read, for every op."""

from typing import Any

import pytest
from explained import hold
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from ops.case import one_layer
from ops.table import uses

import cnncalc
from cnncalc.analysis.explain import explain
from cnncalc.ops import OPS
from cnncalc.spec.schema import spec_schema

OTHERWISE = {
    "adaptive_avgpool", "adaptive_maxpool", "attend", "attention", "avgpool", "channel_shuffle",
    "conv", "crop", "div", "dwconv", "from_patches", "group_norm", "lrn", "max_unpool", "maxpool",
    "merge_heads", "mul", "patches", "permute", "reshape", "scale", "split_heads",
    "upconv", "window_attention",
}  # fmt: skip
"""Ops that ONNX says with several operators, or as another op of ours, at some settings."""


@pytest.mark.parametrize("name", sorted(OPS))
@settings(deadline=None, max_examples=25)
@given(st.data())
def test_formulas_of_every_op_give_the_counts(name: str, data: st.DataObject) -> None:
    graph = one_layer(data.draw(uses(name)))
    hold(graph, explain(graph))


@pytest.mark.parametrize("name", sorted(name for name, kind in OPS.items() if not kind.merges))
@settings(deadline=None, max_examples=25)
@given(st.data())
def test_every_op_as_it_is_written_suits_the_schema(name: str, data: st.DataObject) -> None:
    validator: Any = pytest.importorskip("jsonschema").Draft7Validator(SCHEMA)
    use = data.draw(uses(name))
    assert validator.is_valid({"input": "3x8x8", "layers": [use.op.notation()]}), use


SCHEMA = spec_schema()


@pytest.mark.parametrize("name", sorted(name for name, kind in OPS.items() if not kind.is_source))
@settings(deadline=None, max_examples=15)
@given(st.data())
def test_every_op_goes_out_to_onnx_and_back(
    name: str, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """As the op that it was; what ONNX has no operator for comes back as several."""
    pytest.importorskip("onnx", reason="onnx is not installed")
    from onnx_models import anonymous, read  # noqa: PLC0415 - they need onnx

    from cnncalc.interchange.onnx.write import model  # noqa: PLC0415 - it needs onnx

    use = data.draw(uses(name))
    assume(len(use.inputs) > 1 or not use.op.merges)
    graph = one_layer(use)
    back = read(anonymous(model(graph, None, "net.onnx")))
    there, again = cnncalc.summarize(graph), cnncalc.summarize(back)
    # What changes nothing is no layer of the model: then its input is its output.
    [shape] = again.outputs.values()
    assert shape == graph.layers[0].output_shape
    for metric in ("parameters", "macs", "product_macs"):
        assert getattr(again.totals, metric) == getattr(there.totals, metric)
    if name not in OTHERWISE:
        assert [one.op.name for one in back.layers] in ([], [name])
