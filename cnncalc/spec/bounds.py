"""How much a spec may ask for: a pull request's spec is hostile input."""

from collections.abc import Iterable

from cnncalc.diagnostics import (
    LONGEST,
    Diagnostic,
    Fix,
    Note,
    Remedy,
    Span,
    closest,
    rename,
    shortened,
)
from cnncalc.records import Record


class Bounds(Record):
    """How large a file and its networks may be.

    Attributes:
        file_bytes: bytes of the file.
        nesting: levels of its YAML.
        nodes: nodes of its YAML, every alias put in.
        layers: layers of its networks, all variants together.
        steps: work on reading the file and on expanding its networks; the prices stand below.
        faults: faults that are told of one file.
        comparisons: pairs of characters compared in looking for close names.
        phases: work on receptive fields of several phases, in all networks together.
        lifted_by: what a user can do to lift the bounds, or None.
    """

    file_bytes: int
    nesting: int
    nodes: int
    layers: int
    steps: int
    faults: int
    comparisons: int
    phases: int
    lifted_by: str | None = None

    def hint(self, remedy: str) -> str:
        """A remedy against a bound, and how to lift it where that can be done."""
        return f"{remedy}, or {self.lifted_by}" if self.lifted_by else remedy


WIDE = Bounds(
    file_bytes=1_048_576,  # the longest bundled spec has 3 KB
    nesting=64,  # the deepest bundled spec has 8
    nodes=200_000,
    layers=1_000_000,
    steps=30_000_000,
    faults=1_000,
    comparisons=1_000_000,
    phases=2_000_000,
)
"""For one's own specs: some seconds and some hundred megabytes for the largest network."""

TIGHT = WIDE._replace(
    nodes=40_000,
    layers=20_000,
    steps=300_000,
    comparisons=400_000,
    phases=100_000,
    lifted_by="pass `--trusted`",
)
"""For anyone's specs: whatever stands in a file, it is done within a second or two."""


# Prices, in steps: each takes some four microseconds, most of what they stand for less.

LINE_STEPS = 1
"""A line of a body, beside its node of the tree."""

ARGUMENT_STEPS = 1
"""An argument of a line."""


def reading_steps(nodes: int, characters: int) -> int:
    """An expression that is parsed."""
    return 12 + 2 * nodes // 3 + characters // 8


NODES_A_STEP = 4
"""Nodes of expressions that are evaluated, or values of lists that are looked at."""

EXPANSION_STEPS = 100
"""A network that is expanded at all, and looked over afterwards."""

FACT_STEPS = 12
"""A stated number that it is held to, and what may be said of that."""

PARAMETER_STEPS = 10
"""A parameter of a block, and what may be said of it."""

ROUND_STEPS = 8
"""A round of a repeat, beside the statements in it."""

CALL_STEPS = 2
"""A call of a block, beside its parameters."""

GROUP_STEPS = 1
"""A group that is opened, beside its name."""

LAYER_STEPS = 3
"""A layer, beside each tensor that it reads, and its name; what is said of it included."""

MOVE_STEPS = 10
"""A run of a label by `share`, in each that repeats it: what it names is looked up through all."""

OP_STEPS = 12
"""A layer like which there is none yet."""


def name_steps(path: str) -> int:
    """The dotted name of a layer or group."""
    return len(path) >> 4


class StopError(Exception):
    """No sense in going on with a file, or with one of its networks.

    Attributes:
        fault: the reason; None when there are too many faults already.
    """

    def __init__(self, fault: Diagnostic | None) -> None:
        super().__init__("" if fault is None else fault.message)
        self.fault = fault


