"""The classes of a file, and what all who write them share."""

from collections.abc import Callable, Mapping
from keyword import iskeyword
from string import digits
from typing import Any

from cnncalc.interchange.scopes import Group, Place
from cnncalc.interchange.torch.helpers import HELPERS
from cnncalc.interchange.torch.hints import Hints
from cnncalc.interchange.torch.names import CLASSES, spelt
from cnncalc.ops.values import Shape

Use = tuple[int, Place]
"""A member of one of the groups that a class stands for, and the group's number."""


class Parameter:
    """A parameter of a class: its name, its value in each group, its default.

    `tensor` is the place of the tensor whose channels it is, among those that enter; else None.
    """

    def __init__(
        self, name: str, values: list[Any], default: Any = ..., tensor: int | None = None
    ) -> None:
        self.name = name
        self.values = values
        self.default = default
        self.tensor = tensor


class Class:
    """One class of the file.

    Attributes:
        name: what it is called.
        parameters: those that its code uses, the required ones first.
        lines: its code.
        numbers: for the identity of each group, the group's number.
    """

    def __init__(self, name: str, numbers: dict[int, int]) -> None:
        self.name = name
        self.parameters: list[Parameter] = []
        self.lines: list[str] = []
        self.numbers = numbers


class File:
    """A file of classes while it is written.

    Attributes:
        shapes: the shape of every tensor.
        hints: what is known of the spec.
        class_of: gives the class of a group, which is made when it is first asked for.
        helpers: the classes of ours that the code needs, in order.
        classes: those that are written, each behind those that it needs.
    """

    def __init__(
        self, shapes: Mapping[str, Shape], hints: Hints, class_of: Callable[[Group], Class]
    ) -> None:
        self.shapes = shapes
        self.hints = hints
        self.class_of = class_of
        self.helpers: dict[str, None] = {}
        self.classes: list[Class] = []
        self.names: set[str] = {*CLASSES, *HELPERS}
        for parameters in hints.parameters.values():
            # A class is called within others, where a parameter of its name would hide it.
            self.names.update(one.name for one in parameters)

    def class_name(self, group: Group) -> str:
        """A new name, after the block or the label."""
        return self.free_name(group.block or group.label.rstrip(digits) or "block")

    def free_name(self, text: str) -> str:
        """`conv_bn` as `ConvBn`, with a number behind it when that is taken."""
        words = spelt(text, " ").replace("_", " ").split()
        name = "".join(word[:1].upper() + word[1:] for word in words)
        name = name if name.isidentifier() and not iskeyword(name) else f"Net{name}"
        ordinal, found = 1, name
        while found in self.names:
            ordinal += 1
            found = f"{name}{ordinal}"
        self.names.add(found)
        return found
