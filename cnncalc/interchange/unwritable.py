"""Layers that another form cannot say."""

from collections.abc import Container, Iterable
from math import prod

from cnncalc.graph import Layer
from cnncalc.ops import Op
from cnncalc.spec.expression_syntax import LARGEST_INTERMEDIATE


class UnwritableError(ValueError):
    """The graph has a layer that the form cannot say."""


def check_ops(layers: Iterable[Layer], known: Container[type[Op]], form: str) -> None:
    """Refuse ops that a form has no words for, as a model of another origin may have them.

    Raises:
        UnwritableError: there is one, or one that does not hold the tensors that its op says.
    """
    for layer in layers:
        if type(layer.op) not in known:
            raise UnwritableError(f"`{layer.name}` is `{layer.op.name}`, which {form} cannot say")
        if not layer.inputs and not layer.op.is_source:
            told = f"`{layer.name}` reads no input of the network, only stored values"
            raise UnwritableError(f"{told}, which {form} cannot say")
        if layer.shares is not None:
            continue
        own = sum(map(prod, layer.op.parameters(layer.input_shapes).values()))
        if (held := sum(map(prod, layer.parameters.values()))) != own:
            shown = f"`{layer.name}` holds {held:,} parameters of its own, not {own:,}"
            raise UnwritableError(f"{shown} as `{layer.op.notation()}`, which {form} cannot say")


def check_numbers(layer: Layer) -> None:
    """Refuse a number that a spec does not take: other forms hold any that a float can be.

    Raises:
        UnwritableError: there is one.
    """
    for name in layer.op.attributes:
        value = layer.op.__dict__[name]
        if isinstance(value, float) and not abs(value) <= LARGEST_INTERMEDIATE:
            message = f"`{layer.name}` has {name}={value}, and a spec takes no number beyond"
            raise UnwritableError(f"{message} {LARGEST_INTERMEDIATE:.0e}")
