"""Variables and inputs that are not what they were."""

from collections.abc import Callable, Mapping, Sequence

from cnncalc.checks.reason import Reason
from cnncalc.diagnostics import Span
from cnncalc.ops.values import show, show_shape
from cnncalc.spec.expression_syntax import Expression
from cnncalc.spec.syntax import Formula, Input, Spec, Variable, formulas_in
from cnncalc.spec.walk import are_written_alike

LONGEST = 40
"""Characters of a value that is told."""


Placed = Callable[[Sequence[Span], Sequence[Span]], Span]
"""The place of what was written otherwise, by where a value began before and begins now."""


def changed_variables(
    old: Spec, new: Spec, variants: tuple[str | None, str | None], placed: Placed
) -> dict[str, Reason]:
    """The variables that have another value in a network, each with what was written otherwise.

    One that is made of others has their reason.

    Args:
        old: the spec before.
        new: the spec now.
        variants: those of the network before and now.
        placed: which place is told of a value.
    """
    variant_before, variant = variants
    before, now = _given(old, variant_before), _given(new, variant)
    found = {
        name: _of_variable(before[name], one, placed)
        for name, one in now.items()
        if name in before and not are_written_alike(_said(before[name]), _said(one))
    }
    readers: dict[str, list[str]] = {}
    for name, one in now.items():
        for read in _names_in(one.formula):
            readers.setdefault(read, []).append(name)
    pending = [*found]
    while pending:
        read = pending.pop()
        for name in readers.get(read, ()):
            if name not in found:
                found[name] = found[read]
                pending.append(name)
    return found


def changed_inputs(
    old: Spec, new: Spec, variants: tuple[str | None, str | None], placed: Placed
) -> dict[str, Reason]:
    """The inputs whose shape is another, by the names that graphs have for them."""
    variant_before, variant = variants
    before, now = _inputs(old, variant_before), _inputs(new, variant)
    found = {}
    for label, one in now.items():
        was = before.get(label)
        if was is not None and was.shape != one.shape:
            name = "the input" if one.label is None else f"the input `{label}`"
            words = f"by {name} ({show_shape(was.shape)} to {show_shape(one.shape)})"
            found[label] = Reason("input", words, placed([was.span], [one.span]))
    return found


def _given(spec: Spec, variant: str | None) -> Mapping[str, Variable]:
    own = spec.variants[variant].variables if variant is not None else ()
    return {**spec.variables, **{one.name: one for one in own}}


def _inputs(spec: Spec, variant: str | None) -> Mapping[str, Input]:
    own = spec.variants[variant].inputs if variant is not None else None
    return {one.label or "input": one for one in (spec.inputs if own is None else own)}


def _said(variable: Variable) -> Formula:
    return variable.value if variable.formula is None else variable.formula


def _names_in(formula: Formula) -> list[str]:
    return [name for one in formulas_in(formula) for name in one.names]


def _of_variable(before: Variable, now: Variable, placed: Placed) -> Reason:
    was, text = _text(_said(before)), _text(_said(now))
    told = f" ({was} to {text})" if len(was) <= LONGEST and len(text) <= LONGEST else ""
    place = placed(_starts(before), _starts(now))
    return Reason("variable", f"by the variable `{now.name}`{told}", place)


def _starts(variable: Variable) -> list[Span]:
    """The value and the name of a variable; an alias has its value elsewhere."""
    return [variable.place, variable.span] if variable.place else [variable.span]


def _text(formula: Formula) -> str:
    if isinstance(formula, Expression):
        return formula.text
    if isinstance(formula, tuple):
        return f"[{', '.join(map(_text, formula))}]"
    return show(formula)
