"""Layers in a row that only move values, through more axes than a spec has, as few that have not.

Windows are cut by `reshape` and `permute` of five axes and more. Axes that stay side by side are
one to a permutation, and a part of the first of several axes that one was made of is a run of
that one: so what comes out of such a row is most often a `slice`, a `reshape`, a `permute` and a
`reshape` of four axes.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import prod
from typing import NamedTuple

from cnncalc.ops.values import Shape


class Atom:
    """A part of an axis of the tensor that a row begins with; a run of its places is taken.

    Attributes:
        size: the places that it had.
        start: the first place that is taken.
        length: how many are.
    """

    __slots__ = ("length", "size", "start")

    def __init__(self, size: int) -> None:
        self.size = self.length = size
        self.start = 0

    @property
    def is_whole(self) -> bool:
        """Whether all of it is taken."""
        return self.length == self.size


class Steps(NamedTuple):
    """What a row does: parts that are taken, then the axes, their order, and the shape at last.

    Attributes:
        parts: for axes of the source their first place and that after their last.
        axes: the shape whose axes are put in order.
        order: where each axis comes from, from 0 on.
    """

    parts: Sequence[tuple[int, int, int]]
    axes: Shape
    order: Shape


class Moved:
    """A tensor that is another one moved.

    Attributes:
        name: the source.
        shape: its shape.
    """

    def __init__(self, name: str, shape: Shape, whole: Shape) -> None:
        self.name = name
        self.shape = shape
        self.source = [[Atom(size)] for size in shape]
        self.axes = [list(axis) for axis in self.source]
        if whole != shape and not self.reshape(whole):
            raise ValueError(f"{whole} is no shape of {shape}")

    def copy(self) -> "Moved":
        """The same; what is done to it is not done to this."""
        made = Moved(self.name, self.shape, self.shape)
        twins = {id(atom): Atom(atom.size) for axis in self.source for atom in axis}
        for axis in self.source:
            for atom in axis:
                twins[id(atom)].start, twins[id(atom)].length = atom.start, atom.length
        made.source = [[twins[id(atom)] for atom in axis] for axis in self.source]
        made.axes = [[twins[id(atom)] for atom in axis] for axis in self.axes]
        return made

    @property
    def shape_now(self) -> Shape:
        """The shape of what came out so far."""
        return tuple(prod(atom.length for atom in axis) for axis in self.axes)

    def reshape(self, shape: Shape) -> bool:
        """The same values under other axes; whether the atoms can be split so."""
        atoms = [atom for axis in self.axes for atom in axis if atom.length > 1]
        found: list[list[Atom]] = []
        for size in shape:
            axis: list[Atom] = []
            left = size
            while left > 1:
                if not atoms:
                    return False
                atom = atoms.pop(0)
                if left % atom.length:
                    if atom.length % left or not atom.is_whole:
                        return False
                    atom, rest = self.split(atom, left)
                    atoms.insert(0, rest)
                axis.append(atom)
                left //= atom.length
            found.append(axis)
        self.axes = found
        return not atoms

    def split(self, atom: Atom, outer: int) -> tuple[Atom, Atom]:
        """An atom as two, the first of which has so many places."""
        pair = (Atom(outer), Atom(atom.size // outer))
        for axis in self.source:
            for place, one in enumerate(axis):
                if one is atom:
                    axis[place : place + 1] = pair
        return pair

    def permute(self, order: Shape) -> None:
        """The axes in another order."""
        self.axes = [self.axes[axis] for axis in order]

    def take(self, axis: int, start: int, stop: int) -> bool:
        """A run of places of an axis; whether that is one of the first of its atoms."""
        atoms = self.axes[axis]
        if not atoms:
            return (start, stop) == (0, 1)
        inner = prod(atom.length for atom in atoms[1:])
        if start % inner or stop % inner:
            return False
        atoms[0].start += start // inner
        atoms[0].length = (stop - start) // inner
        return True

    def steps(self, most: int) -> Steps | None:
        """What a spec says of it, with so many axes at most; None where that is not enough."""
        parts = [*self.parts()]
        if None in parts:
            return None
        inside = [atom for axis in self.source for atom in axis if atom.length > 1]
        runs: list[list[Atom]] = []
        after = {id(one): other for one, other in pairwise(inside)}
        for atom in (atom for axis in self.axes for atom in axis if atom.length > 1):
            if runs and after.get(id(runs[-1][-1])) is atom:
                runs[-1].append(atom)
            else:
                runs.append([atom])
        places = {id(atom): place for place, atom in enumerate(inside)}
        before = sorted(runs, key=lambda run: places[id(run[0])])
        if len(runs) > most:
            return None
        axes = tuple(prod(atom.length for atom in run) for run in before)
        order = tuple(next(n for n, one in enumerate(before) if one is run) for run in runs)
        return Steps([part for part in parts if part], axes, order)

    def parts(self) -> Iterator[tuple[int, int, int] | None]:
        """What is taken of each axis of the source; None where that is no run of places."""
        for place, atoms in enumerate(self.source):
            taken = [atom for atom in atoms if not atom.is_whole]
            if not taken:
                continue
            before = atoms[: atoms.index(taken[-1])]
            if any(atom.length > 1 for atom in before):
                yield None
                return
            start, inner = 0, 1
            for atom in reversed(atoms):
                start += atom.start * inner
                inner *= atom.size
            length = prod(atom.length for atom in atoms)
            yield place, start, start + length
