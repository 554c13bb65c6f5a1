"""Loops: a body that runs several times.

Where the shapes in it are the same each time it is read once, and its layers say in how many
rounds they run. Where they are not, or what is computed from numbers ends the loop, it is read
round by round. Source: ONNX operators Loop, opset 25, and Scan, opsets 8, 9 and 25.
"""

from collections.abc import Callable, Sequence
from itertools import zip_longest
from math import prod
from typing import Any, NamedTuple

from cnncalc.diagnostics import SpecError
from cnncalc.interchange.onnx.read.bodies import (
    Given,
    given,
    groups_of_body,
    kept_names,
    names_of,
    put,
    run_body,
    undone_by,
    whole,
    wrap,
)
from cnncalc.interchange.onnx.read.walk import Walk
from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.onnx_model.tensors import of_numbers
from cnncalc.interchange.onnx_model.values import Node, Site, Value
from cnncalc.interchange.terms.holding import is_set
from cnncalc.interchange.terms.made import foreign
from cnncalc.ops.values import Shape

MOST_ROUNDS = 2000
"""Rounds of all loops that are read one by one."""

_INTEGER = 7
"""The number of the element type of what counts the rounds."""


class _OtherError(Exception):
    """The rounds are not all the same, or their number is not known."""


class Body(NamedTuple):
    """A body that runs several times.

    Attributes:
        site: its node.
        states: what it carries from round to round, as it is before the first.
        feed: gives all that one round takes, the states among them.
        first: the place of the first state among what a round gives.
        depth: how many graphs may still stand within it.
    """

    site: Site
    states: Sequence[Value]
    feed: Callable[[Sequence[Value]], list[Value]]
    first: int
    depth: int

    @property
    def graph(self) -> Any:
        """What runs."""
        return self.site.node.attributes["body"]

    @property
    def is_sound(self) -> bool:
        """Whether it has as many outputs as its node."""
        return len(self.graph.output) - self.first >= max(
            len(self.states), len(self.site.node.outputs)
        )


class Round(NamedTuple):
    """What one round gives, and the states as they were before it."""

    before: Sequence[Value]
    found: Sequence[Given]
    start: int

    @property
    def after(self) -> Sequence[Given]:
        """The states behind it."""
        return self.found[: len(self.before)]

    @property
    def others(self) -> Sequence[Given]:
        """What it gives beside the states."""
        return self.found[len(self.before) :]


def loop(walk: Walk, node: Node, depth: int) -> bool:
    """Read the body of a loop for all its rounds, or once where their number is not known."""
    names = (*node.inputs, "", "")
    carried = [given(walk, name) for name in node.inputs[2:]]
    states = [one.value for one in carried if one.value is not None and one.parts is None]
    site = _site(walk, node)
    turn, go = Value("", (), _INTEGER), of_numbers(1, "bool")
    body = Body(site, states, lambda now: [turn, go, *now], 1, depth)
    if not body.is_sound or len(body.graph.input) != 2 + len(carried):
        refuse("E702", f"`{node.title}` has a body that takes or gives another number of tensors")
    times = site.integers(0)
    starts = site.numbers(1) if names[1] else (True,)
    is_known = starts and starts[0] and (not names[0] or (times and times[0] > 0))
    rounds = times[0] if times else MOST_ROUNDS + 1
    has_lists = len(states) < len(carried)
    if is_known and not has_lists and names[0]:
        with names_of(walk, body.graph), undone_by(walk, SpecError, _OtherError) as done:
            _give_loop(walk, body, rounds)
        if done[0]:
            return True
    if is_known and has_lists and times and rounds > MOST_ROUNDS:
        refuse("E703", f"`{site.title}` has loops of over {MOST_ROUNDS:,} iterations")
    if is_known:
        before = walk.iterations
        with names_of(walk, body.graph), undone_by(walk, SpecError, _OtherError) as done:
            _one_by_one(walk, body, carried, rounds)
        if done[0]:
            return True
        walk.iterations = before
    return not has_lists and _uncounted(walk, body)


