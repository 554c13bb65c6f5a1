"""Models beside specs, and beside each other."""

from pathlib import Path

import pytest

pytest.importorskip("onnx", reason="onnx is in the extra `onnx`")

from onnx import helper
from onnx_models import model, read, weight

import cnncalc
from cnncalc import Graph
from cnncalc.analysis.changes import Change

MODELS = Path(__file__).parent / "golden" / "onnx"


@pytest.mark.parametrize(
    ("spec", "file", "layers"),
    [("resnet:50", "tv_resnet50.onnx", 175), ("resnet:18", "tv_resnet18.onnx", 69)],
)
def test_a_model_with_other_names_has_the_layers_of_the_spec(
    spec: str, file: str, layers: int
) -> None:
    """torchvision says what PyTorch pads in numbers, the spec as half of the kernel."""
    found = cnncalc.diff(cnncalc.load(spec), cnncalc.read_onnx(str(MODELS / file)))
    assert {entry.status for entry in found.entries} == {"moved"}
    assert len(found.entries) + found.unchanged == layers
    assert found.old.totals == found.new.totals


def test_a_layer_at_every_place_says_what_changed() -> None:
    found = cnncalc.diff(tokens(4), tokens(6))
    [entry] = found.entries
    assert entry.status == "changed"
    assert entry.attributes == (Change("out_features", 4, 6),)


def tokens(features: int) -> Graph:
    node = helper.make_node("MatMul", ["x", "w"], ["y"])
    return read(model([node], {"x": (1, 5, 8)}, [weight("w", 8, features)]))


def test_what_else_multiplies_is_said_with_the_convention() -> None:
    """12 tokens of 8 numbers, each multiplied with each of the others."""
    nodes = [
        helper.make_node("Transpose", ["x"], ["t"], perm=[0, 2, 1]),
        helper.make_node("MatMul", ["x", "t"], ["y"]),
    ]
    summary = cnncalc.summarize(read(model(nodes, {"x": (1, 12, 8)})))
    assert (summary.totals.macs, summary.totals.product_macs) == (0, 12 * 12 * 8)
    assert "products of activations (attention, matmul) are product MACs" in summary.footer
    plain = cnncalc.summarize(cnncalc.load("alexnet"))
    assert plain.footer.startswith("MACs of conv and linear layers, ")


def test_a_layer_at_every_place_beside_one_at_one() -> None:
    found = cnncalc.diff(
        tokens(4), cnncalc.parse("name: t\ninput: 8\nlayers: [linear 4 bias=false]\n")
    )
    assert found.is_changed
    assert all(entry.attributes == () for entry in found.entries)
