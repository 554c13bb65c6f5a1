"""A training step explained, as text, Markdown and JSON."""

import json
import textwrap
from collections.abc import Iterator, Sequence

from cnncalc.analysis.explain_training import TrainingExplanation, Worked
from cnncalc.analysis.optimizers import OPTIMIZERS, number
from cnncalc.ops.formula import Formula
from cnncalc.ops.values import show_shape
from cnncalc.render.explain import steps_of
from cnncalc.render.grid import markdown_table
from cnncalc.render.json_text import json_lines
from cnncalc.render.markdown_text import code, escaped
from cnncalc.render.text import printable


def training_text(
    explanations: Sequence[TrainingExplanation], width: int, notes: Sequence[str]
) -> str:
    """A paragraph for each layer, a line for each number, and the update of one weight."""
    parts = ["\n".join([_title(one), *_lines(one, width)]) for one in explanations]
    told = [textwrap.fill(printable(note), width) for note in notes]
    return "\n\n".join([*parts, *told]) + "\n"


def _title(one: TrainingExplanation) -> str:
    shapes = " and ".join(map(show_shape, one.layer.input_shapes))
    arrow = f"{shapes} -> {show_shape(one.layer.output_shape)}".strip()
    return printable(f"{one.layer.name}: {one.layer.op.notation()}   {arrow}")


def _lines(one: TrainingExplanation, width: int) -> Iterator[str]:
    margin = max(len(formula.quantity) for formula in one.formulas)
    for formula in one.formulas:
        start, blanks = f"  {formula.quantity:<{margin}} = ", " " * (margin + 5)
        yield from textwrap.wrap(
            " = ".join(_steps(formula)), width, initial_indent=start, subsequent_indent=blanks
        )
        if formula.note:
            note = printable(f"({formula.note})")
            yield from textwrap.wrap(note, width, initial_indent=blanks, subsequent_indent=blanks)
    if one.worked is not None:
        yield from _worked(one.optimizer, one.worked, width)


def _worked(optimizer: str, worked: Worked, width: int) -> Iterator[str]:
    rule = OPTIMIZERS[optimizer]
    settings = f"{optimizer}: {rule.settings} ({rule.source})"
    yield from textwrap.wrap(
        settings, width, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False
    )
    place = ", ".join(map(str, worked.place))
    yield f"  the weight {worked.tensor}[{place}], before the first step:"
    yield f"    w = {number(worked.weight)}, gradient g = {number(worked.gradient)}"
    margin = max(len(line.name) for line in worked.lines)
    for line in worked.lines:
        steps = f"{line.words} = {line.values} = {number(line.result)}"
        yield from textwrap.wrap(
            steps,
            width,
            initial_indent=f"    {line.name:<{margin}} = ",
            subsequent_indent=" " * (margin + 7),
            break_on_hyphens=False,
        )


def _steps(formula: Formula) -> list[str]:
    *steps, result = steps_of(formula)
    return [*steps, f"{result} bytes" if formula.result != 1 else f"{result} byte"]


def training_markdown(explanations: Sequence[TrainingExplanation], notes: Sequence[str]) -> str:
    """A section a layer: a table of bytes, and one of the update of a weight."""
    parts = []
    for one in explanations:
        rows = [
            (
                each.quantity,
                code(each.words) if each.words else "",
                code(each.values),
                f"{each.result:,}",
            )
            for each in one.formulas
        ]
        headings = ("number", "formula", "values", "bytes")
        lines = [f"### {code(one.layer.name)}: {code(one.layer.op.notation())}", ""]
        lines += markdown_table(headings, rows, numbers=(3,))
        if one.worked is not None:
            rule = OPTIMIZERS[one.optimizer]
            place = ", ".join(map(str, one.worked.place))
            told = f"w = {number(one.worked.weight)}, g = {number(one.worked.gradient)}"
            tensor = code(f"{one.worked.tensor}[{place}]")
            lines += ["", f"{one.optimizer}: {rule.settings} ({rule.source}). {tensor}: {told}"]
            steps = [
                (line.name, code(line.words), code(line.values), number(line.result))
                for line in one.worked.lines
            ]
            lines += ["", *markdown_table(("", "rule", "values", "result"), steps, numbers=(3,))]
        parts.append("\n".join(lines))
    return "\n\n".join([*parts, *map(escaped, notes)]) + "\n"


def training_json(explanations: Sequence[TrainingExplanation], notes: Sequence[str]) -> str:
    """Raw numbers; `values` is the expression that gives `result`."""
    layers = (json.dumps(one.to_dict(), ensure_ascii=False) for one in explanations)
    return json_lines({"schema_version": 1, "notes": notes}, "layers", layers)
