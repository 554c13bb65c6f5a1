"""What operators give on tensors without values, where that is plain to see.

PyTorch itself works it out in Python, by taking a batch normalisation apart for one: it takes a
hundred times as long.
"""

from collections.abc import Callable
from typing import Any

from cnncalc.interchange.torch.shapes import ANY_ORDER, RULES, SAME_ORDER, Rule

ALONE = frozenset(
    {
        "celu", "dropout", "elu", "erf", "exp", "gelu", "hardsigmoid", "hardswish", "hardtanh",
        "leaky_relu", "log_softmax", "mish", "neg", "relu", "relu6", "rsqrt", "selu", "sigmoid",
        "silu", "softmax", "softplus", "sqrt", "tanh",
    }
)  # fmt: skip
"""They give a tensor like their first."""


def shortcut(torch: Any, op: str, *, is_in_place: bool) -> Callable[[Any, Any], Any] | None:
    """What an operator gives by its arguments; that may be None, where it has to be run."""
    if op in ALONE:
        return _like_first(torch, is_in_place=is_in_place)
    if op == "contiguous":
        return _in_order(torch)
    rule = RULES.get(op)
    return _by_rule(torch, rule, op, is_in_place=is_in_place) if rule is not None else None


def _like_first(torch: Any, *, is_in_place: bool) -> Callable[[Any, Any], Any]:
    """A tensor like the first, unless another type is asked for."""
    empty, empty_like = torch.empty, torch.empty_like

    def given(args: Any, named: Any) -> Any:
        x = args[0] if args else None
        if not isinstance(x, torch.Tensor) or not x.is_meta or not x.is_floating_point():
            return None
        if named.get("dtype") or any(isinstance(one, torch.dtype) for one in args[1:]):
            return None
        if is_in_place:
            return x
        if x.is_contiguous():
            return empty(x.shape, dtype=x.dtype, device="meta")
        return empty_like(x)  # in the same order in memory: it takes longer

    return given


def _by_rule(torch: Any, rule: Rule, op: str, *, is_in_place: bool) -> Callable[[Any, Any], Any]:
    """A tensor of the shape that a rule says."""
    empty, is_any, is_same = torch.empty, op in ANY_ORDER, op in SAME_ORDER

    def given(args: Any, named: Any) -> Any:
        x = args[0] if args else None
        x = x[0] if isinstance(x, list | tuple) and x else x
        if not isinstance(x, torch.Tensor) or not x.is_meta or not x.is_floating_point():
            return None
        is_plain = is_any or x.is_contiguous()
        shape = rule(args, named) if is_plain or is_same else None
        if shape is None or (is_in_place and x.shape != shape):
            return None
        if is_in_place:
            return x
        if is_plain:
            return empty(shape, dtype=x.dtype, device="meta")
        return torch.empty_like(x) if x.shape == shape else None

    return given


def _in_order(torch: Any) -> Callable[[Any, Any], Any]:
    """The tensor itself where its values lie in the order of its axes, else a copy."""

    def given(args: Any, named: Any) -> Any:
        x = args[0]
        if not x.is_meta or len(args) > 1 or named:
            return None
        return x if x.is_contiguous() else torch.empty(x.shape, dtype=x.dtype, device="meta")

    return given
