"""The blocks of `modules.yaml`: those that a translated file calls."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping

from cnncalc.diagnostics import Diagnostic
from cnncalc.spec.yaml_nodes import List, Map, Node, Text
from cnncalc.spec.yaml_tree import read_yaml

LIBRARY = "modules.yaml"
"""The name that the file of the blocks goes by in places."""

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def library_text() -> str:
    """The text of the file."""
    path = os.path.join(os.path.dirname(__file__), LIBRARY)
    with open(path, encoding="utf-8") as file:
        return file.read()


def blocks_called(names: Iterable[str]) -> tuple[tuple[Text, Node], ...]:
    """The blocks of these names, and all that they call, in the order of the file."""
    entries = _entries()
    called: set[str] = set()
    pending = [name for name in names if name in entries]
    while pending:
        name = pending.pop()
        if name not in called:
            called.add(name)
            pending += [one for one in _words(entries[name][1]) if one in entries]
    return tuple(entry for name, entry in entries.items() if name in called)


def _entries() -> Mapping[str, tuple[Text, Node]]:
    faults: list[Diagnostic] = []
    root = read_yaml(library_text(), LIBRARY, faults)
    blocks = root.get("blocks") if isinstance(root, Map) else None
    if faults or not isinstance(blocks, Map):
        raise ValueError(f"{LIBRARY} is damaged")  # it comes with the package
    return {key.text.split()[0]: (key, value) for key, value in blocks.entries}


def _words(node: Node) -> Iterator[str]:
    if isinstance(node, Text):
        yield from _WORD.findall(node.text)
    elif isinstance(node, List):
        for item in node.items:
            yield from _words(item)
    else:
        for key, value in node.entries:
            yield from _WORD.findall(key.text)
            yield from _words(value)
