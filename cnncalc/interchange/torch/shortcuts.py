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


def shortcut(torch: Any, op: str) -> Callable[[Any, Any], Any] | None:
    """What an operator gives by its arguments; that may be None, where it has to be run."""
    if op in ALONE:
        return lambda args, named: _like(torch, args, named)
    return (lambda args, named: _like_both(torch, args, named)) if op in BOTH else None


def _like(torch: Any, args: Any, named: Any) -> Any:
    x = args[0] if args else None
    is_plain = isinstance(x, torch.Tensor) and x.is_floating_point() and x.device.type == "meta"
    is_cast = named.get("dtype") or any(isinstance(one, torch.dtype) for one in args[1:])
    return torch.empty_like(x) if is_plain and not is_cast else None


def _like_both(torch: Any, args: Any, named: Any) -> Any:
    x, other = args if len(args) == 2 else (None, None)
    if not isinstance(x, torch.Tensor) or x.device.type != "meta" or not x.is_floating_point():
        return None
    if isinstance(other, torch.Tensor):
        is_alike = (other.shape, other.dtype, other.device) == (x.shape, x.dtype, x.device)
    else:
        is_alike = isinstance(other, int | float)
    return torch.empty_like(x) if is_alike and not named else None
