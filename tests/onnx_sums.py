"""Sums of products as models, with what they count."""

from typing import Any

from onnx_models import model, node, weight

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
