"""Documents of networks, walked: what tests of the document and of the page share."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import cnncalc
from cnncalc.graph import Graph
from cnncalc.report.document import NONE, Extras, network_document

Document = dict[str, Any]


def document_of(graph: Graph, extras: Extras = NONE, **options: Any) -> Document:
    """The document of a network as a reader of its JSON gets it."""
    found: Document = json.loads(
        json.dumps(network_document(cnncalc.summarize(graph, **options), extras))
    )
    return found


def groups(group: Document) -> Iterator[Document]:
    """A group with every group and unit in it."""
    yield group
    for child in children(group):
        if isinstance(child, dict):
            yield from groups(child)


def children(group: Document) -> list[Any]:
    """What a group or a unit holds."""
    found: list[Any] = group["unit"] if "unit" in group else group["children"]
    return found


def layers_in(child: Any) -> Iterator[int]:
    """The numbers of the layers in a child, in the order of the tree."""
    if isinstance(child, int):
        yield child
        return
    for one in children(child):
        yield from layers_in(one)


class Elements(HTMLParser):
    """The elements of a page with their attributes, and what stands in scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self.open = tag
        self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        self.open = ""

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts[self.open][-1] += data


def held_in(page: str) -> Document:
    """The document in a page."""
    [found] = re.findall(r'<script type="application/json" id="document">(.*?)</script>', page)
    held: Document = json.loads(found)
    return held
