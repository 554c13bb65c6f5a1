"""Explanations as text, Markdown and JSON."""

import json
import textwrap
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from cnncalc.analysis.explain import LETTERS, Explanation
from cnncalc.ops.formula import Formula
from cnncalc.ops.values import Value, show_shape
from cnncalc.render.grid import markdown_table
from cnncalc.render.json_text import json_lines
from cnncalc.render.markdown_text import code, escaped
from cnncalc.render.text import printable
from cnncalc.spec.kernels import listed, name_of

SHAPELESS = "its shape depends on values, or on a tensor without a known shape"
UNCOUNTED = "partial: its MACs are uncounted (no MAC rule)"


def render_explain_text(
    explanations: Sequence[Explanation], width: int, notes: Sequence[str] = ()
) -> str:
    """A paragraph for each layer, a line for each number, and what to read them with."""
    meant: set[object] = set()
    parts = [
        "\n".join([_title(one), *_meant(one, width, meant), *_lines(one, width)])
        for one in explanations
    ]
    told = [textwrap.fill(f"Note: {printable(note)}", width) for note in notes]
    if _has_letters(explanations):
        told.insert(0, textwrap.fill(LETTERS, width))
    return "\n\n".join([*parts, *(["\n".join(told)] if told else [])]) + "\n"


def _has_letters(explanations: Sequence[Explanation]) -> bool:
    told = ("out ", "padding", "receptive")
    quantities = [formula.quantity for one in explanations for formula in one.formulas]
    return any(quantity.startswith(told) for quantity in quantities)


def _title(one: Explanation) -> str:
    layer = one.layer
    shapes = " and ".join(map(show_shape, layer.input_shapes))
    arrow = f"{shapes} -> {show_shape(layer.output_shape)}"
    return printable(f"{layer.name}: {layer.op.notation()}   {arrow}")


def _meant(one: Explanation, width: int, before: set[object]) -> Iterator[str]:
    """What the layer computes; the words of it once, where several layers have the same."""
    if one.law:
        yield from textwrap.wrap(one.law, width, initial_indent="  ", subsequent_indent="      ")
    lines = list(meant(one))
    if tuple(lines) in before:
        return
    before.add(tuple(lines))
    for head, text in lines:
        start = f"    {head}: "
        yield from textwrap.wrap(text, width, initial_indent=start, subsequent_indent=" " * 6)


def meant(one: Explanation) -> Iterator[tuple[str, str]]:
    """The words of the formula of a value, its slope, training and source."""
    meaning = one.meaning
    if meaning is None:
        return
    yield from meaning.where
    told = (("slope", meaning.slope), ("in training", meaning.training), ("source", one.source))
    yield from ((head, text) for head, text in told if text)


def _lines(one: Explanation, width: int) -> Iterator[str]:
    margin = max((len(formula.quantity) for formula in one.formulas), default=0)
    before = ""
    for formula in one.formulas:
        steps = steps_of(formula, with_words=formula.words != before)
        before = formula.words
        line = f"  {formula.quantity:<{margin}} = {' = '.join(steps)}"
        if len(line) <= width:
            yield line
        else:
            for head, step in zip_longest([formula.quantity], steps, fillvalue=""):
                start, blanks = f"  {head:<{margin}} = ", " " * (margin + 7)
                yield from textwrap.wrap(
                    step, width, initial_indent=start, subsequent_indent=blanks
                )
        if formula.note:
            yield f"  {'':<{margin}}   ({formula.note})"
    for line in said(one):
        yield from textwrap.wrap(line, width, initial_indent="  ", subsequent_indent="    ")


def said(one: Explanation) -> Iterator[str]:
    """What is shown of a layer besides its formulas."""
    for name, value in one.weights.items():
        yield f"{name} is {_stated(value)}"
    if one.layer.shares is not None:
        yield f"works with the weights of `{one.layer.shares}`, which count there"
    if one.sees:
        yield one.sees
    if not one.layer.op.is_counted:
        yield UNCOUNTED
    if not one.layer.is_shaped:
        yield SHAPELESS
    elif (
        not one.formulas and not one.sees and {*one.layer.input_shapes} == {one.layer.output_shape}
    ):
        yield "same shape as its input"


def _stated(value: Value) -> str:
    """Values of weights that a spec states, the name of a kernel before its numbers."""
    name = name_of(value)
    return f"{name}, {listed(value)}" if name else listed(value)


def steps_of(formula: Formula, *, with_words: bool = True) -> list[str]:
    """The words, the values and the result of a formula, each once."""
    result = f"{formula.result:,}"
    steps = [formula.words] if with_words and formula.words not in {"", result} else []
    if formula.values != str(formula.result):
        steps.append(formula.values)
    return [*steps, result]


def render_explain_markdown(explanations: Sequence[Explanation], notes: Sequence[str] = ()) -> str:
    """A section a layer, a table row a number, and what to read them with."""
    parts = []
    for one in explanations:
        layer = one.layer
        shapes = " and ".join(map(show_shape, layer.input_shapes))
        sees = f"; {one.sees}." if one.sees else "."
        partial = "" if layer.op.is_counted else f" {UNCOUNTED.capitalize()}."
        lines = [
            f"### {code(layer.name)}: {code(layer.op.notation())}",
            "",
            f"{shapes} to {show_shape(layer.output_shape)}{sees}{partial}",
        ]
        if one.law:
            lines += ["", code(one.law), ""]
            lines += [f"* {escaped(head)}: {escaped(text)}" for head, text in meant(one)]
        for name, value in one.weights.items():
            lines += ["", f"{name.capitalize()} is {code(_stated(value))}."]
        if one.formulas:
            rows = (
                (each.quantity, code(each.words), code(each.values), f"{each.result:,}")
                for each in one.formulas
            )
            headings = ("number", "formula", "values", "result")
            lines += ["", *markdown_table(headings, rows, numbers=(3,))]
        parts.append("\n".join(lines))
    told = (f"Note: {escaped(note)}." for note in notes)
    letters = [LETTERS] if _has_letters(explanations) else []
    return "\n\n".join([*parts, *letters, *told]) + "\n"


def render_explain_json(explanations: Sequence[Explanation], notes: Sequence[str] = ()) -> str:
    """Raw integers; `values` is the expression that gives `result`."""
    layers = (json.dumps(one.to_dict(), ensure_ascii=False) for one in explanations)
    head = {"schema_version": 1, **({"notes": notes} if notes else {})}
    return json_lines(head, "layers", layers)