class Allowance:
    """What is left of some bounds, while one file is read and its networks are expanded."""

    def __init__(self, bounds: Bounds = WIDE) -> None:
        self.bounds = bounds
        self.steps = bounds.steps
        self.layers = bounds.layers
        self.faults = bounds.faults
        self.comparisons = bounds.comparisons

    @property
    def is_spent(self) -> bool:
        """Whether there is nothing left to read or expand anything with."""
        return min(self.steps, self.layers, self.faults) <= 0

    def take(self, steps: int, span: Span) -> None:
        """Pay for reading a part of the file.

        Raises:
            StopError: it takes too long.
        """
        self.steps -= steps
        if self.steps < 0:
            raise StopError(self.too_much_to_read(span))

    def too_much_to_read(self, span: Span) -> Diagnostic:
        """The fault of a file that takes too many steps to read."""
        message = f"reading the spec takes more than {self.bounds.steps:,} steps"
        return Diagnostic("E501", message, span, (), self.bounds.hint("split the file"))

    def too_much_to_expand(self, layers: int, span: Span, notes: tuple[Note, ...]) -> Diagnostic:
        """The fault of a network that takes too many layers, or else too many steps."""
        bounds = self.bounds
        if layers <= self.layers:
            message = f"expanding the spec takes more than {bounds.steps:,} steps"
        elif self.layers == bounds.layers:
            message = f"the network has more than {bounds.layers:,} layers"
        else:
            message = f"the networks of this file have more than {bounds.layers:,} layers in all"
        return Diagnostic("E504", message, span, notes, bounds.hint("lower the repeats"))


class Faults(list[Diagnostic]):
    """Faults as they are found: not more than are told, none longer than anyone would read."""

    def __init__(self, allowance: Allowance, known: Iterable[Diagnostic] = ()) -> None:
        super().__init__(known)
        self.allowance = allowance

    def append(self, fault: Diagnostic) -> None:
        """Add a fault.

        Raises:
            StopError: there are too many of them.
        """
        self.allowance.faults -= 1
        if self.allowance.faults < 0:
            raise StopError(None)
        super().append(_clipped(fault))

    def extend(self, faults: Iterable[Diagnostic]) -> None:
        for fault in faults:
            self.append(fault)

    def append_last(self, fault: Diagnostic) -> None:
        """Add the fault that ends it all, however many there are."""
        super().append(_clipped(fault))

    def did_you_mean(
        self, name: str, known: Iterable[str], span: Span | None = None, text: str | None = None
    ) -> Remedy | None:
        """A remedy naming the closest known name, as long as looking for it is allowed.

        With the place of the name, or of a text that has it, the remedy is an edit.
        """
        near = self.closest(name, known)
        return rename(name, near, span, text) if near else None

    def closest(self, name: str, known: Iterable[str]) -> str | None:
        """The known name that `name` most likely means, or None."""
        if len(name) > LONGEST_COMPARED:
            return None
        candidates = []
        left = self.allowance.comparisons
        for other in known:
            left -= 8 + len(name) * min(len(other), LONGEST_COMPARED)
            if left < 0:
                break
            if len(other) <= LONGEST_COMPARED and other != name:
                candidates.append(other)
        self.allowance.comparisons = left
        return closest(name, candidates) if candidates else None


class gathered:  # noqa: N801 - a context manager, used like a function
    """Gather faults within the bounds and add them to a list, whatever stops it."""

    def __init__(self, faults: list[Diagnostic], allowance: Allowance) -> None:
        self.faults = faults
        self.own = Faults(allowance, faults)

    def __enter__(self) -> Faults:
        return self.own

    def __exit__(self, _kind: object, stop: BaseException | None, _trace: object) -> bool:
        if isinstance(stop, StopError) and stop.fault is not None:
            self.own.append_last(stop.fault)
        self.faults[:] = self.own
        return isinstance(stop, StopError)


LONGEST_COMPARED = 32
"""Characters of a name beyond which no close one is looked for."""

LONGEST_NAME = 200
"""Characters of whatever a spec gives a name to."""


def _clipped(fault: Diagnostic) -> Diagnostic:
    texts = [fault.message, fault.hint or "", *(note.text for note in fault.notes)]
    if max(map(len, texts)) <= LONGEST:
        return fault
    notes = tuple(Note(shortened(note.text), note.span) for note in fault.notes)
    remedy = fault.remedy
    if isinstance(remedy, Fix):
        remedy = remedy._replace(words=shortened(remedy.words))
    elif remedy is not None:
        remedy = shortened(remedy)
    return fault._replace(message=shortened(fault.message), notes=notes, remedy=remedy)
