"""Einstein's summation. Source: ONNX operator Einsum, opset 12, which follows `numpy.einsum`."""

import re
from collections.abc import Mapping, Sequence
from string import ascii_letters

from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.onnx_model.values import Site
from cnncalc.interchange.terms.holding import held_by
from cnncalc.interchange.terms.made import Made, foreign, reads
from cnncalc.ops.values import Shape

_TERM = r"[A-Za-z]*(\.\.\.)?[A-Za-z]*"


@reads("Einsum")
def einsum(site: Site) -> Made:
    """A sum over the axes that the output does not have.

    Of several tensors its MACs are not counted: what it takes is a matter of how it is carried
    out, and no convention here says which. Of one there are no products. Its shape is told here,
    since ONNX's own inference does not come back from some equations that are none.
    """
    return foreign(
        site, summed_shape(site), is_counted=len(site.node.inputs) < 2, holds=held_by(site)
    )


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
    free = "".join(letter for letter in ascii_letters if letter not in equation)
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
