"""Einstein's summation.

Source: ONNX operator Einsum, opset 12, which follows `numpy.einsum`. Several tensors are taken two
by two from the left, as ONNX Runtime and PyTorch take them.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.onnx_model.values import Site, Value
from cnncalc.interchange.terms.holding import weight_names
from cnncalc.interchange.terms.made import Made, foreign, reads
from cnncalc.ops.values import Shape

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_TERM = r"[A-Za-z]*+(\.\.\.[A-Za-z]*+)?"


MOST_TENSORS = 64
"""Tensors of one sum, each of which beyond the first makes a layer."""


class Operand(NamedTuple):
    """A tensor of a sum by the letters of its axes, a diagonal as one of them."""

    letters: tuple[str, ...]
    is_static: bool


@reads("Einsum", multiplies=True)
def einsum(site: Site) -> Made:
    """A sum over the axes that the output does not have, one layer for every two tensors.

    Each takes as many MACs as the product of the lengths of its axes: what only one of the two has
    is summed before, as that takes no products. Where nothing is summed it is a product value by
    value, and so free as `mul` is. Its shape is told here, since ONNX's own inference does not
    come back from some equations that are none.
    """
    if len(site.node.inputs) > MOST_TENSORS:
        told = f"sums {len(site.node.inputs):,} tensors; {MOST_TENSORS} are read"
        refuse("E703", f"`{site.title}` {told}")
    values = [site.value(place) for place in range(len(site.node.inputs))]
    terms, output = _parsed(site, [len(value.shape) for value in values])
    lengths = _lengths(site, terms, [value.shape for value in values])
    equation = str(site.get("equation", ""))
    shape, made = summed_shape(site), None
    left = Operand(tuple(dict.fromkeys(terms[0])), values[0].is_static)
    for place, value in enumerate(values[1:], 1):
        right = Operand(tuple(dict.fromkeys(terms[place])), value.is_static)
        later = {*output}.union(*terms[place + 1 :])
        union, is_summed = _joined(left.letters, right.letters, later)
        named = ((one if one in equation else "...", lengths[one]) for one in union)
        factors = tuple(named) if is_summed else ()
        kept = tuple(one for one in union if one in later)
        is_last = place == len(values) - 1
        given = shape if is_last else tuple(lengths[one] for one in kept)
        is_by_weight = left.is_static or right.is_static
        step = foreign(
            site,
            given,
            name="einsum",
            terms=factors if is_by_weight else (),
            products=() if is_by_weight else factors,
            holds=_held(values) if is_last else (),
        )
        first = values[:1] if made or not left.is_static else []
        read = (*first, *([] if right.is_static else [value]))
        made = step._replace(reads=read, after=made)
        left = Operand(kept, left.is_static and right.is_static)
    return made or foreign(site, shape, name="einsum", holds=_held(values))


def _joined(
    left: Sequence[str], right: Sequence[str], later: set[str]
) -> tuple[tuple[str, ...], bool]:
    """The axes that two tensors are multiplied along, and whether some are summed over then.

    What only one of the two has and nothing reads later is summed before.
    """
    used = ({*left} | {*right}) & (({*left} & {*right}) | later)
    union = tuple(one for one in dict.fromkeys((*left, *right)) if one in used)
    return union, bool(used - later)


def _held(values: Sequence[Value]) -> tuple[str, ...]:
    return tuple(name for value in values for name in weight_names(value))


def summed_shape(site: Site) -> Shape:
    """The shape of the sum.

    Raises:
        SpecError: its equation is none, or does not suit its inputs.
    """
    values = [site.value(place) for place in range(len(site.node.inputs))]
    terms, output = _parsed(site, [len(value.shape) for value in values])
    lengths = _lengths(site, terms, [value.shape for value in values])
    if len({*output}) < len(output) or not {*output} <= lengths.keys():
        refuse("E703", f"`{site.title}` gives axes that it does not read, or one twice")
    return tuple(lengths[label] for label in output)


def _parsed(site: Site, ranks: Sequence[int]) -> tuple[list[str], str]:
    """The letters of each input's axes and of the output's, one for every axis."""
    equation = str(site.get("equation", "")).replace(" ", "")
    left, arrow, output = equation.partition("->")
    terms = left.split(",")
    if not all(re.fullmatch(_TERM, term) for term in (*terms, output)):
        refuse("E703", f"`{site.title}` has `{equation[:80]}`, which is not an equation")
    # The axes that `...` stands for have letters of their own, the last one the same everywhere.
    free = "".join(letter for letter in _LETTERS if letter not in equation)
    full: list[str] = []
    most = 0
    for term, rank in zip(terms, ranks, strict=False):
        more = rank - len(term.replace("...", ""))
        if 0 < more <= len(free) and "..." in term:
            most = max(most, more)
            full.append(term.replace("...", free[-more:]))
        else:
            full.append(term.replace("...", ""))
    if not len(terms) == len(ranks) == len(full) or [*map(len, full)] != [*ranks]:
        shown = " and ".join(map(str, ranks))
        refuse("E703", f"`{site.title}` has `{equation[:80]}` for inputs of {shown} axes")
    dots = free[len(free) - most :]
    if arrow:
        return full, output.replace("...", dots)
    letters = "".join(full)
    return full, dots + "".join(
        sorted(one for one in {*letters} - {*dots} if letters.count(one) == 1)
    )


def _lengths(site: Site, terms: Sequence[str], shapes: Sequence[Shape]) -> Mapping[str, int]:
    """The length of every axis by its letter; one of 1 is stretched."""
    found: dict[str, int] = {}
    for term, shape in zip(terms, shapes, strict=True):
        for label, length in zip(term, shape, strict=True):
            known = found.setdefault(label, length)
            if known == 1:
                found[label] = length
            elif length not in {1, known}:
                refuse("E703", f"`{site.title}` has `{label}` of {known} and of {length}")
    return found
