"""What is known of an operator without running it, against what PyTorch gives for it."""

import random
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from cnncalc.interchange.torch.shortcuts import shortcut

pytestmark = pytest.mark.peers
torch = pytest.importorskip("torch")
F = torch.nn.functional


def a_tensor(chance: random.Random, *shape: int) -> Any:
    """One without values; its axes may lie in another order."""
    made = torch.empty(shape, device="meta")
    if len(shape) > 1 and chance.random() < 0.3:
        one, other = chance.sample(range(len(shape)), 2)
        made = made.transpose(one, other).contiguous().transpose(one, other)
    return made


def some(chance: random.Random, number: int, least: int = 1, most: int = 4) -> list[int]:
    """Some lengths."""
    return [chance.randint(least, most) for _ in range(number)]


def a_conv(dims: int, chance: random.Random) -> tuple[Any, ...]:
    """Arguments of a convolution, as many as a call may have."""
    axes = dims if chance.random() < 0.9 else chance.choice([1, 2, 3])
    groups = chance.choice([1, 1, 2])
    x = a_tensor(chance, 1, groups * chance.choice([1, 2]), *some(chance, axes, 1, 9))
    inner = x.shape[1] // groups if chance.random() < 0.9 else 3
    weight = a_tensor(chance, groups * chance.choice([1, 3]), inner, *some(chance, axes, 1, 3))
    bias = chance.choice([None, torch.empty(weight.shape[0], device="meta")])
    steps, pads, apart = (some(chance, axes), some(chance, axes, 0, 2), some(chance, axes, 1, 2))
    whole = (x, weight, bias, steps, pads, apart, groups)
    return whole if groups > 1 else whole[: chance.randint(2, 7)]


def two(chance: random.Random) -> tuple[Any, Any]:
    """Two tensors, mostly such that one is spread over the other."""
    shape = some(chance, chance.randint(1, 4))
    other = [one if chance.random() < 0.7 else chance.choice([1, 2]) for one in shape]
    other = other[chance.randint(0, len(other) - 1) :]
    pair = a_tensor(chance, *shape), a_tensor(chance, *other)
    return pair if chance.random() < 0.7 else pair[::-1]


def a_product(chance: random.Random) -> tuple[Any, Any]:
    """Two tensors of matrices."""
    rows, inner, columns, *batch = some(chance, 5, 1, 3)
    other = [one if chance.random() < 0.8 else 1 for one in batch]
    short = inner if chance.random() < 0.9 else inner + 1
    return a_tensor(chance, *batch, rows, inner), a_tensor(chance, *other, short, columns)


def heads(chance: random.Random) -> tuple[Any, Any, Any]:
    """Queries, keys and values."""
    length, keys, channels, width = some(chance, 4, 1, 5)
    return (
        a_tensor(chance, 1, 2, length, channels),
        a_tensor(chance, 1, 2, keys, channels),
        a_tensor(chance, 1, 2, keys, width),
    )


def parts(chance: random.Random) -> tuple[Any, int]:
    """Tensors to be joined along an axis."""
    shape, axis = some(chance, 3), chance.randint(-3, 2)
    shapes = [[*shape], [*shape], [*shape]]
    shapes[1][axis] += 1
    shapes[2][chance.randint(0, 2)] += chance.choice([0, 0, 1])
    return [a_tensor(chance, *one) for one in shapes], axis


def a_mean(chance: random.Random) -> tuple[Any, ...]:
    """A tensor, axes, and whether they are kept."""
    x = a_tensor(chance, *some(chance, 4))
    axes = [chance.randint(-4, 4) for _ in range(chance.randint(1, 2))]
    return (x, axes, chance.random() < 0.5)[: chance.choice([2, 3])]


def a_linear(chance: random.Random) -> tuple[Any, ...]:
    """A tensor, weights, and mostly biases."""
    columns, rows = some(chance, 2)
    x = a_tensor(chance, *some(chance, chance.randint(0, 3)), columns)
    weight = a_tensor(chance, rows, columns if chance.random() < 0.9 else columns + 1)
    return (x, weight, torch.empty(rows, device="meta"))[: chance.choice([2, 3])]


def alone(chance: random.Random) -> tuple[Any]:
    """A tensor alone."""
    return (a_tensor(chance, *some(chance, 3)),)


def factors(chance: random.Random, *shape: int) -> Any:
    """Factors of a normalisation, mostly as many as there have to be."""
    return torch.empty([one + (chance.random() < 0.1) for one in shape], device="meta")


def a_batch_norm(chance: random.Random) -> tuple[Any, ...]:
    """Arguments of one as at inference."""
    x = a_tensor(chance, *some(chance, chance.randint(2, 4)))
    four = [factors(chance, x.shape[1]) for _ in range(4)]
    return (x, *four)


def a_group_norm(chance: random.Random) -> tuple[Any, ...]:
    """A tensor and a number of groups."""
    x = a_tensor(chance, *some(chance, 4, 1, 6))
    return x, chance.randint(1, 3), factors(chance, x.shape[1]), factors(chance, x.shape[1])


def a_layer_norm(chance: random.Random) -> tuple[Any, ...]:
    """A tensor and the shape of its last axes."""
    x = a_tensor(chance, *some(chance, 3))
    shape = x.shape[chance.randint(1, 2) :]
    return x, [*shape], factors(chance, *shape), factors(chance, *shape)


def a_slope(chance: random.Random) -> tuple[Any, ...]:
    """A tensor and slopes."""
    x = a_tensor(chance, *some(chance, chance.randint(2, 3)))
    return x, factors(chance, chance.choice([1, x.shape[1]]))


CASES: dict[str, tuple[Callable[[random.Random], Any], Callable[..., Any]]] = {
    "conv1d": (partial(a_conv, 1), torch.conv1d), "conv2d": (partial(a_conv, 2), torch.conv2d),
    "conv3d": (partial(a_conv, 3), torch.conv3d), "add": (two, torch.add), "mul": (two, torch.mul),
    "matmul": (a_product, torch.matmul), "cat": (parts, torch.cat), "mean": (a_mean, torch.mean),
    "scaled_dot_product_attention": (heads, F.scaled_dot_product_attention),
    "linear": (a_linear, F.linear), "relu": (alone, torch.relu), "gelu": (alone, F.gelu),
    "contiguous": (alone, torch.Tensor.contiguous), "prelu": (a_slope, torch.prelu),
    "batch_norm": (a_batch_norm, lambda x, w, b, m, v: F.batch_norm(x, m, v, w, b)),
    "group_norm": (a_group_norm, F.group_norm), "layer_norm": (a_layer_norm, F.layer_norm),
}  # fmt: skip


@pytest.mark.parametrize("op", CASES)
def test_what_is_known_of_an_operator_is_what_it_gives(op: str) -> None:
    make, run = CASES[op]
    known = shortcut(torch, op, is_in_place=False)
    assert known is not None
    chance = random.Random(op)  # noqa: S311 - a sample
    found = 0
    for _ in range(80):
        args = make(chance)
        given = known(args, {})
        if given is None:
            continue
        found += 1
        whole = run(*args)
        assert (given.shape, given.dtype, given.device) == (whole.shape, whole.dtype, whole.device)
        # An axis of length 1 may lie anywhere, and says nothing.
        order = zip(given.shape, given.stride(), whole.stride(), strict=True)
        assert op == "mean" or all(a == b for n, a, b in order if n > 1)
    assert found > 10
