"""Sums of products that no op of the spec language is: Einsum, Fourier transforms, sampling."""

from math import prod
from typing import Any

import pytest
from onnx_models import helper, model, node, numbers, one, read, totals, weight

import cnncalc
from cnncalc import Graph
from cnncalc.analysis.explain import explain
from cnncalc.analysis.profiles import count, uncounted
from cnncalc.diagnostics import SpecError
from cnncalc.interchange.onnx.read.graph import tensor_shapes

Shapes = list[tuple[int, ...]]

# Each with its inputs, which of them are weights, the shape of the output, and of every two of
# them the MACs by weights and those of activations; those of activations alone are half of what
# PyTorch's own counter printed for `torch.einsum`.
SUMS: list[tuple[str, Shapes, str, tuple[int, ...], list[tuple[int, int]]]] = [
    ("bhwc,hkc->bhwk", [(2, 3, 4, 5), (3, 6, 5)], "z", (2, 3, 4, 6), [(720, 0)]),
    ("bhwc,hkc->bhwk", [(2, 3, 4, 5), (3, 6, 5)], "", (2, 3, 4, 6), [(0, 720)]),
    ("bij,bjk->bik", [(1, 8, 6), (1, 6, 9)], "z", (1, 8, 9), [(432, 0)]),
    ("bij, bjk", [(1, 8, 6), (1, 6, 9)], "z", (8, 9), [(432, 0)]),
    ("...ij,...jk->...ik", [(2, 3, 4), (1, 4, 5)], "", (2, 3, 5), [(0, 120)]),
    ("bij,jk->bk", [(2, 3, 4), (4, 5)], "", (2, 5), [(0, 40)]),
    ("ii,i->", [(4, 4), (4,)], "", (), [(0, 4)]),
    ("iij,j->i", [(4, 4, 3), (3,)], "", (4,), [(0, 12)]),
    ("bn,anm,bm->ba", [(2, 3), (7, 3, 4), (2, 4)], "z", (2, 7), [(168, 0), (0, 56)]),
    ("ij,jk,kl->il", [(2, 3), (3, 4), (4, 5)], "zv", (2, 5), [(24, 0), (40, 0)]),
    ("ij,jk,kl->il", [(2, 3), (3, 4), (4, 5)], "xz", (2, 5), [(24, 0), (40, 0)]),
    ("ab,bc,b->ac", [(2, 3), (3, 4), (3,)], "", (2, 4), [(0, 0), (0, 24)]),
    ("bi,bi->b", [(2, 3), (2, 3)], "", (2,), [(0, 6)]),
    ("bi,bi->bi", [(2, 3), (2, 3)], "", (2, 3), [(0, 0)]),
    ("i,j->ij", [(4,), (5,)], "", (4, 5), [(0, 0)]),
    ("...j->j...", [(1, 8, 6)], "", (6, 1, 8), [(0, 0)]),
    ("bij->", [(1, 8, 6)], "", (), [(0, 0)]),
    ("ii->i", [(4, 4)], "", (4,), [(0, 0)]),
]


def summed(equation: str, shapes: Shapes, weights: str) -> tuple[Any, dict[str | None, Any]]:
    named = dict(zip("xzv", shapes, strict=False))
    inputs = {name: shape for name, shape in named.items() if name not in weights}
    tensors = [weight(name, *named[name]) for name in weights]
    built = model([node("Einsum", *named, equation=equation)], inputs, tensors)
    return built, dict(inputs.items())


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


def test_deformable_convolutions_count_as_others() -> None:
    offsets, mask = weight("o", 1, 36, 4, 4), weight("m", 1, 18, 4, 4)
    tensors = [weight("w", 6, 2, 3, 3), offsets, weight("b", 6), mask]
    settings: dict[str, Any] = {"group": 2, "offset_group": 2, "pads": [1] * 4, "strides": [2, 2]}
    graph = one("DeformConv", (1, 4, 8, 8), *tensors, opset=22, **settings)
    assert graph.layers[0].output_shape == (6, 4, 4)
    assert totals(graph) == (6 * 18 + 6, 6 * 16 * 18)
