"""Rows of one line: what an op without settings is in ONNX, and in PyTorch."""

from typing import Any

from cnncalc.interchange.onnx_model.values import Site
from cnncalc.interchange.terms.call import MODULES, Call
from cnncalc.interchange.terms.draft import WRITERS
from cnncalc.interchange.terms.made import Made, each_place, foreign, reads
from cnncalc.ops import Op


def plain(
    kind: type[Op], operator: str | None, module: str | Call | None, **settings: Any
) -> None:
    """Let an op be written as one operator of ONNX and as one module of PyTorch.

    Args:
        kind: the op.
        operator: of ONNX, on the inputs of the layer; None where a function writes it.
        module: of PyTorch; None where a function makes it.
        settings: the attributes of the operator, which never change.
    """
    if operator is not None:
        WRITERS[kind] = lambda _op, draft: draft.node(operator, *draft.inputs, **settings)
    if module is not None:
        call = Call(module) if isinstance(module, str) else module
        MODULES[kind] = lambda _op, _layer: call


def element(
    kind: type[Op], operator: str | None, module: str, *read: str, **settings: Any
) -> None:
    """The same of a function of each value alone, which is read as well, under all its names."""
    plain(kind, operator, module, **settings)

    @reads(*((operator,) if operator else ()), *read)
    def from_onnx(site: Site) -> Made:
        if site.get("alpha", 1.0) != 1.0:  # of Swish, from opset 24 on
            return foreign(site, site.x.shape, elementwise=True)
        return each_place(site, kind, {})
