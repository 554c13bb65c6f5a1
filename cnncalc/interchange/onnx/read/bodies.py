"""Graphs within nodes, read in the place of their node.

Names of a body are its own: what it gives or stores stands under its names while it is read, and
what stood under them before comes back.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from cnncalc.diagnostics import SpecError
from cnncalc.interchange.onnx.read.names import Path, clean, scopes_of, within
from cnncalc.interchange.onnx.read.walk import Walk
from cnncalc.interchange.onnx_model.bounds import BODY_STEPS
from cnncalc.interchange.onnx_model.tensors import initializer
from cnncalc.interchange.onnx_model.values import Node, Site, Value
from cnncalc.interchange.terms.made import Made, foreign
from cnncalc.interchange.terms.onnx_ops import Rounds


class Given(NamedTuple):
    """What an output of a body is: a tensor, or a list of them."""

    value: Value | None
    parts: Sequence[Value] | None = None

    @property
    def is_known(self) -> bool:
        """Whether it is a tensor with a shape."""
        return self.value is not None and not self.value.is_open

    @property
    def depends(self) -> bool:
        """Whether it is a tensor that an input of the network reaches."""
        return self.value is not None and not self.value.is_static


def given(walk: Walk, name: str) -> Given:
    """What stands under a name, which may be nothing."""
    parts = walk.lists.get(name)
    return Given(walk.values.get(name), None if parts is None else [*parts])


def put(walk: Walk, name: str, one: Given) -> None:
    """Let a tensor or a list stand under a name."""
    if one.parts is not None:
        walk.lists[name] = [*one.parts]
    elif one.value is not None:
        walk.values[name] = one.value


@contextmanager
def names_of(walk: Walk, graph: Any) -> Iterator[None]:
    """Keep the names of a body apart from those around it.

    A tensor that it stores stays known, under a name that no other has: it is held by layers, and
    another body may store one of the same name.
    """
    own = {one.name for one in (*graph.initializer, *graph.input)}
    own.update(name for node in graph.node for name in node.output if name)
    before = {name: walk.values.pop(name) for name in own if name in walk.values}
    lists = {name: walk.lists.pop(name) for name in own if name in walk.lists}
    kept = {}
    for one in graph.initializer:
        value, times = initializer(one), 1
        name = one.name
        while name in before or name in walk.values:
            times += 1
            name = f"{one.name}:{times}"
        sources = (name,) if value.sources else ()
        kept[name] = walk.values[name] = value._replace(name=name, sources=sources)
        walk.values[one.name] = kept[name]
    try:
        yield
    finally:
        for name in own:
            walk.values.pop(name, None)
            walk.lists.pop(name, None)
        walk.values.update({**kept, **before})
        walk.lists.update(lists)


def kept_names(walk: Walk, graph: Any, names: Iterable[str]) -> tuple[str, ...]:
    """Names under which tensors of a body, its constants too, stay known outside of it."""
    given = {name for node in graph.node for name in node.output}
    kept = []
    for name in names:
        key, times = name, 1
        while name in given and key in walk.values:
            times += 1
            key = f"{name}:{times}"
        walk.values[key] = walk.values[name]
        kept.append(key)
    return tuple(kept)


@contextmanager
def groups_of_body(walk: Walk, node: Node, *parts: str) -> Iterator[None]:
    """Let the layers of a body stand in a group that is called as its node, and parts of it."""
    before = walk.drafts.within
    walk.drafts.within = (*group_of(walk, node), *parts)
    try:
        yield
    finally:
        walk.drafts.within = before


def group_of(walk: Walk, node: Node) -> Path:
    """The group of a node's bodies: its own name, or its operator with a number."""
    metadata = {one.key: one.value for one in node.proto.metadata_props}
    outer = within(walk.drafts.within, scopes_of(node.name, metadata))
    key = (*walk.drafts.within, *node.outputs)
    if key not in walk.rooms:
        path = (*outer, clean(node.name.rpartition("/")[2] or node.op_type.lower()))
        walk.alike[path] += 1
        times = walk.alike[path]
        walk.rooms[key] = path if times == 1 else (*outer, f"{path[-1]}{times}")
    return walk.rooms[key]


def run_body(
    walk: Walk, graph: Any, depth: int, inputs: Sequence[tuple[str, Given]] = ()
) -> list[Given]:
    """Read a body whose names are kept apart; what it gives, in the order of its outputs."""
    walk.allowance.spend(BODY_STEPS)
    for given_before in {name for node in graph.node for name in node.output}:
        walk.values.pop(given_before, None)
        walk.lists.pop(given_before, None)
    for name, one in inputs:
        put(walk, name, one)
    walk.run(graph, depth - 1)
    return [given(walk, one.name) for one in graph.output]


@contextmanager
def undone_by(walk: Walk, *faults: type[Exception]) -> Iterator[list[bool]]:
    """Take back what was read when one of these faults ends it; the list says whether none did."""
    length, choices, done = len(walk.drafts.found), len(walk.choices), [False]
    try:
        yield done
        done[0] = True
    except faults as fault:
        if isinstance(fault, SpecError) and walk.allowance.steps < 0:
            raise
        walk.drafts.forget(length)
        del walk.choices[choices:]


def wrap(walk: Walk, start: int, rounds: int) -> None:
    """Let the layers from a number on run several times."""
    found = walk.drafts.found
    for place in range(start, len(found)):
        draft = found[place]
        if not draft.op.is_source and draft.reads:
            found[place] = draft._replace(op=Rounds(draft.op, rounds))


def whole(site: Site, shape: tuple[int, ...], reads: Sequence[Value], name: str = "") -> Made:
    """A layer that hands on what a body gives, or takes what it is given; it computes nothing."""
    active = tuple(value for value in reads if not value.is_static)
    sources = tuple(name for value in reads if value.is_static for name in value.sources)
    title = f"onnx:{site.node.op_type}{name and ' '}{name}"
    made = foreign(site, shape, name=title, view=True, holds=tuple(dict.fromkeys(sources)))
    return made._replace(reads=active)
