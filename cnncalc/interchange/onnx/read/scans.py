"""Scans: a body that runs for each step of a sequence. ONNX operator Scan, opset 25, and 8."""

from collections.abc import Sequence
from math import prod

from cnncalc.diagnostics import SpecError
from cnncalc.interchange.onnx.read.bodies import groups_of_body, names_of, undone_by, whole
from cnncalc.interchange.onnx.read.rounds import (
    Body,
    OtherError,
    give,
    same,
    side_by_side,
    site_of,
    uncounted,
    values_of,
)
from cnncalc.interchange.onnx.read.walk import Walk
from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.onnx_model.values import Node, Site, Value
from cnncalc.interchange.terms.holding import is_set
from cnncalc.ops.values import Shape


def scan(walk: Walk, node: Node, depth: int) -> bool:
    """Read the body of a scan once, for each step of the sequence.

    Before opset 9 its first input were lengths, and it ran for every example of a batch in front.
    """
    names = node.inputs[walk.opset < 9 :]
    site = site_of(walk, node)._replace(values=tuple(walk.read(name, node) for name in names))
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
    with names_of(walk, body.graph), undone_by(walk, SpecError, OtherError) as done:
        _give_scan(walk, body, (*examples.pop(), *lengths))
    return done[0] or uncounted(walk, body)


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


def _give_scan(walk: Walk, body: Body, over: Shape) -> None:
    one = same(walk, body, prod(over))
    site, lead = body.site, over[:-1]
    given_axes = _axes(
        site,
        "scan_output_axes",
        [len(v.shape) + 1 + len(lead) for v in values_of(one.others)],
        len(lead),
    )
    if given_axes is None:
        raise OtherError
    states = [
        side_by_side(walk, site, [value], (*lead, *value.shape)) if lead else value
        for value in values_of(one.after)
    ]
    rows = []
    for value, axis in zip(values_of(one.others), given_axes, strict=True):
        full = (*lead, *value.shape)
        rows.append(side_by_side(walk, site, [value], (*full[:axis], over[-1], *full[axis:])))
    give(walk, site.node, [*states, *rows])
