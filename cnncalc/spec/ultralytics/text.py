"""A translated file as the text of a spec."""

import re
from collections.abc import Iterator

from cnncalc.diagnostics import Diagnostic, SpecError
from cnncalc.spec.bounds import Allowance, gathered
from cnncalc.spec.ultralytics.blocks import library_text
from cnncalc.spec.ultralytics.form import is_ultralytics
from cnncalc.spec.ultralytics.translate import translated
from cnncalc.spec.yaml_nodes import List, Map, Node, Text
from cnncalc.spec.yaml_tree import read_yaml

_PLAIN = re.compile(r"[A-Za-z0-9_.*/+=()<>! -]+")
"""Texts that need no quotes within brackets."""


def spec_text(text: str, file: str, scale: str | None) -> str | None:
    """The spec that a model file of Ultralytics is; None when it is none.

    Args:
        text: the file's text.
        file: its name.
        scale: the scale that counts where none is named; None leaves the choice to the file.

    Raises:
        SpecError: the file has faults.
    """
    faults: list[Diagnostic] = []
    allowance = Allowance()
    root = read_yaml(text, file, faults, allowance)
    if not isinstance(root, Map) or not is_ultralytics(root):
        return None
    tree = None
    with gathered(faults, allowance) as found:
        tree = translated(root, file, found, scale)
    if tree is None or faults:
        raise SpecError(faults, {file: text})
    return "\n".join(_lines(tree)) + "\n"


def _lines(tree: Map) -> Iterator[str]:
    for key, value in tree.entries:
        if isinstance(value, Text):
            yield f"{key.text}: {_scalar(value.text)}"
            continue
        yield ""
        yield f"{key.text}:"
        if key.text == "blocks" and isinstance(value, Map):
            yield from _block_lines(value)
        elif isinstance(value, List):
            yield from (f"  - {_step(item)}" for item in value.items)
        elif key.text == "variants" and isinstance(value, Map):
            yield from _variant_lines(value)
        elif isinstance(value, Map):
            yield from (f"  {name.text}: {_flow(item)}" for name, item in value.entries)


def _variant_lines(variants: Map) -> Iterator[str]:
    for name, value in variants.entries:
        yield f"  {_scalar(name.text)}:"
        if isinstance(value, Map):
            for key, node in value.entries:
                shown = _scalar(node.text) if isinstance(node, Text) else _flow(node)
                yield f"    {key.text}: {shown}"


def _step(node: Node) -> str:
    """A layer on a line of its own: what stands behind its label needs no brackets."""
    if isinstance(node, Map) and len(node.entries) == 1:
        [(key, value)] = node.entries
        if isinstance(value, Text):
            return f"{key.text}: {value.text}"
        return f"{key.text}: {_flow(value)}"
    return node.text if isinstance(node, Text) else _flow(node)


def _flow(node: Node) -> str:
    if isinstance(node, Text):
        return node.text if _PLAIN.fullmatch(node.text) else f'"{node.text}"'
    if isinstance(node, List):
        return f"[{', '.join(map(_flow, node.items))}]"
    return f"{{{', '.join(f'{key.text}: {_flow(value)}' for key, value in node.entries)}}}"


def _scalar(text: str) -> str:
    """A text behind its key: in quotes where YAML might read it otherwise."""
    is_plain = re.fullmatch(r"[A-Za-z0-9][\w.,() -]*", text) and text == text.strip()
    if is_plain:
        return text
    escaped = "".join(f"\\u{ord(one):04x}" if not one.isprintable() else one for one in text)
    escaped = escaped if escaped != text else text.replace("\\", "\\\\")
    return '"' + escaped.replace('"', '\\"') + '"'


def _block_lines(blocks: Map) -> Iterator[str]:
    """The blocks as they stand in the file that they come from, with the comments before each."""
    lines = library_text().splitlines()
    starts = [place for place, line in enumerate(lines) if re.match(r"  \w", line)]
    ends = [*starts[1:], len(lines)]
    wanted = {key.span.line - 1 for key, _ in blocks.entries}
    for start, end in zip(starts, ends, strict=True):
        if start not in wanted:
            continue
        first = start
        while lines[first - 1].startswith("  #"):
            first -= 1
        while not lines[end - 1].strip() or lines[end - 1].startswith("  #"):
            end -= 1  # noqa: PLW2901 - what stands there belongs to the next block
        yield from lines[first:end]
