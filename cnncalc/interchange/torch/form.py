"""What makes two groups one class: the same modules under the same names, wired alike."""

from collections.abc import Callable, Mapping
from typing import Any

from cnncalc.interchange.scopes import Group, Leaf, Place, outside
from cnncalc.interchange.terms.call import JOINS, MODULES, Call, Join
from cnncalc.ops.reshape import Flatten


def call_of(leaf: Leaf) -> Call | None:
    """The module of a layer; None where it joins branches."""
    kind = type(leaf.layer.op)
    return None if kind in JOINS else MODULES[kind](leaf.layer.op, leaf.layer)


def join_of(leaf: Leaf) -> Join:
    """What joins the branches of a layer that does."""
    return JOINS[type(leaf.layer.op)](leaf.layer.op, leaf.layer)


def given(place: Place) -> str:
    """The tensor that a layer or a group gives."""
    return place.layer.name if isinstance(place, Leaf) else place.result


def read(place: Place) -> list[str]:
    """The tensors that it reads from outside, each once, in order."""
    if isinstance(place, Leaf):
        return list(dict.fromkeys(place.layer.inputs))
    return outside(place)


def is_chain(group: Group) -> bool:
    """Whether each member reads what the one before it gives, and nothing else."""
    flowing = read(group)
    if len(flowing) != 1 or given(group.children[-1]) != group.result:
        return False
    x = flowing[0]
    for child in group.children:
        if (
            child.twin is not None
            or read(child) != [x]
            or (isinstance(child, Leaf) and not takes_one(child))
        ):
            return False
        x = given(child)
    return True


def takes_one(leaf: Leaf) -> bool:
    """Whether a layer is a module that is called with one tensor, once."""
    return call_of(leaf) is not None and len(leaf.layer.inputs) == 1


def is_inline(group: Group) -> bool:
    """Whether a labelled group is a mere sequence, which needs no class of its own."""
    return group.block is None and is_chain(group)


def wiring(group: Group, same: Mapping[str, str] | None = None) -> Callable[[str], str]:
    """Names for the tensors in a group that mean the same in every group of its class."""
    places = {name: f"outside {n}" for n, name in enumerate(read(group))}
    places |= {given(child): child.label for child in group.children}
    same = same or {}
    return lambda name: places[same.get(name, name)]


def member(place: Place, tensors: Callable[[str], str]) -> Any:
    """What a member of a class is, but for the values of its arguments."""
    if place.twin is not None:
        return (place.label, place.twin.label, tuple(map(tensors, read(place))))
    if isinstance(place, Group):
        inputs = tuple(map(tensors, read(place)))
        return (place.label, form(place), inputs)
    call = call_of(place)
    keywords = tuple(one.keyword for one in call.arguments) if call else join_of(place)
    is_flat = isinstance(place.layer.op, Flatten)
    name = call.name if call else is_flat
    return (place.label, name, keywords, tuple(map(tensors, place.layer.inputs)))


def form(group: Group) -> Any:
    """The form of a group; groups of one form are one class."""
    tensors = wiring(group)
    members = tuple(member(child, tensors) for child in group.children)
    return (group.block, len(read(group)), tensors(group.result), members)


def optional(full: Group, other: Group) -> Place | None:
    """The member that the one group has and the other lacks, being the identity there."""
    if full.block is None or full.block != other.block:
        return None
    for child in full.children:
        inputs = read(child)
        if len(inputs) != 1 or len(full.children) != len(other.children) + 1:
            continue
        tensors = wiring(full, {given(child): inputs[0]})
        rest = tuple(member(one, tensors) for one in full.children if one is not child)
        result = tensors(full.result)
        if (full.block, len(read(full)), result, rest) == form(other):
            return child
    return None
