"""Diagrams in Mermaid's language, as flowcharts."""

from collections.abc import Iterator
from json import dumps

from cnncalc.ops.values import show_shape
from cnncalc.render.diagram import Diagram, Item, Node, entered
from cnncalc.render.diagram_text import box_lines, kind, node_lines, shortened, total_text
from cnncalc.render.palette import BOXES, FRAMES, INK, LIGHT
from cnncalc.render.text import printable

_CONFIG = """\
config:
  flowchart:
    wrappingWidth: 600
    nodeSpacing: 30
    rankSpacing: 60
---"""


_MARKS = str.maketrans(
    {
        "#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "&": "#amp;", "`": "#96;",
        # `%%{init: ...}%%` sets options wherever it stands, `$$` begins a formula, `\\n` a line.
        "%": "#37;", "$": "#36;", "\\": "#92;",
    }
)  # fmt: skip


def render_mermaid(drawn: Diagram) -> str:
    """The text of the diagram."""
    heading = " · ".join(filter(None, [shortened(drawn.title), total_text(drawn)]))
    lines = [
        "---",
        f"title: {dumps(heading, ensure_ascii=False)}",
        _CONFIG,
        "flowchart TB",
    ]
    for key, name, shape in (*drawn.inputs, *drawn.outputs):
        lines.append(f"  {key}([{quoted([shortened(name), show_shape(shape)])}]):::end_")
    for item in drawn.items:
        lines += _item(item, drawn, "  ")
    for source, target in drawn.edges:
        lines.append(f"  {source} --{'-' * entered(drawn, source, target)}> {target}")
    lines += [f"  {source} -.-> {target}" for source, target in drawn.loops]
    lines += [f"  {source} ~~~ {target}" for source, target in drawn.before]
    for name, (fill, border) in LIGHT.items():
        suffix = "_" if name == "end" else ""
        lines.append(f"  classDef {name}{suffix} fill:{fill},stroke:{border},color:{INK}")
    lines.append(f"  classDef box fill:{BOXES},stroke:{FRAMES},color:{INK}")
    lines.append(f"  classDef caption fill:none,stroke:none,color:{INK}")
    return "\n".join([*lines, ""])


def _item(item: Item, drawn: Diagram, indent: str) -> Iterator[str]:
    if isinstance(item, Node):
        opening, closing = ("[[", "]]") if item.times > 1 else ("(", ")")
        label = quoted(node_lines(item, drawn.costs))
        yield f"{indent}{item.key}{opening}{label}{closing}:::{kind(item)}"
        return
    yield f'{indent}subgraph {item.key}[" "]'
    yield f"{indent}  {item.caption}[{quoted(box_lines(item, drawn.costs))}]:::caption"
    for inner in item.items:
        yield from _item(inner, drawn, indent + "  ")
    yield f"{indent}end"
    yield f"{indent}class {item.key} box"


def quoted(lines: list[str]) -> str:
    """Lines as one string of Mermaid, with its special characters as entities."""
    texts = (printable(line).translate(_MARKS) for line in lines)
    return '"' + "<br>".join(texts) + '"'
