"""Choices between two graphs. Source: ONNX operator If, opset 25."""

from collections.abc import Iterator
from typing import Any

from cnncalc.diagnostics import SpecError
from cnncalc.interchange.onnx.read.bodies import (
    Given,
    group_of,
    groups_of_body,
    names_of,
    put,
    run_body,
    undone_by,
    whole,
)
from cnncalc.interchange.onnx.read.walk import Walk
from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.onnx_model.values import Node, Site, Value
from cnncalc.interchange.terms.made import foreign

BRANCHES = ("then_branch", "else_branch")


def choice(walk: Walk, node: Node, depth: int) -> bool:
    """Read the branch that is known to be taken, or else both: each counts, and one runs."""
    branches: list[Any] = [node.attributes.get(name) for name in BRANCHES]
    if None in branches or any(len(one.output) != len(node.outputs) for one in branches):
        refuse("E702", f"`{node.title}` lacks one of its branches, or what they give")
    site = Site(node, tuple(walk.read(name, node) for name in node.inputs), walk.opset)
    told = site.numbers(0)
    if told:
        taken = branches[not told[0]]
        with names_of(walk, taken):
            found = run_body(walk, taken, depth)
        for name, one in zip(node.outputs, found, strict=True):
            _check(site, name, one)
            put(walk, name, one)
        return True
    start = len(walk.drafts.found)
    with undone_by(walk, SpecError) as done:
        both = [_branch(walk, node, name, depth) for name in BRANCHES]
        if walk.drafts.counts(start):
            walk.choices.append(".".join(group_of(walk, node)))
        with groups_of_body(walk, node):
            _join(walk, site, *both)
    return done[0]


def _branch(walk: Walk, node: Node, name: str, depth: int) -> list[Given]:
    body = node.attributes[name]
    with groups_of_body(walk, node, name.partition("_")[0]), names_of(walk, body):
        return run_body(walk, body, depth)


def _check(site: Site, name: str, one: Given) -> None:
    if name and one.value is None and one.parts is None:
        refuse("E702", f"a branch of `{site.title}` gives nothing as `{name}`")


def _join(walk: Walk, site: Site, first: list[Given], second: list[Given]) -> None:
    """Put what two branches give under the names of the node's outputs."""
    for name, one, other in zip(site.node.outputs, first, second, strict=True):
        _check(site, name, one)
        _check(site, name, other)
        if one.parts is not None or other.parts is not None:
            lists = (one.parts or (), other.parts or ())
            if len(lists[0]) != len(lists[1]) or None in (one.parts, other.parts):
                refuse("E703", f"the branches of `{site.title}` give lists of other lengths")
            pairs = zip(*lists, strict=True)
            walk.lists[name] = [_joined(walk, site, *pair) for pair in pairs]
        elif one.value is not None and other.value is not None:
            walk.give(
                site.node._replace(outputs=(name,)), [_joined(walk, site, one.value, other.value)]
            )


def _joined(walk: Walk, site: Site, one: Value, other: Value) -> Value:
    """What is one or the other; its shape is known where both have the same."""
    reads = (*site.values, one, other)
    shape = one.shape if one.shape == other.shape else None
    is_open = shape is None or one.is_open or other.is_open
    read = [value for value in reads if value is not None]
    if all(value.is_static for value in read):
        sources = tuple(dict.fromkeys((*one.sources, *other.sources)))
        return Value("", () if is_open else one.shape, one.dtype, sources=sources, is_open=is_open)
    if is_open:
        made = foreign(site, (), is_open=True, holds=())
        active = tuple(value for value in read if not value.is_static)
        return walk.drafts.place(site, made._replace(reads=active))._replace(dtype=one.dtype)
    return walk.drafts.place(site, whole(site, one.shape, read))._replace(dtype=one.dtype)


def choices_noted(walk: Walk) -> Iterator[str]:
    """What is to be said of choices of which both sides count."""
    if len(walk.choices) == 1:
        yield f"both branches of `{walk.choices[0]}` are counted, of which one runs"
    elif walk.choices:
        yield f"both branches of {len(walk.choices):,} choices (If) are counted, of each one runs"