def scan(walk: Walk, node: Node, depth: int) -> bool:
    """Read the body of a scan once, for each step of the sequence.

    Before opset 9 its first input were lengths, and it ran for every example of a batch in front.
    """
    names = node.inputs[walk.opset < 9 :]
    site = _site(walk, node)._replace(values=tuple(walk.read(name, node) for name in names))
    scanned = int(site.get("num_scan_inputs", 0))
    values = [value for value in site.values if value is not None]
    if not 0 < scanned <= len(names) == len(values) == len(site.get("body").input):
        refuse("E702", f"`{node.title}` has a body that takes another number of tensors")
    states, over = values[: len(names) - scanned], values[len(names) - scanned :]
    lead = int(walk.opset < 9)
    axes = _axes(site, "scan_input_axes", [len(value.shape) for value in over], lead)
    if site.is_open or axes is None:
        return False
    lengths = {value.shape[axis] for value, axis in zip(over, axes, strict=True)}
    examples = {value.shape[:lead] for value in values}
    if len(lengths) != 1 or len(examples) != 1:
        refuse("E703", f"`{node.title}` goes along axes of different lengths")

    def feed(now: Sequence[Value]) -> list[Value]:
        steps = []
        for value, axis in zip(over, axes, strict=True):
            shape = (*value.shape[lead:axis], *value.shape[axis + 1 :])
            steps.append(_part(walk, site, (value, shape), "step"))
        return [*now, *steps]

    starts = [_part(walk, site, (value, value.shape[lead:]), "state") for value in states]
    body = Body(site, starts, feed, 0, depth)
    if not body.is_sound:
        refuse("E702", f"`{node.title}` has a body that gives another number of tensors")
    with names_of(walk, body.graph), undone_by(walk, SpecError, _OtherError) as done:
        _give_scan(walk, body, (*examples.pop(), *lengths))
    return done[0] or _uncounted(walk, body)


def _site(walk: Walk, node: Node) -> Site:
    """A node without what its body reads, which is read with it."""
    values = (None if name in walk.lists else walk.read(name, node) for name in node.inputs)
    return Site(node, tuple(values), walk.opset)


def _axes(site: Site, name: str, ranks: Sequence[int], lead: int) -> list[int] | None:
    """The axes that a scan goes along, or makes; None where there are no such."""
    given_axes = tuple(site.get(name) or ()) if not lead else ()
    axes = given_axes or (lead,) * len(ranks)
    if len(axes) != len(ranks):
        return None
    both = [*zip(axes, ranks, strict=True)]
    return [axis % rank for axis, rank in both] if all(-r <= a < r for a, r in both) else None


def _part(walk: Walk, site: Site, told: tuple[Value, Shape], name: str) -> Value:
    """A part of a tensor that one round takes, of which no number is known."""
    value, shape = told
    if value.is_static or shape == value.shape:
        return value._replace(shape=shape, told=None if is_set(value) else value.told)
    with groups_of_body(walk, site.node):
        made = walk.drafts.place(site, whole(site, shape, (value,), name))
    return made._replace(dtype=value.dtype)


def _alike(walk: Walk, body: Body) -> Round:
    """One round that stands for all: what it carries has the same shape before and after.

    A state that starts as a constant and becomes what depends on the input is a layer of its own.
    """
    length = len(walk.drafts.found)
    moving: set[int] = set()
    while True:
        with groups_of_body(walk, body.site.node):
            before = [
                _state(walk, body.site, one, is_moving=at in moving)
                for at, one in enumerate(body.states)
            ]
            fed = body.feed(before)
            start = len(walk.drafts.found)
            names = [one.name for one in body.graph.input]
            found = run_body(
                walk, body.graph, body.depth, [*zip(names, map(Given, fed), strict=True)]
            )
        one = Round(before, found[body.first :], start)
        pairs = enumerate(zip(before, one.after, strict=True))
        moved = {at for at, (old, new) in pairs if old.is_static and new.depends}
        if not moved:
            return one
        moving = moving | moved if not moving else set(range(len(before)))
        walk.drafts.forget(length)


def _state(walk: Walk, site: Site, value: Value, *, is_moving: bool) -> Value:
    """What a body carries from round to round, of which no number is known.

    Where it starts with zeros nothing was learned.
    """
    if value.is_open:
        raise _OtherError
    value = value if is_set(value) else value._replace(sources=())
    if not is_moving or not value.is_static:
        return value._replace(told=None)
    made = whole(site, value.shape, (value,), "state")
    return walk.drafts.place(site, made)._replace(dtype=value.dtype)


def _same(walk: Walk, body: Body, rounds: int) -> Round:
    """One round that is as all others are, its layers saying how many there are."""
    one = _alike(walk, body)
    changed = (
        new.value is None or new.value.shape != old.shape
        for old, new in zip(one.before, one.after, strict=True)
    )
    is_open = any(draft.made.is_open for draft in walk.drafts.found[one.start :])
    if is_open or any(changed) or not all(each.is_known for each in one.found):
        raise _OtherError
    wrap(walk, one.start, rounds)
    return one


