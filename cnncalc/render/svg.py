"""A drawing of Graphviz made into a picture that stands alone.

What Graphviz writes names a font of this machine, a document type on another one, and each part by
a key. The picture has the fonts of whoever looks at it, the names of the layers, what it shows in
words, and colours for a dark page.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from cnncalc.analysis.costs import Cost
from cnncalc.ops.values import show_shape
from cnncalc.render.diagram import Box, Diagram, Item, Node
from cnncalc.render.diagram_text import box_text, node_text, shortened, total_text
from cnncalc.render.palette import ON_DARK
from cnncalc.render.text import printable

MOST_TOLD = 40
"""Parts that the words for those who do not see it name."""

_FONTS = "Helvetica, Arial, 'Liberation Sans', sans-serif"

_TITLE = re.compile(r"<title>([^<]*)</title>\n?")
"""What Graphviz calls a part: the key of a node, or the two of an arrow."""

_MARKS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def stand_alone(drawing: str, drawn: Diagram) -> str:
    """The picture of a diagram, made of what Graphviz drew of it.

    Raises:
        ValueError: it is no drawing.
    """
    _, start, rest = drawing.partition("<svg ")
    head, end, body = rest.partition(">")
    if not (start and end):
        raise ValueError("what Graphviz wrote is no drawing")
    named = dict(_named(drawn.items))
    named |= {key: name for key, name, _ in (*drawn.inputs, *drawn.outputs)}
    body = re.sub(r' font-family="[^"]*"', "", re.sub(r"<!--[^<>]*-->\n?", "", body))
    body = _TITLE.sub(lambda found: _title(named.get(found[1], "")), body)
    words = (
        f'<title id="title">{_escaped(shortened(drawn.title))}</title>\n'
        f'<desc id="desc">{_escaped(" ".join(_told(drawn)))}</desc>\n'
        f"<style>\n{_style(body)}</style>"
    )
    return f'<svg role="img" aria-labelledby="title desc" {head}>\n{words}{body}'


def _named(items: Sequence[Item]) -> Iterator[tuple[str, str]]:
    """The keys of what is drawn, and the paths of the layers in it."""
    for item in items:
        nodes = [*item.nodes()]
        first, last = nodes[0].leaves[0], nodes[-1].copies[-1].leaves[-1]
        ends = dict.fromkeys((first.layer.name, last.layer.name))
        key = f"cluster_{item.key}" if isinstance(item, Box) else item.key
        yield key, " … ".join(map(printable, ends))
        if isinstance(item, Box):
            yield from _named(item.items)


def _title(name: str) -> str:
    return f"<title>{_escaped(name)}</title>\n" if name else ""


def _told(drawn: Diagram) -> Iterator[str]:
    """The picture in words."""
    costs = total_text(drawn)
    yield (
        f"A network of {costs}, from top to bottom." if costs else "A network, from top to bottom."
    )
    for _, name, shape in drawn.inputs:
        yield f"Input: {shortened(name)} {show_shape(shape)}."
    for item in drawn.items[:MOST_TOLD]:
        yield f"{_part(item, drawn.costs)}."
    if len(drawn.items) > MOST_TOLD:
        yield f"{len(drawn.items) - MOST_TOLD:,} more parts."
    for _, name, shape in drawn.outputs:
        yield f"Output: {shortened(name)} {show_shape(shape)}."


def _part(item: Item, costs: Mapping[str, Cost]) -> str:
    if isinstance(item, Node):
        one = node_text(item, costs)
        return f"{' '.join(one.ops)}: {one.shape}"
    heading = box_text(item, costs)
    return ", ".join([heading.name, *heading.costs])


def _style(body: str) -> str:
    """The fonts, and for a dark page another colour for each that is used."""
    dark = "".join(
        f'  [{use}="{light}"] {{ {use}: {dark}; }}\n'
        for light, dark in ON_DARK.items()
        for use in ("fill", "stroke")
        if f'{use}="{light}"' in body
    )
    fonts = f"text {{ font-family: {_FONTS}; }}"
    return f"{fonts}\n@media (prefers-color-scheme: dark) {{\n{dark}}}\n"


def _escaped(text: str) -> str:
    return printable(text).translate(_MARKS)
