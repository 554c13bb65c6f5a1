"""Lists of tensors, which exporters write where a tensor is split and its parts are taken.

Source: ONNX operators SplitToSequence, SequenceAt, SequenceConstruct, SequenceInsert,
SequenceErase, ConcatFromSequence, opset 11.
"""

from collections.abc import Sequence

from cnncalc.interchange.families.select import part_of
from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.onnx_model.values import Node, Site, Value
from cnncalc.interchange.terms.made import Made, axis_of

MOST = 4096
"""Parts of a list."""


def parts_made(site: Site) -> list[Made] | None:
    """The parts that `SplitToSequence` makes; None when their lengths are not known."""
    shape = site.x.shape
    axis = axis_of(site, len(shape), 0)
    sizes = site.integers(1)
    length = shape[axis] if shape else 0
    value = site.optional(1)
    if value is not None and sizes is None:
        return None
    if value is None or not value.shape:
        each = int(sizes[0]) if sizes else 1
        if each < 1 or length // each > MOST:
            refuse("E703", f"`{site.title}` cannot split {length} by {each}")
        sizes = tuple(min(each, length - start) for start in range(0, length, each))
    if sum(sizes or ()) != length or min(sizes or (0,)) < 0:
        refuse("E703", f"`{site.title}` does not split {length}")
    made, start = [], 0
    keeps = bool(site.get("keepdims", 1)) or value is not None
    for size in map(int, sizes or ()):
        part = {axis: range(start, start + size)}
        kept = (size,) if keeps else ()
        one = (*shape[:axis], *kept, *shape[axis + 1 :])
        made.append(part_of(site, one, part if keeps else {}))
        start += size
    return made


def taken(site: Site, parts: Sequence[Value]) -> Value:
    """The part that `SequenceAt` takes.

    Raises:
        SpecError: it is not known which, or there is no such part.
    """
    place = site.integers(1)
    if not place or not -len(parts) <= int(place[0]) < len(parts):
        refuse("E703", f"`{site.title}` takes a part that is not there")
    return parts[int(place[0])]


def inserted(site: Site, parts: Sequence[Value]) -> list[Value]:
    """The list with one more part; without a part a list of none."""
    added, place = site.optional(1), site.integers(2)
    if added is None:
        return []
    at = int(place[0]) if place else len(parts)
    return [*parts[:at], added, *parts[at:]]


def erased(site: Site, parts: Sequence[Value]) -> list[Value]:
    """The list without one of its parts, the last where none is named."""
    place = site.integers(1)
    at = int(place[0]) if place else -1
    if not -len(parts) <= at < len(parts) or (place is None and site.optional(1) is not None):
        refuse("E703", f"`{site.title}` drops a part that is not there")
    kept = list(parts)
    del kept[at]
    return kept


def joining(site: Site, parts: Sequence[Value]) -> Node:
    """The node that joins the parts of a list, along an axis that they have or a new one."""
    if not parts:
        refuse("E703", f"`{site.title}` joins a list of no parts")
    kind = "Stack" if site.get("new_axis") else "Concat"
    names = tuple(value.name for value in parts)
    return site.node._replace(op_type=kind, inputs=names)
