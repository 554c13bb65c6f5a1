r"""Diagrams in DOT, the language of Graphviz.

All texts stand in HTML-like labels, whose only marks are written here. What comes of a network is
escaped for all three readers of a label: for XML, for DOT, and for the escapes such as `\N` that
Graphviz puts in last.
"""

from collections.abc import Iterator

from cnncalc.ops.values import show_shape
from cnncalc.render.diagram import Box, Diagram, Item, Node, entered, entries
from cnncalc.render.diagram_text import box_text, kind, node_text, shortened, total_text
from cnncalc.render.palette import BOXES, FRAMES, INK, LIGHT, LINES, MUTED, PAGE
from cnncalc.render.text import printable

_HEAD = f"""\
digraph {{
  rankdir=TB; ordering=in; nodesep=0.2; ranksep=0.3; bgcolor="{PAGE}"; pad=0.2;
  fontname="Arial"; fontsize=15; fontcolor="{INK}"; labelloc=t; labeljust=l;
  node [shape=box, style="rounded,filled", fontname="Arial", fontsize=11, fontcolor="{INK}",
        margin="0.12,0.05", height=0.3];
  edge [color="{LINES}", arrowsize=0.6];"""

_LOOP = f'style=dashed, color="{LINES}", constraint=false'
"""An arrow back to what is repeated."""

SMALL = 10
"""Points of what is of less weight."""

_MARKS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\\": "\\\\"})


def render_dot(drawn: Diagram) -> str:
    """The text of the diagram."""
    heading = label([strong(shortened(drawn.title)), small(total_text(drawn), 11)], "left")
    lines = [_HEAD, f"  label={heading};"]
    fill, border = LIGHT["end"]
    for key, name, shape in (*drawn.inputs, *drawn.outputs):
        text = label([strong(shortened(name)), small(show_shape(shape))])
        lines.append(f'  {key} [label={text}, fillcolor="{fill}", color="{border}"];')
    for item in drawn.items:
        lines += _item(item, drawn, "  ")
    # What stands before is said first: so a caption is on the left of the arrows.
    lines += [
        f"  {source} -> {target} [style=invis, weight=0];" for source, target in drawn.before
    ]
    straight = set(_straight(drawn))
    lines += [_edge(drawn, edge, is_straight=edge in straight) for edge in drawn.edges]
    lines += [f"  {source} -> {target} [{_LOOP}];" for source, target in drawn.loops]
    return "\n".join([*lines, "}", ""])


def _edge(drawn: Diagram, edge: tuple[str, str], *, is_straight: bool) -> str:
    """An arrow, so long that its end is below the captions of the boxes that it enters."""
    length = 1 + entered(drawn, *edge)
    more = [f"minlen={length}"] if length > 1 else []
    more += ["weight=8"] if is_straight else []
    attributes = f" [{', '.join(more)}]" if more else ""
    return f"  {' -> '.join(edge)}{attributes};"


def _straight(drawn: Diagram) -> Iterator[tuple[str, str]]:
    """The arrows of a chain, from one node to the only one behind it: they are drawn upright.

    Those round about, into a merge from before its box, give way; so do those of branches.
    """
    sources: dict[str, list[str]] = {}
    targets: dict[str, list[str]] = {}
    for source, target in drawn.edges:
        sources.setdefault(target, []).append(source)
        targets.setdefault(source, []).append(target)
    for source, target in drawn.edges:
        if len(sources[target]) > 1:
            around = drawn.around.get(target)
            near = [one for one in sources[target] if drawn.around.get(one) == around]
            is_chain = near == [source]
        else:
            is_chain = [one for one in targets[source] if len(sources[one]) == 1] == [target]
        if is_chain:
            yield source, target


def _item(item: Item, drawn: Diagram, indent: str) -> Iterator[str]:
    if isinstance(item, Node):
        yield f"{indent}{item.key} {_attributes(item, drawn)};"
        return
    yield f"{indent}subgraph cluster_{item.key} {{"
    yield f"{indent}  {_box(item)}"
    heading = box_text(item, drawn.costs)
    caption = label([strong(heading.name), *map(small, heading.costs)], "left")
    yield f"{indent}  {item.caption} [label={caption}, shape=plain, style=solid];"
    for inner in item.items:
        yield from _item(inner, drawn, indent + "  ")
    if len(row := entries(item)) > 1:  # branches side by side, in the order of the spec
        yield f"{indent}  {{ rank=same; {' -> '.join(row)} [style=invis]; }}"
    yield f"{indent}}}"


def _attributes(node: Node, drawn: Diagram) -> str:
    fill, border = LIGHT[kind(node)]
    one = node_text(node, drawn.costs)
    ops = map(strong if node.group else escaped, one.ops)
    text = label([small(one.name), *ops, small(one.shape), small(one.costs)])
    more = ", peripheries=2" if node.times > 1 else ""
    return f'[label={text}, fillcolor="{fill}", color="{border}"{more}]'


def _box(box: Box) -> str:
    line = "bold" if box.times > 1 else "solid"
    return (
        f'label=""; style="rounded,filled,{line}"; '
        f'color="{FRAMES}"; fillcolor="{BOXES}"; margin=12;'
    )


def escaped(text: str) -> str:
    """A text that an HTML-like label shows as it is."""
    return printable(text).translate(_MARKS)


def strong(text: str) -> str:
    """A text in bold, as a part of a label."""
    return f"<B>{escaped(text)}</B>" if text else ""


def small(text: str, size: int = SMALL) -> str:
    """A text of less weight, as a part of a label."""
    if not text:
        return ""
    return f'<FONT POINT-SIZE="{size}" COLOR="{MUTED}">{escaped(text)}</FONT>'


_TABLE = '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">'
"""What gives lines of different sizes room."""


def label(lines: list[str], side: str = "") -> str:
    """Parts as the lines of one label, in the middle or at a side; empty ones fall out."""
    cell = f'<TD ALIGN="{side.upper()}">' if side else "<TD>"
    rows = (f"<TR>{cell}{line}</TD></TR>" for line in lines if line)
    return f"<{_TABLE}{''.join(rows)}</TABLE>>"
