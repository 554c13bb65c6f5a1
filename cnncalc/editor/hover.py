"""What is told of what a place holds: a layer, an op, a name, a key, a finding."""

from collections.abc import Iterator

from cnncalc.analysis.explain import Explanation, count_formulas, explain
from cnncalc.checks.codes import record_of
from cnncalc.diagnostics import CODES
from cnncalc.editor.context import Context, call_at, callee, context_at, named
from cnncalc.editor.document import Document
from cnncalc.editor.hints import network_total
from cnncalc.editor.names import Named, name_at
from cnncalc.editor.proposals_of_bodies import signature_of
from cnncalc.editor.values import values_of, written
from cnncalc.graph import Layer
from cnncalc.metrics import METRICS
from cnncalc.ops import Op
from cnncalc.ops.values import show_shape
from cnncalc.records import Record
from cnncalc.render.explain import render_explain_markdown
from cnncalc.render.grid import markdown_table
from cnncalc.render.markdown_text import code, escaped, prose
from cnncalc.spec import Spec
from cnncalc.spec.names import MERGES
from cnncalc.spec.schema import KEY_TEXTS
from cnncalc.spec.schema.lines import default_of, takes, usage
from cnncalc.spec.syntax import formulas_in

MOST_EXPLAINED = 2
"""Different layers of one line that are explained in full."""

MOST_LISTED = 12
"""Different layers of one line that are listed."""


class Hover(Record):
    """What is told of a stretch of a text, as Markdown."""

    text: str
    start: int
    end: int


def hover(document: Document, offset: int) -> Hover | None:
    """What is told of an offset; None where there is nothing to tell."""
    if not document.is_spec:
        return None
    start, end = _word(document, offset)
    word = document.text[start:end]
    parts = [*_of_findings(document, offset)]
    found = name_at(document, offset)
    context = context_at(document, end)
    line = document.place(offset)[0]
    if found is not None:
        start, end = document.range(found[1])
        parts += _of_name(document, found[0])
        if found[0].kind in {"block", "label"}:
            parts += _of_line(document, line)
    elif not context.is_comment:
        told = [*_of_word(document, context, word)] if word else []
        is_attribute = bool(told) and told[0][:1] == "`" != told[0][1:2]
        parts += _of_line(document, line) if context.is_body and not is_attribute else ()
        parts += told
    if not parts:
        return None
    return Hover("\n\n---\n\n".join(parts), start, end)


def _word(document: Document, offset: int) -> tuple[int, int]:
    """Where the word begins and ends that an offset is in."""
    text = document.text
    start = end = offset
    while start > 0 and (text[start - 1].isalnum() or text[start - 1] == "_"):
        start -= 1
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    return start, end


# Findings


def _of_findings(document: Document, offset: int) -> Iterator[str]:
    """What the rules say of which there is a finding here."""
    told = set()
    for finding in document.first_findings:
        fault = finding.diagnostic
        if fault.span is None or fault.code in told:
            continue
        start, end = document.range(fault.span)
        if start <= offset <= max(end, start + 1):
            told.add(fault.code)
            yield of_code(fault.code)


def of_code(name: str) -> str:
    """What a code means."""
    if name not in CODES:
        return f"**{name}**"
    record = record_of(name)
    return f"**{name}** {record.name}: {record.about}\n\n{record.why}"


# Names


def _of_name(document: Document, name: Named) -> Iterator[str]:
    spec = document.spec
    if spec is None:
        return
    own = spec.variables.get(name.name) if name.kind == "variable" else None
    if own is not None and own.span == name.definitions[0]:
        yield _of_variable(document, spec, name)
    elif name.kind == "variable":
        yield f"loop variable {code(name.name)}"
    elif name.kind == "parameter" and name.block in spec.blocks:
        block = spec.blocks[name.block or ""]
        default = next((one.default for one in block.parameters if one.name == name.name), None)
        told = f", {code(default.text)} unless given" if default is not None else ""
        yield f"parameter {code(name.name)} of the block {code(block.name)}{told}"
    elif name.kind == "block":
        yield f"block {code(signature_of(spec.blocks[name.name]))}"
    elif name.kind == "variant":
        total = network_total(document, name.name)
        yield f"variant {code(name.name)}" + (f": {escaped(total)}" if total else "")
    elif name.kind == "input":
        shape = next((one.shape for one in spec.inputs if one.label == name.name), ())
        yield f"input {code(name.name)}: {show_shape(shape)}"
    else:
        yield f"{'output' if name.kind == 'head' else 'label'} {code(name.name)}"


def _of_variable(document: Document, spec: Spec, name: Named) -> str:
    """The value of a variable, and where it comes from."""
    value = values_of(document).get(name.name)
    variant = spec.variants.get(document.variant or "")
    own = (
        next((one for one in variant.variables if one.name == name.name), None)
        if variant
        else None
    )
    told = own or spec.variables[name.name]
    line = (told.place or told.span).line
    if own is not None:
        source = f"the variant {code(document.variant or '')} sets it in line {line}"
    else:
        source = f"given in line {line}"
    made = list(formulas_in(told.formula))[:3]
    if made:
        source += f", made of {', '.join(code(one.text) for one in made)}"
    shown = code(written(value)) if value is not None else "no value in this network"
    rows = []
    for other, each in spec.variants.items():
        given = next((one for one in each.variables if one.name == name.name), None)
        if given is not None and given.value is not None:
            rows.append((code(other), code(written(given.value))))
    table = markdown_table(("variant", "value"), rows[:MOST_LISTED]) if rows else ()
    return "\n".join(
        [f"variable {code(name.name)}: {shown}", "", f"{source}.", "", *table]
    ).strip()


