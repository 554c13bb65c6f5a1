"""Nodes that say in two steps what one says, put together; and those that nothing reads, left out.

It is what PyTorch's exporter does to a graph before it writes it, so that a module has the same
layers by either way.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any


def tidied(nodes: list[Any], ends: Iterable[str]) -> list[Any]:
    """The nodes that lead to an end, transpositions and concatenations in a row as one."""
    nodes = _once(nodes)
    makers = {name: node for node in nodes for name in node.output}
    uses = Counter(name for node in nodes for name in node.input)
    uses.update(ends)
    for node in nodes:
        if node.op_type == "Transpose":
            _join_transposes(node, makers)
        elif node.op_type == "Concat":
            _join_concats(node, makers, uses)
    return _read(nodes, ends)


MOVES = frozenset({"Flatten", "Gather", "Reshape", "Slice", "Squeeze", "Transpose", "Unsqueeze"})
"""What computes nothing: the same part of the same tensor is taken once."""


def _once(nodes: list[Any]) -> list[Any]:
    """The nodes without those that say again what one before them says."""
    same: dict[str, str] = {}
    seen: dict[tuple[str, tuple[str, ...], bytes], str] = {}
    found = []
    for node in nodes:
        read = [same.get(name, name) for name in node.input]
        if read != [*node.input]:
            node.input[:] = read
        if node.op_type in MOVES and not node.domain:
            attributes = b"".join(one.SerializeToString() for one in node.attribute)
            key = (node.op_type, tuple(read), attributes)
            if key in seen:
                same[node.output[0]] = seen[key]
                continue
            seen[key] = node.output[0]
        found.append(node)
    return found


def _join_transposes(node: Any, makers: dict[str, Any]) -> None:
    """Let a transposition of a transposition read what that one reads."""
    before = makers.get(node.input[0])
    if before is None or before.op_type != "Transpose":
        return
    first, second = _ints(before, "perm"), _ints(node, "perm")
    if len(first) != len(second):
        return
    node.input[0] = before.input[0]
    order = [first[axis] for axis in second]
    if order == [*range(len(order))]:
        node.op_type = "Identity"
        del node.attribute[:]
    else:
        node.attribute[0].ints[:] = order


def _join_concats(node: Any, makers: dict[str, Any], uses: Counter[str]) -> None:
    """Let a concatenation read the parts of those that it alone reads."""
    parts: list[str] = []
    for name in node.input:
        before = makers.get(name)
        is_alike = before is not None and before.op_type == "Concat" and uses[name] == 1
        if is_alike and before is not None and before.attribute[0].i == node.attribute[0].i:
            parts += before.input
        else:
            parts.append(name)
    node.input[:] = parts


def _ints(node: Any, name: str) -> list[int]:
    return next((list(one.ints) for one in node.attribute if one.name == name), [])


def _read(nodes: list[Any], ends: Iterable[str]) -> list[Any]:
    """The nodes of which something is read."""
    wanted = {*ends}
    found = []
    for node in reversed(nodes):
        if any(name in wanted for name in node.output):
            wanted.update(node.input)
            found.append(node)
    return found[::-1]
