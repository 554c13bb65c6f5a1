"""Diagrams in DOT, the language of Graphviz."""

import re
from collections.abc import Iterator

from cnncalc.ops.values import show_shape
from cnncalc.render.diagram import (
    Box,
    Diagram,
    Item,
    Node,
    box_lines,
    entered,
    entries,
    kind,
    node_lines,
)
from cnncalc.render.text import printable

COLORS = {
    "conv": ("#dbeafe", "#2563eb"),
    "linear": ("#dcfce7", "#16a34a"),
    "pool": ("#ffedd5", "#ea580c"),
    "merge": ("#f3e8ff", "#9333ea"),
    "plain": ("#f4f4f5", "#71717a"),
    "end": ("#ffffff", "#27272a"),
}
"""Fill and border by the kind of a node."""

_ENTITY = re.compile(r"&(?=#?\w+;)")
"""What Graphviz would replace by a character."""

_HEAD = """\
digraph {
  rankdir=TB; ordering=in; nodesep=0.25; ranksep=0.3;
  fontname="Helvetica"; fontsize=13; labelloc=t;
  node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=10, margin="0.14,0.06"];
  edge [color="#52525b", arrowsize=0.6];"""


_LOOP = 'style=dashed, color="#2563eb", constraint=false'
"""An arrow back to what is repeated."""


def render_dot(drawn: Diagram) -> str:
    """The text of the diagram."""
    lines = [_HEAD, f"  label={quoted([drawn.title])};"]
    for key, name, shape in (*drawn.inputs, *drawn.outputs):
        fill, border = COLORS["end"]
        lines.append(
            f"  {key} [label={quoted([name, show_shape(shape)])}, "
            f'shape=oval, style=filled, fillcolor="{fill}", color="{border}"];'
        )
    for item in drawn.items:
        lines += _item(item, drawn, "  ")
    # What stands before is said first: so a caption is on the left of the arrows.
    lines += [f"  {source} -> {target} [style=invis];" for source, target in drawn.before]
    lines += [_edge(drawn, source, target) for source, target in drawn.edges]
    lines += [f"  {source} -> {target} [{_LOOP}];" for source, target in drawn.loops]
    return "\n".join([*lines, "}", ""])


def _edge(drawn: Diagram, source: str, target: str) -> str:
    """An arrow, so long that its end is below the captions of the boxes that it enters."""
    length = 1 + entered(drawn, source, target)
    return f"  {source} -> {target}{f' [minlen={length}]' if length > 1 else ''};"


def _item(item: Item, drawn: Diagram, indent: str) -> Iterator[str]:
    if isinstance(item, Node):
        yield f"{indent}{item.key} {_attributes(item, drawn)};"
        return
    yield f"{indent}subgraph cluster_{item.key} {{"
    yield f"{indent}  {_box(item)}"
    caption = quoted(box_lines(item, drawn.costs), "\\l")
    yield f"{indent}  {item.caption} [label={caption}, shape=plain, style=solid, fontsize=11];"
    for inner in item.items:
        yield from _item(inner, drawn, indent + "  ")
    if len(row := entries(item)) > 1:  # branches side by side, in the order of the spec
        yield f"{indent}  {{ rank=same; {' -> '.join(row)} [style=invis]; }}"
    yield f"{indent}}}"


def _attributes(node: Node, drawn: Diagram) -> str:
    fill, border = COLORS[kind(node)]
    label = quoted(node_lines(node, drawn.costs))
    more = ", peripheries=2" if node.times > 1 else ""
    return f'[label={label}, fillcolor="{fill}", color="{border}"{more}]'


def _box(box: Box) -> str:
    line = "bold" if box.times > 1 else "solid"
    return (
        f'label=""; style="rounded,filled,{line}"; '
        'color="#a1a1aa"; fillcolor="#fafafa"; margin=10;'
    )


def quoted(lines: list[str], end: str = "\\n") -> str:
    """Lines as one string of DOT; `end` is the line break, and so the alignment."""
    texts = (_ENTITY.sub("&amp;", printable(line)) for line in lines)
    texts = (line.replace("\\", "\\\\").replace('"', '\\"') for line in texts)
    return '"' + end.join([*texts, ""]).removesuffix("\\n") + '"'
