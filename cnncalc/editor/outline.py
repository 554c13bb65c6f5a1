"""The parts of a file: what stands in it, and what can be folded."""

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from cnncalc.diagnostics import Span
from cnncalc.editor.document import Document
from cnncalc.editor.hints import short
from cnncalc.ops.values import show_shape
from cnncalc.records import Record
from cnncalc.spec import Spec
from cnncalc.spec.syntax import Body, Labelled
from cnncalc.spec.walk import bodies_of
from cnncalc.spec.yaml_tree import Map

Kind = Literal["section", "variable", "block", "label", "variant", "input", "head"]


class Part(Record):
    """A part of a file.

    Attributes:
        kind: what it is.
        name: its name.
        detail: a few words about it.
        span: where its name stands.
        start: the offset at which it begins.
        end: the offset at which it ends.
        parts: what stands in it.
    """

    kind: Kind
    name: str
    detail: str
    span: Span
    start: int
    end: int
    parts: "tuple[Part, ...]" = ()


def outline(document: Document) -> tuple[Part, ...]:
    """The keys of a file, with what they define."""
    spec, root = document.spec, document.root
    if spec is None or not isinstance(root, Map) or not document.is_spec:
        return ()
    found = []
    for key, _ in root.entries:
        inside = _INSIDE.get(key.text) if not spec.is_translated else None
        parts = tuple(inside(document, spec)) if inside else ()
        found.append(_part(document, ("section", key.text, ""), key.span, parts))
    return tuple(found)


def _variables(document: Document, spec: Spec) -> Iterator[Part]:
    for name, one in spec.variables.items():
        yield _part(document, ("variable", name, ""), one.span)


def _blocks(document: Document, spec: Spec) -> Iterator[Part]:
    for name, block in spec.blocks.items():
        parameters = " ".join(each.name for each in block.parameters)
        parts = tuple(_labels(document, block.body))
        yield _part(document, ("block", name, parameters), block.span, parts)


def _layers(document: Document, spec: Spec) -> Iterator[Part]:
    yield from _labels(document, spec.layers)


def _variants(document: Document, spec: Spec) -> Iterator[Part]:
    for name, variant in spec.variants.items():
        yield _part(document, ("variant", name, ""), variant.span)


def _inputs(document: Document, spec: Spec) -> Iterator[Part]:
    for one in spec.inputs:
        if one.label is not None:
            yield _part(document, ("input", one.label, show_shape(one.shape)), one.span)


def _outputs(document: Document, spec: Spec) -> Iterator[Part]:
    for head in spec.outputs:
        yield _part(document, ("head", head.name, ""), head.span)


def _auxiliary(document: Document, spec: Spec) -> Iterator[Part]:
    for head in spec.auxiliary:
        yield _part(document, ("head", head.name, ""), head.span)


_INSIDE: Mapping[str, Callable[[Document, Spec], Iterator[Part]]] = {
    "vars": _variables,
    "blocks": _blocks,
    "layers": _layers,
    "variants": _variants,
    "input": _inputs,
    "outputs": _outputs,
    "auxiliary": _auxiliary,
}
"""What stands below the keys of a file."""


def _labels(document: Document, body: Body) -> Iterator[Part]:
    """The labels of a body, with those in them."""
    for node in body:
        inner = (one for each in bodies_of(node) for one in _labels(document, each))
        if isinstance(node, Labelled):
            total = document.line_totals.get(node.span.line)
            detail = ""
            if total is not None:
                shape = f"{show_shape(total.shape)} · " if total.shape else ""
                detail = f"{shape}{short(total.parameters)}"
            told: tuple[Kind, str, str] = ("label", node.label, detail)
            yield _part(document, told, node.span, tuple(inner))
        else:
            yield from inner


def _part(
    document: Document, told: tuple[Kind, str, str], span: Span, parts: tuple[Part, ...] = ()
) -> Part:
    """A part by its kind, name and detail: it ends with the last line that stands below it."""
    start, end = document.range(span)
    last = document.folds.get(span.line, span.line)
    if last > span.line:
        end = document.offset(last, len(document.lines[last - 1]) + 1)
    end = max([end, *(one.end for one in parts)])
    return Part(*told, span, start, end, parts)


def folds(document: Document) -> tuple[tuple[int, int], ...]:
    """The lines from which to which a text can be folded, both from 1."""
    return tuple(sorted(document.folds.items()))