def _give_loop(walk: Walk, body: Body, rounds: int) -> None:
    go = {*(one.name for one in body.graph.output[:1])}
    one = _same(walk, body, rounds)
    told = [value.numbers for name in go if (value := walk.values.get(name)) is not None]
    if not all(numbers and numbers[0] for numbers in told) or not told:
        raise _OtherError
    stacked = [
        _stacked(walk, body.site, [value], (rounds, *value.shape)) for value in _values(one.others)
    ]
    _give(walk, body.site.node, [*_values(one.after), *stacked])


def _give_scan(walk: Walk, body: Body, over: Shape) -> None:
    one = _same(walk, body, prod(over))
    site, lead = body.site, over[:-1]
    given_axes = _axes(
        site,
        "scan_output_axes",
        [len(v.shape) + 1 + len(lead) for v in _values(one.others)],
        len(lead),
    )
    if given_axes is None:
        raise _OtherError
    states = [
        _stacked(walk, site, [value], (*lead, *value.shape)) if lead else value
        for value in _values(one.after)
    ]
    rows = []
    for value, axis in zip(_values(one.others), given_axes, strict=True):
        full = (*lead, *value.shape)
        rows.append(_stacked(walk, site, [value], (*full[:axis], over[-1], *full[axis:])))
    _give(walk, site.node, [*states, *rows])


def _values(each: Sequence[Given]) -> list[Value]:
    return [one.value for one in each if one.value is not None]


def _give(walk: Walk, node: Node, values: Sequence[Value]) -> None:
    """Put what a body gives under the names of its node's outputs, no number of it known."""
    walk.give(node, [value._replace(told=None) for value in values])


def _one_by_one(walk: Walk, body: Body, carried: Sequence[Given], rounds: int) -> None:
    """Read a body round by round, until it has run as often or says that it is done."""
    names = [one.name for one in body.graph.input]
    states, rows = len(carried), []
    for turn in range(rounds):
        walk.iterations += 1
        if walk.iterations > MOST_ROUNDS:
            raise _OtherError
        fed = [Given(of_numbers(turn, "int64")), Given(of_numbers(1, "bool")), *carried]
        with groups_of_body(walk, body.site.node, str(turn + 1)):
            told, *found = run_body(walk, body.graph, body.depth, [*zip(names, fed, strict=True)])
        carried, others = found[:states], found[states:]
        rows.append(_values(others))
        go = told.value.numbers if told.value is not None else None
        if not go:
            raise _OtherError
        if not go[0]:
            break
    outputs = body.site.node.outputs
    for name, one in zip(outputs, carried, strict=False):
        put(walk, name, one)
    for name, *column in zip(outputs[states:], *rows, strict=False):
        if len({value.shape for value in column}) != 1 or any(one.is_open for one in column):
            raise _OtherError
        shape = (len(column), *column[0].shape)
        stacked = _stacked(walk, body.site, column, shape)
        walk.give(body.site.node._replace(outputs=(name,)), [stacked])


def _stacked(walk: Walk, site: Site, parts: Sequence[Value], shape: Shape) -> Value:
    """What a body gives in every round, side by side."""
    first = parts[0]
    if all(value.is_static for value in parts):
        sources = tuple(dict.fromkeys(name for value in parts for name in value.sources))
        return Value("", shape, first.dtype, sources=sources)
    with groups_of_body(walk, site.node):
        return walk.drafts.place(site, whole(site, shape, parts))._replace(dtype=first.dtype)


def _uncounted(walk: Walk, body: Body) -> bool:
    """A loop of which nobody knows how often it runs: one layer, with all that its body holds."""
    length = len(walk.drafts.found)
    with names_of(walk, body.graph), undone_by(walk, SpecError, _OtherError) as done:
        one = _alike(walk, body)
        drafts = walk.drafts.found[length:]
        is_free = not walk.drafts.macs(length) and all(draft.op.is_counted for draft in drafts)
        names = sorted(frozenset[str]().union(*(draft.names for draft in drafts)))
        held = kept_names(walk, body.graph, names)
        shapes = [
            new.shape if (new := each.value) is not None and new.shape == old.shape else None
            for old, each in zip(one.before, one.after, strict=True)
        ]
        walk.drafts.forget(length)
    if not done[0]:
        return False
    site, is_first = walk.site(body.site.node), True
    for name, shape in zip_longest(site.node.outputs, shapes[: len(site.node.outputs)]):
        if not name:
            continue
        made = foreign(
            site, shape or (), is_counted=is_free or not is_first,
            holds=held if is_first else (), is_open=shape is None,
        )  # fmt: skip
        value = walk.drafts.place(site, made)
        walk.give(site.node._replace(outputs=(name,)), [value])
        is_first = False
    return True
