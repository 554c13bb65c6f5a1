"""What each optimizer does with a gradient: its state, its rule, and one step in numbers.

The defaults are PyTorch's, those of its optimizers `SGD`, `RMSprop`, `Adam` and `AdamW`.
"""

from collections.abc import Callable, Iterator, Mapping
from math import sqrt

from cnncalc.records import Record


class Line(Record):
    """One line of a rule with its values.

    Attributes:
        name: what is computed.
        words: how, in letters.
        values: the same with the values put in.
        result: what comes out.
    """

    name: str
    words: str
    values: str
    result: float


Worked = Callable[[float, float], Iterator[Line]]
"""The first step of one weight, by the weight and its gradient; what is kept is 0 before it."""


class Optimizer(Record):
    """An optimizer.

    Attributes:
        states: what it keeps for each weight, in words.
        settings: its settings, as they are by default.
        source: where it is from.
        worked: its first step.
    """

    states: tuple[str, ...]
    settings: str
    source: str
    worked: Worked


def number(value: float) -> str:
    """A number with six digits.

    Example:
        >>> number(0.1), number(-1.23456789e-7)
        ('0.1', '-1.23457e-07')
    """
    return f"{value:.6g}"


def put(value: float) -> str:
    """The same as it is put into a formula: a negative one in brackets."""
    return f"({number(value)})" if value < 0 else number(value)


def _sgd(w: float, g: float) -> Iterator[Line]:
    lr = 0.01
    yield Line("w", "w - lr*g", f"{number(w)} - {lr}*{put(g)}", w - lr * g)


def _momentum(w: float, g: float) -> Iterator[Line]:
    lr, mu = 0.01, 0.9
    velocity = mu * 0 + g
    yield Line("v", "mu*v + g", f"{mu}*0 + {put(g)}", velocity)
    yield Line("w", "w - lr*v", f"{number(w)} - {lr}*{put(velocity)}", w - lr * velocity)


def _rmsprop(w: float, g: float) -> Iterator[Line]:
    lr, alpha, eps = 0.01, 0.99, 1e-8
    mean = alpha * 0 + (1 - alpha) * g**2
    yield Line("s", "a*s + (1 - a)*g^2", f"{alpha}*0 + (1 - {alpha})*{put(g)}^2", mean)
    moved = w - lr * g / (sqrt(mean) + eps)
    values = f"{number(w)} - {lr}*{put(g)} / (sqrt({put(mean)}) + {eps})"
    yield Line("w", "w - lr*g / (sqrt(s) + eps)", values, moved)


def _adam(w: float, g: float) -> Iterator[Line]:
    lr, b1, b2, eps = 0.001, 0.9, 0.999, 1e-8
    m, v = (1 - b1) * g, (1 - b2) * g**2
    yield Line("m", "b1*m + (1 - b1)*g", f"{b1}*0 + (1 - {b1})*{put(g)}", m)
    yield Line("v", "b2*v + (1 - b2)*g^2", f"{b2}*0 + (1 - {b2})*{put(g)}^2", v)
    straight, square = m / (1 - b1), v / (1 - b2)
    yield Line("m^", "m / (1 - b1^t)", f"{put(m)} / (1 - {b1}^1)", straight)
    yield Line("v^", "v / (1 - b2^t)", f"{put(v)} / (1 - {b2}^1)", square)
    moved = w - lr * straight / (sqrt(square) + eps)
    values = f"{number(w)} - {lr}*{put(straight)} / (sqrt({put(square)}) + {eps})"
    yield Line("w", "w - lr*m^ / (sqrt(v^) + eps)", values, moved)


def _adamw(w: float, g: float) -> Iterator[Line]:
    lr, decay = 0.001, 0.01
    decayed = w - lr * decay * w
    yield Line("w", "w - lr*wd*w", f"{number(w)} - {lr}*{decay}*{put(w)}", decayed)
    yield from _adam(decayed, g)


_MEANS = ("m: the mean of its gradients", "v: the mean of their squares")

OPTIMIZERS: Mapping[str, Optimizer] = {
    "sgd": Optimizer(
        (), "lr = 0.01", "Robbins & Monro 1951; Goodfellow et al. 2016, algorithm 8.1", _sgd
    ),
    "momentum": Optimizer(
        ("v: the sum of its gradients, older ones less",),
        "lr = 0.01, mu = 0.9",
        "Polyak 1964; Sutskever et al. 2013, as PyTorch writes it",
        _momentum,
    ),
    "rmsprop": Optimizer(
        ("s: the mean of the squares of its gradients",),
        "lr = 0.01, a = 0.99, eps = 1e-08",
        "Tieleman & Hinton 2012, lecture 6.5",
        _rmsprop,
    ),
    "adam": Optimizer(
        _MEANS,
        "lr = 0.001, b1 = 0.9, b2 = 0.999, eps = 1e-08",
        "Kingma & Ba 2014, algorithm 1",
        _adam,
    ),
    "adamw": Optimizer(
        _MEANS,
        "lr = 0.001, wd = 0.01, b1 = 0.9, b2 = 0.999, eps = 1e-08",
        "Loshchilov & Hutter 2019, algorithm 2",
        _adamw,
    ),
}
"""Every optimizer by its name."""
