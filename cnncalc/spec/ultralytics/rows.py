"""The rows of a model file: from where, how often, which module, told what."""

import re

from cnncalc.diagnostics import Diagnostic, Remedy, Span
from cnncalc.records import Record
from cnncalc.spec.bounds import LINE_STEPS, LONGEST_NAME, Faults
from cnncalc.spec.ultralytics.form import PARTS
from cnncalc.spec.yaml_nodes import List, Map, Node, Text

FORM = "write a row as `[from, repeats, module, [arguments]]`"

MOST_REPEATS = 1_000
"""Repeats of a row, before a scale's depth; the longest known has 18."""

MOST_SOURCES = 100
"""Rows that one reads; the most known are 6."""

MOST_ARGUMENTS = 100
"""Arguments of a row, those in lists within included."""

_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,15})")


class Row(Record):
    """A row.

    Attributes:
        number: its place among all rows, from 0.
        sources: the rows that it reads; -1 is the input of the network.
        repeats: how often its module stands in a row, before the depth of a scale.
        module: the name of the module.
        arguments: what the module is told.
        span: where it stands.
    """

    number: int
    sources: tuple[int, ...]
    repeats: int
    module: Text
    arguments: tuple[Node, ...]
    span: Span


def read_rows(root: Map, faults: Faults) -> list[Row | None]:
    """The rows of `backbone` and `head`; None for each that is at fault, which is reported."""
    found: list[Row | None] = []
    for part in PARTS:
        node = root.get(part)
        if isinstance(node, List):
            for item in node.items:
                found.append(_read_row(item, len(found), faults))
        elif node is not None and not (isinstance(node, Text) and node.is_null):
            fault(faults, "E203", f"`{part}` must be a list of rows", node.span, hint=FORM)
    return found


def fault(
    faults: Faults, code: str, message: str, span: Span, *, hint: Remedy | None = None
) -> None:
    """Report a fault at a place."""
    faults.append(Diagnostic(code, message, span, (), hint))


def whole_number(node: Node) -> int | None:
    """The whole number that a node is; None when it is none."""
    if isinstance(node, Text) and node.is_plain and _WHOLE.fullmatch(node.text):
        return int(node.text)
    return None


def _read_row(node: Node, index: int, faults: Faults) -> Row | None:
    faults.allowance.take(LINE_STEPS, node.span)
    items = node.items if isinstance(node, List) else ()
    if len(items) != 4:
        has = f"has {len(items)} entries" if isinstance(node, List) else "is no list"
        fault(faults, "E203", f"row {index} {has}, a row has 4", node.span, hint=FORM)
        return None
    first, count, module, arguments = items
    sources = _read_sources(first, index, faults)
    repeats = whole_number(count)
    if repeats is None or not 1 <= repeats <= MOST_REPEATS:
        message = f"the repeats of a row are a whole number from 1 to {MOST_REPEATS:,}"
        fault(faults, "E203", message, count.span)
    if not isinstance(module, Text) or not module.text or len(module.text) > LONGEST_NAME:
        fault(faults, "E203", "the third entry of a row names a module", module.span, hint=FORM)
        return None
    if not isinstance(arguments, List):
        fault(faults, "E203", "the arguments of a row are a list", arguments.span, hint=FORM)
        return None
    if _size(arguments) > MOST_ARGUMENTS:
        message = f"a row has at most {MOST_ARGUMENTS} arguments"
        fault(faults, "E207", message, arguments.span)
        return None
    if sources is None or repeats is None or not 1 <= repeats <= MOST_REPEATS:
        return None
    return Row(index, sources, repeats, module, arguments.items, module.span)


def _size(node: Node) -> int:
    return sum(1 + _size(item) for item in node.items) if isinstance(node, List) else 0


def _read_sources(node: Node, index: int, faults: Faults) -> tuple[int, ...] | None:
    """The rows that a row reads, counted from the first."""
    items = node.items if isinstance(node, List) else (node,)
    if not items or len(items) > MOST_SOURCES:
        message = f"a row reads 1 to {MOST_SOURCES} others"
        fault(faults, "E203", message, node.span, hint="`-1` is the row before it")
        return None
    found = [_read_source(item, index, faults) for item in items]
    return None if None in found else tuple(one for one in found if one is not None)


def _read_source(node: Node, index: int, faults: Faults) -> int | None:
    number = whole_number(node)
    if number is None:
        message = "a row is read by its number, counted from 0, or back from here as `-1`"
        fault(faults, "E203", message, node.span)
        return None
    if index == 0 and number == -1:
        return -1
    meant = number if number >= 0 else index + number
    if not 0 <= meant < index:
        message = f"row {index} reads row {meant}, which does not stand before it"
        if meant < 0:
            message = f"row {index} reads {-number} rows back, and {index} stand before it"
        hint = f"name a row from 0 to {index - 1}" if index else "the first row reads `-1`"
        fault(faults, "E301", message, node.span, hint=hint)
        return None
    return meant
