"""The shapes that the commonest operators give, where their arguments are plain.

All tensors are of one type of float, without values, and lie in the order of their axes; what is
otherwise, and what PyTorch would refuse, it is asked itself. Source: PyTorch, `torch` and
`torch.nn.functional`.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from cnncalc.ops.values import Shape
from cnncalc.ops.window import Window

Rule = Callable[[Any, Mapping[str, Any]], Shape | None]


def is_alike(x: Any, *others: Any) -> bool:
    """Whether all are tensors of the type of the first, which has no values."""
    return all(getattr(one, "is_meta", False) and one.dtype == x.dtype for one in others)


def linear(args: Any, named: Mapping[str, Any]) -> Shape | None:
    """The rows of the weights in the place of the last axis."""
    x, weight, *rest = args
    bias = rest[0] if rest else None
    if named or weight.dim() != 2 or not x.dim() or not is_alike(x, weight):
        return None
    rows, columns = weight.shape
    if x.shape[-1] != columns or (bias is not None and bias.shape != (rows,)):
        return None
    return (*x.shape[:-1], rows)


def conv(axes: int, args: Any, named: Mapping[str, Any]) -> Shape | None:
    """As many windows as fit, of each axis of space."""
    x, weight, bias, *rest = [*args, None][: max(len(args), 3)]
    if named or not x.dim() == weight.dim() == axes + 2 or not is_alike(x, weight):
        return None
    listed = [*rest, *([1] * axes, [0] * axes, [1] * axes, 1)[len(rest) :]]
    stride, padding, dilation, groups = listed
    if any(isinstance(one, str) or len(one) != axes for one in (stride, padding, dilation)):
        return None
    if x.shape[1] != weight.shape[1] * groups or weight.shape[0] % groups:
        return None
    if bias is not None and bias.shape != weight.shape[:1]:
        return None
    sizes = zip(x.shape[2:], weight.shape[2:], stride, dilation, padding, strict=True)
    steps = [Window(k, s, d, p, p).steps(n) for n, k, s, d, p in sizes if s > 0]
    if len(steps) < axes or min(steps) < 1:
        return None
    return (x.shape[0], weight.shape[0], *steps)


def mean(args: Any, named: Mapping[str, Any]) -> Shape | None:
    """Without the axes that are summed up, or with these of length 1."""
    x, axes, *rest = [*args, None][: max(len(args), 2)]
    if named or len(rest) > 1 or not isinstance(axes, list | tuple) or not axes:
        return None
    rank = x.dim()
    if any(not -rank <= one < rank for one in axes):
        return None
    gone = {one % rank for one in axes}
    is_kept = bool(rest and rest[0])
    if len(gone) < len(axes):
        return None
    return tuple(
        1 if at in gone else size for at, size in enumerate(x.shape) if is_kept or at not in gone
    )


def spread(one: Sequence[int], other: Sequence[int]) -> Shape | None:
    """The shape that both are spread over, if there is one."""
    rank = max(len(one), len(other))
    both = ((*(1,) * (rank - len(each)), *each) for each in (one, other))
    pairs = [*zip(*both, strict=True)]
    if any(1 not in pair and pair[0] != pair[1] for pair in pairs):
        return None
    return tuple(a if b == 1 else b for a, b in pairs)


def both(args: Any, named: Mapping[str, Any]) -> Shape | None:
    """That of both, or what they are spread over."""
    if len(args) != 2 or named:
        return None
    x, other = args
    if isinstance(other, int | float):
        return tuple(x.shape)
    if not is_alike(x, other) or not other.dim():
        return None
    if x.shape == other.shape:
        return tuple(x.shape) if x.stride() == other.stride() else None
    return spread(x.shape, other.shape) if other.is_contiguous() else None


def matmul(args: Any, named: Mapping[str, Any]) -> Shape | None:
    """Rows of the first and columns of the second, for each pair of matrices."""
    x, other = args
    if named or x.dim() != other.dim() or x.dim() < 2 or not is_alike(x, other):
        return None
    if x.shape[-1] != other.shape[-2]:
        return None
    batch = spread(x.shape[:-2], other.shape[:-2])
    return None if batch is None else (*batch, x.shape[-2], other.shape[-1])


def attention(args: Any, named: Mapping[str, Any]) -> Shape | None:
    """That of the queries, with the channels of the values; masks are left to PyTorch."""
    if len(args) < 3 or any(one is not None for one in args[3:4]) or {*named} - {"scale"}:
        return None
    query, key, value = args[:3]
    if not is_alike(query, key, value):
        return None
    is_fit = query.dim() == key.dim() == value.dim() >= 3
    is_fit = is_fit and query.shape[:-2] == key.shape[:-2] == value.shape[:-2]
    if not is_fit or query.shape[-1] != key.shape[-1] or key.shape[-2] != value.shape[-2]:
        return None
    return (*query.shape[:-1], value.shape[-1])


def cat(args: Any, named: Mapping[str, Any]) -> Shape | None:
    """The lengths of an axis, added up."""
    parts, *rest = args
    x, axis = parts[0], rest[0] if rest else 0
    rank = x.dim()
    if named or not -rank <= axis < rank or not is_alike(x, *parts):
        return None
    if not all(one.is_contiguous() for one in parts):
        return None
    axis %= rank
    before, behind = x.shape[:axis], x.shape[axis + 1 :]
    if any(one.shape[:axis] != before or one.shape[axis + 1 :] != behind for one in parts):
        return None
    return (*before, sum(one.shape[axis] for one in parts), *behind)


def rolled(args: Any, _named: Mapping[str, Any]) -> Shape | None:
    """That of the input."""
    return tuple(args[0].shape)


def normed(args: Any, named: Mapping[str, Any]) -> Shape | None:
    """That of the input, which has a channel for each factor."""
    x, *factors = args
    if named or x.dim() < 2:
        return None
    held = [one for one in factors[:4] if one is not None]
    is_fit = all(one.shape == x.shape[1:2] for one in held)
    return tuple(x.shape) if is_fit and is_alike(x, *held) else None


def grouped(args: Any, named: Mapping[str, Any]) -> Shape | None:
    """The same, of channels in groups of one size."""
    x, groups, *factors = args
    if x.dim() < 2 or groups < 1 or x.shape[1] % groups:
        return None
    return normed([x, *factors[:2]], named)


def levelled(args: Any, named: Mapping[str, Any]) -> Shape | None:
    """That of the input, whose last axes are those that are told."""
    x, axes, *factors = args
    shape = tuple(axes)
    held = [one for one in factors[:2] if hasattr(one, "shape")]
    if named or not shape or tuple(x.shape[-len(shape) :]) != shape:
        return None
    return tuple(x.shape) if all(tuple(one.shape) == shape for one in held) else None


def sloped(args: Any, _named: Mapping[str, Any]) -> Shape | None:
    """That of the input, which has one slope, or one a channel."""
    x, weight = args
    is_fit = weight.numel() == 1 or (x.dim() > 1 and weight.shape == x.shape[1:2])
    return tuple(x.shape) if is_fit and is_alike(x, weight) else None


RULES: Mapping[str, Rule] = {
    "add": both, "batch_norm": normed, "cat": cat, "conv1d": partial(conv, 1),
    "conv2d": partial(conv, 2), "conv3d": partial(conv, 3), "div": both, "group_norm": grouped,
    "instance_norm": normed, "layer_norm": levelled, "linear": linear, "matmul": matmul,
    "mean": mean, "mul": both, "prelu": sloped, "rms_norm": levelled, "roll": rolled,
    "scaled_dot_product_attention": attention, "sub": both,
}  # fmt: skip
"""By the name of an operator the shape that it gives, or None where it has to be run."""

ANY_ORDER = frozenset({"layer_norm", "linear", "matmul", "scaled_dot_product_attention"})
"""What gives its result in the order of the axes, however its inputs lie."""

SAME_ORDER = frozenset({"add", "batch_norm", "div", "mul", "prelu", "sub"})
"""What gives a result that lies as its first, where it has the shape of this."""
