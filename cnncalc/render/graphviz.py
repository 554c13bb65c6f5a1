"""Diagrams in DOT, the language of Graphviz."""

import re
from collections.abc import Iterator

from cnncalc.ops.values import show_shape
from cnncalc.render.diagram import Box, Diagram, Item, Node, box_lines, kind, node_lines
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
    lines += [f"  {source} -> {target};" for source, target in drawn.edges]
    return "\n".join([*lines, "}", ""])


def _item(item: Item, drawn: Diagram, indent: str) -> Iterator[str]:
    if isinstance(item, Node):
        yield f"{indent}{item.key} {_attributes(item, drawn)};"
        return
    yield f"{indent}subgraph cluster_{item.key} {{"
    yield f"{indent}  {_box(item, drawn)}"
    for inner in item.items:
        yield from _item(inner, drawn, indent + "  ")
    yield f"{indent}}}"


def _attributes(node: Node, drawn: Diagram) -> str:
    fill, border = COLORS[kind(node)]
    label = quoted(node_lines(node, drawn.costs))
    more = ", peripheries=2" if node.times > 1 else ""
    return f'[label={label}, fillcolor="{fill}", color="{border}"{more}]'


def _box(box: Box, drawn: Diagram) -> str:
    label = quoted(box_lines(box, drawn.costs), "\\l")
    line = "bold" if box.times > 1 else "solid"
    return (
        f'label={label}; labeljust=l; fontsize=11; style="rounded,filled,{line}"; '
        'color="#a1a1aa"; fillcolor="#fafafa"; margin=10;'
    )


def quoted(lines: list[str], end: str = "\\n") -> str:
    """Lines as one string of DOT; `end` is the line break, and so the alignment."""
    texts = (_ENTITY.sub("&amp;", printable(line)) for line in lines)
    texts = (line.replace("\\", "\\\\").replace('"', '\\"') for line in texts)
    return '"' + end.join([*texts, ""]).removesuffix("\\n") + '"'
