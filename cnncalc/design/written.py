"""What the expressions of a spec read and do, as far as it decides which formulas there are."""

from collections.abc import Iterator
from re import compile as pattern

from cnncalc.spec import Spec
from cnncalc.spec.expression_syntax import ALL_AXES, Expression
from cnncalc.spec.mentions import body_of_network
from cnncalc.spec.syntax import formulas_in
from cnncalc.spec.walk import expressions_of, walk

CHANNELS = "channels"

_LENGTH = pattern(rf"\.\s*(?:{'|'.join(sorted(ALL_AXES - {CHANNELS}))})\b")
_ROUNDING = pattern(r"\b(divisible|round|floor|ceil|min|max|log)\s*\(|(//|%)")


def expressions_in(spec: Spec) -> Iterator[Expression]:
    """Every expression of a spec, those that no variant uses with them."""
    variables = [*spec.variables.values()]
    for variant in spec.variants.values():
        variables += variant.variables
    for one in variables:
        yield from formulas_in(one.formula)
    bodies = [body_of_network(spec)]
    for block in spec.blocks.values():
        bodies.append(block.body)
        yield from (one.default for one in block.parameters if one.default is not None)
    for body in bodies:
        for node in walk(body):
            yield from expressions_of(node)


def reads_lengths(spec: Spec) -> bool:
    """Whether anything in a spec asks how long a tensor is; of its channels, that is no length.

    Where nothing does, the layers and their ops are the same on an input of any size, as long as
    every tensor keeps its channels.
    """
    return length_in(spec) is not None


def length_in(spec: Spec) -> str | None:
    """The first place where a spec asks how long a tensor is, in words; None where none does."""
    for one in expressions_in(spec):
        if _LENGTH.search(one.text):
            return f"`{one.text}` in line {one.span.line}"
    return None


def rounding_in(spec: Spec) -> str | None:
    """The first place where a spec rounds or chooses a number, in words; None where it never does.

    Example:
        >>> from cnncalc.spec import parse_spec
        >>> text = "{input: 3x8x8, vars: {w: 8}, layers: ['conv3x3 divisible(0.7*w, 8)']}"
        >>> rounding_in(parse_spec(text, "own.yaml")[0])
        '`divisible(0.7*w, 8)` in line 1'
    """
    for one in expressions_in(spec):
        if one.tree is not None and _ROUNDING.search(one.text):
            return f"`{one.text}` in line {one.span.line}"
    return None
