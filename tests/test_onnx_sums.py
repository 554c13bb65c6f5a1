"""Sums of products that no op of the spec language is: Einsum, Fourier transforms, sampling."""

from math import prod
from typing import Any

import pytest
from onnx_models import helper, model, node, numbers, one, read, totals, weight
from onnx_sums import SUMS, Shapes, summed

import cnncalc
from cnncalc import Graph
from cnncalc.analysis.explain import explain
from cnncalc.analysis.profiles import count, uncounted
from cnncalc.diagnostics import SpecError
from cnncalc.interchange.onnx.read.graph import tensor_shapes


@pytest.mark.parametrize(
    ("equation", "shapes", "weights", "shape", "counts"),
    SUMS,
    ids=[f"{case[0]} {case[2]}".strip() for case in SUMS],
)
def test_sums_of_products_take_their_tensors_two_by_two(
    equation: str,
    shapes: Shapes,
    weights: str,
    shape: tuple[int, ...],
    counts: list[tuple[int, int]],
) -> None:
    built, given = summed(equation, shapes, weights)
    assert tensor_shapes(built, given)["y"] == shape
    graph = read(built, given)
    rows = cnncalc.summarize(graph).rows
    assert [(row.macs, row.product_macs) for row in rows] == counts
    learned = [shape for name, shape in zip("xzv", shapes, strict=False) if name in weights]
    assert totals(graph)[0] == sum(map(prod, learned))
    assert cnncalc.summarize(graph).status == "complete"


def test_a_sum_is_explained_by_its_letters() -> None:
    graph = read(*summed("bhwc,hkc->bhwk", [(2, 3, 4, 5), (3, 6, 5)], "z"))
    [told] = [one for one in explain(graph)[0].formulas if one.quantity == "MACs"]
    assert (told.words, told.values) == ("b * h * w * c * k", "2*3*4*5*6")
    assert sum(count("torch", graph.layers)) == 1440  # as its counter printed
    assert sum(count("cnncalc", graph.layers)) == 720
    assert uncounted("cnncalc", graph.layers) == []
    assert uncounted("darknet", graph.layers) == ["einsum"]


@pytest.mark.parametrize(
    "equation", ["...)i ->...i", "i", "bij->k", "bij,bjk->bik", "b..ij->b", "b\nij->\n)"]
)
def test_equations_that_are_none_are_refused_at_once(equation: str) -> None:
    """From the first of these ONNX's own inference does not come back."""
    with pytest.raises(SpecError, match="E703") as caught:
        read(model([node("Einsum", "x", equation=equation)], {"x": (1, 8, 6)}))
    assert "\n" not in str(caught.value)


def dft(shape: tuple[int, ...], length: int = 16, **settings: Any) -> Graph:
    return one("DFT", shape, numbers("n", length), numbers("a", 1), opset=20, **settings)


def stft(**settings: Any) -> Graph:
    return one("STFT", (1, 40, 1), numbers("step", 8), weight("window", 16), **settings)


# Each with its shape and its MACs.
TRANSFORMS: dict[str, tuple[Graph, tuple[int, ...], int]] = {
    "of real numbers": (dft((1, 16, 3, 1)), (16, 3, 2), 3 * 64),
    "of complex ones": (dft((1, 16, 3, 2)), (16, 3, 2), 3 * 128),
    "one-sided": (dft((1, 16, 3, 1), onesided=1), (9, 3, 2), 3 * 64),
    "back to real": (dft((1, 9, 3, 2), onesided=1, inverse=1), (16, 3, 1), 3 * 64),
    "padded": (dft((1, 12, 3, 1), 20), (20, 3, 2), 3 * 100),
    "of opset 17": (one("DFT", (1, 16, 3, 1), opset=17, axis=1), (16, 3, 2), 3 * 64),
    "of frames": (stft(), (4, 9, 2), 4 * 64),
    "of two-sided frames": (stft(onesided=0), (4, 16, 2), 4 * 64),
}


@pytest.mark.parametrize(("graph", "shape", "macs"), TRANSFORMS.values(), ids=TRANSFORMS)
def test_transforms_count_as_fast_ones(graph: Graph, shape: tuple[int, ...], macs: int) -> None:
    """A window is no parameter. The shapes are those that ONNX Runtime gives."""
    assert totals(graph) == (0, macs)
    assert graph.layers[0].output_shape == shape
    assert cnncalc.summarize(graph).status == "complete"


@pytest.mark.parametrize(
    ("kind", "shape", "given"),
    [("Rfft", (1, 3, 8, 8), (3, 8, 5, 2)), ("Irfft", (1, 3, 8, 5, 2), (3, 8, 8))],
)
def test_transforms_of_two_axes(kind: str, shape: tuple[int, ...], given: tuple[int, ...]) -> None:
    made = helper.make_node(kind, ["x"], ["y"], domain="com.microsoft", signal_ndim=2, onesided=1)
    graph = read(model([made], {"x": shape}))
    assert graph.layers[0].output_shape == given
    assert totals(graph) == (0, 3 * 64 * 6)


@pytest.mark.parametrize(
    ("kind", "shape", "tensors", "settings"),
    [
        ("DFT", (1, 16, 3), [numbers("n", 16), numbers("a", 1)], {}),
        ("DFT", (1, 16, 2), [numbers("n", 16), numbers("a", 2)], {}),
        ("DFT", (1, 16, 2), [numbers("n", 10**12)], {}),
        ("STFT", (1, 40, 1), [numbers("s", 0), numbers("w", [1.0] * 8, "f4")], {}),
        ("STFT", (1, 40, 1), [numbers("s", 1), numbers("w", [1.0] * 48, "f4")], {}),
        ("GridSample", (1, 3, 8, 8), [numbers("g", [[1.0]], "f4")], {}),
    ],
)
def test_transforms_that_are_none_are_refused(
    kind: str, shape: tuple[int, ...], tensors: list[Any], settings: dict[str, Any]
) -> None:
    with pytest.raises(SpecError, match="E703"):
        one(kind, shape, *tensors, opset=20, **settings)


def test_reading_between_places_is_named_and_free() -> None:
    built = model([node("GridSample", "x", "g")], {"x": (1, 3, 8, 9), "g": (1, 4, 5, 2)}, opset=20)
    graph = read(built)
    assert [layer.op.name for layer in graph.layers] == ["grid_sample"]
    assert graph.layers[0].output_shape == (3, 4, 5)
    assert totals(graph) == (0, 0)
    assert count("fvcore", graph.layers) == [240]  # as it printed
    assert count("torch", graph.layers) == [0]


def test_deformable_convolutions_count_as_others() -> None:
    offsets, mask = weight("o", 1, 36, 4, 4), weight("m", 1, 18, 4, 4)
    tensors = [weight("w", 6, 2, 3, 3), offsets, weight("b", 6), mask]
    settings: dict[str, Any] = {"group": 2, "offset_group": 2, "pads": [1] * 4, "strides": [2, 2]}
    graph = one("DeformConv", (1, 4, 8, 8), *tensors, opset=22, **settings)
    assert graph.layers[0].output_shape == (6, 4, 4)
    assert totals(graph) == (6 * 18 + 6, 6 * 16 * 18)


def test_a_sum_of_very_many_tensors_is_refused() -> None:
    nodes = [node("Einsum", *["x"] * 65, equation=",".join(["a"] * 65))]
    with pytest.raises(SpecError, match="sums 65 tensors; 64 are read"):
        read(model(nodes, {"x": (8,)}))