# Words of the language


def _of_word(document: Document, context: Context, word: str) -> Iterator[str]:
    numbers = context.numbers
    if context.is_body:
        yield from _of_layer_word(document, context, word)
    elif numbers is not None and word in METRICS:
        metric = METRICS[word]
        yield f"**{word}** ({metric.unit}): {escaped(metric.description)}"
    elif word in KEY_TEXTS and word not in context.path[1:]:
        yield f"**{word}**: {KEY_TEXTS[word]}"


def _of_layer_word(document: Document, context: Context, word: str) -> Iterator[str]:
    """An op, or an attribute of the call that it stands in."""
    head = (context.before.split() or [word])[0]
    call = call_at(document, context)
    if call is not None and call.kind is not None:
        key = named(call.current + "=") or word
        if key in call.kind.attributes:
            yield _of_attribute(call.kind, key)
            return
        yield of_op(call.kind)
    elif call is None:
        kind, _ = callee(document, head)
        kind = kind or _merge(head)
        if kind is not None:
            yield of_op(kind)


def _merge(head: str) -> type[Op] | None:
    from cnncalc.ops import OPS  # noqa: PLC0415 - the table itself

    return OPS[head] if head in MERGES else None


def of_op(kind: type[Op]) -> str:
    """An op: its usage, what it computes with its source, and its attributes."""
    text = (kind.__doc__ or "").split("Example:")[0]
    paragraphs = text.split("\n\n")
    told = [" ".join(one.split()) for one in paragraphs if one.strip()]
    rows = [
        (code(key), prose(one.text), escaped(takes(one)), _default(kind, key))
        for key, one in kind.attributes.items()
    ]
    if not any(one.startswith("Source:") for one in told):
        told += _source_of_base(kind)
    parts = [f"```\n{usage(kind)}\n```", *told]
    if rows:
        parts.append("\n".join(markdown_table(("attribute", "is", "takes", "unless given"), rows)))
    return "\n\n".join(parts)


def _source_of_base(kind: type[Op]) -> list[str]:
    """The source that the class says from which an op derives."""
    texts = [base.__doc__ or "" for base in kind.__mro__[1:3]]
    told = (" ".join(one.split()) for text in texts for one in text.split("\n\n"))
    return [one for one in told if one.startswith("Source:")][:1]


def _of_attribute(kind: type[Op], key: str) -> str:
    one = kind.attributes[key]
    default = _default(kind, key)
    told = "Required." if one.is_required else f"Unless given, {default}."
    return f"{code(key)} of {code(kind.name)}: {one.text} It takes {escaped(takes(one))}. {told}"


def _default(kind: type[Op], key: str) -> str:
    one = kind.attributes[key]
    return "required" if one.is_required else code(default_of(one))


# Layers


def _of_line(document: Document, line: int) -> Iterator[str]:
    """What the layers are that a line makes, and how their numbers come about."""
    network = document.network(document.variant)
    made = [one for one in network.layers if any(_is_at(document, one, line))]
    if not made:
        return
    different: dict[tuple[int, tuple[tuple[int, ...], ...]], list[Layer]] = {}
    for one in made:
        different.setdefault((id(one.op), one.input_shapes), []).append(one)
    groups = list(different.values())
    total = document.line_totals.get(line)
    if total is not None and total.layers > 1:
        yield (
            f"{total.layers:,} layers: {total.parameters:,} parameters, {total.macs:,} MACs"
            + (f", gives {show_shape(total.shape)}" if total.shape else "")
        )
    if len(groups) <= MOST_EXPLAINED:
        names = [group[0].name for group in groups]
        yield render_explain_markdown(_explained(document, names)).strip()
        return
    rows = [
        (
            code(group[0].name),
            code(group[0].op.notation()),
            show_shape(group[0].output_shape),
            f"{len(group):,}",
        )
        for group in groups[:MOST_LISTED]
    ]
    more = len(groups) - len(rows)
    table = markdown_table(("first", "layer", "gives", "times"), rows, numbers=(3,))
    yield "\n".join([*table, *([f"\n{more:,} more kinds of layer"] if more > 0 else [])])


def _is_at(document: Document, layer: Layer, line: int) -> Iterator[bool]:
    return (span.line == line and span.file == document.file for span in layer.origin)


def _explained(document: Document, names: list[str]) -> list[Explanation]:
    network = document.network(document.variant)
    graph = network.graph
    if graph is not None and {*names} <= {one.name for one in graph.layers}:
        return explain(graph, names)
    by_name = {one.name: one for one in network.layers}
    return [
        Explanation(by_name[name], tuple(count_formulas(by_name[name])), None) for name in names
    ]
