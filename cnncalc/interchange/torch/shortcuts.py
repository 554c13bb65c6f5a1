"""What operators give on tensors without values, where that is plain to see.

PyTorch itself works it out in Python, by taking a batch normalisation apart for one: it takes a
hundred times as long.
"""

from collections.abc import Callable
from typing import Any

ALONE = frozenset(
    {
        "batch_norm", "celu", "dropout", "elu", "erf", "exp", "gelu", "group_norm",
        "hardsigmoid", "hardswish", "hardtanh", "instance_norm", "layer_norm", "leaky_relu",
        "log_softmax", "mish", "neg", "prelu", "relu", "relu6", "rms_norm", "rsqrt", "selu",
        "sigmoid", "silu", "softmax", "softplus", "sqrt", "tanh",
    }
)  # fmt: skip
"""They give a tensor like their first."""

BOTH = frozenset({"add", "div", "mul", "sub"})
"""They give a tensor like both of theirs, where these are alike."""


def shortcut(torch: Any, op: str, *, is_in_place: bool) -> Callable[[Any, Any], Any] | None:
    """What an operator gives by its arguments; that may be None, where it has to be run."""
    if op not in ALONE and op not in BOTH:
        return None
    is_known = _is_alone if op in ALONE else _is_both
    empty, empty_like = torch.empty, torch.empty_like

    def given(args: Any, named: Any) -> Any:
        x = args[0] if args else None
        if not isinstance(x, torch.Tensor) or not x.is_meta or not x.is_floating_point():
            return None
        if not is_known(torch, x, args, named):
            return None
        if is_in_place:
            return x
        if x.is_contiguous():
            return empty(x.shape, dtype=x.dtype, device="meta")
        return empty_like(x)  # in the same order in memory: it takes longer

    return given


def _is_alone(torch: Any, _x: Any, args: Any, named: Any) -> bool:
    """Whether the type stays as it is."""
    return not named.get("dtype") and not any(isinstance(one, torch.dtype) for one in args[1:])


def _is_both(torch: Any, x: Any, args: Any, named: Any) -> bool:
    """Whether the other is like the first, or a number."""
    if len(args) != 2 or named:
        return False
    other = args[1]
    if isinstance(other, torch.Tensor):
        return bool(other.is_meta and other.shape == x.shape and other.dtype == x.dtype)
    return isinstance(other, int | float)
