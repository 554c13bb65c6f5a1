"""What one expansion knows: the layers so far, the faults, and what was paid for."""

from collections.abc import Callable, Hashable, Mapping
from itertools import chain, islice
from typing import Any

from cnncalc.diagnostics import Diagnostic, Note, Span
from cnncalc.graph import Layer
from cnncalc.ops import Op, make_op
from cnncalc.ops.values import Shape, Value
from cnncalc.spec.bounds import GROUP_STEPS, NODES_A_STEP, Allowance, Faults, StopError, name_steps
from cnncalc.spec.expansion.reporter import Reporter, history
from cnncalc.spec.expansion.scope import UNKNOWN, Frame, Scope, Tensor
from cnncalc.spec.expansion.store import Path, Store, Template
from cnncalc.spec.expressions import Evaluator, Values
from cnncalc.spec.syntax import Body, Node, Spec

DEEPEST = 100
"""Bodies within bodies, calls included."""

MOST_BRANCHES = 4
"""Branches for which it is told how they came to have their shapes."""


class Draft:
    """The network as far as it is built.

    Attributes:
        current: where new layers go: to `layers`, or to the `auxiliary` ones.
        groups: the block that opened each scope; None for a labelled group.
    """

    def __init__(self) -> None:
        self.inputs: Mapping[str, Shape] = {}
        self.layers: list[Layer] = []
        self.auxiliary: list[Layer] = []
        self.current = self.layers
        self.groups: dict[Path, str | None] = {}
        self.by_name: dict[str, Layer] = {}

    def __len__(self) -> int:
        return len(self.layers) + len(self.auxiliary)

    def groups_since(self, count: int) -> tuple[tuple[Path, str | None], ...]:
        """The groups opened since there were so many, without walking those before."""
        newest = islice(reversed(self.groups.items()), len(self.groups) - count)
        return tuple(newest)[::-1]

    def index(self) -> None:
        """Note the newest layers under their names."""
        for layer in islice(chain(self.layers, self.auxiliary), len(self.by_name), len(self)):
            self.by_name[layer.name] = layer

    def named(self, name: str) -> Layer | None:
        """The layer of that name, if there is one so far."""
        if name not in self.by_name:
            self.index()
        return self.by_name.get(name)

    def histories(self, tensors: tuple[Tensor, ...]) -> tuple[Note, ...]:
        """How the tensors came to have their shapes."""
        self.index()
        shown = tensors
        if len(tensors) > MOST_BRANCHES:  # one of each shape
            shown = tuple({tensor.shape: tensor for tensor in reversed(tensors)}.values())
        notes = (history(one, self.by_name, self.inputs) for one in shown[:MOST_BRANCHES])
        return tuple(note for note in notes if note)


class Meter:
    """What an expansion has cost so far, in the steps of `bounds`.

    Attributes:
        steps: all of them, but for those of expressions.
        paid: those of them for layers and groups.
        reading_steps: those for each tensor that a layer reads.
    """

    def __init__(self, allowance: Allowance, evaluator: Evaluator) -> None:
        self.allowance = allowance
        self.evaluator = evaluator
        self.steps = 0
        self.paid = 0
        self.reading_steps = 1

    def spent(self) -> int:
        """The steps so far."""
        return self.steps + self.evaluator.work // NODES_A_STEP


class Known:
    """What was worked out once and holds again: equal ops, callees, and expansions of calls.

    Attributes:
        store: ops of this network and of others.
        ops: those of this network, each of which it has paid for.
        fixed: those of lines that say the same in every call, by the line and what flows in.
    """

    def __init__(self, store: Store, templates: dict[Hashable, Template]) -> None:
        self.store = store
        self.ops: dict[Hashable, tuple[Op, Shape]] = {}
        self.fixed: dict[tuple[int, Shape | None], tuple[Op, Shape]] = {}
        self.callees: dict[tuple[int, Value], Node] = {}
        self.templates = templates
        self.misnamed: set[tuple[str, Value]] = set()

    def make(
        self, key: Hashable, kind: type[Op], values: Mapping[str, Value], shapes: tuple[Shape, ...]
    ) -> tuple[Op, Shape]:
        """An op that this network has not had so far, and what it gives.

        Raises:
            RejectedError: it does not take the values or the inputs.
        """
        found = self.store.ops.get(key)
        if found is None:
            found = self.store.ops[key] = make_op(kind, values, shapes)
            self.store.arguments[id(found[0])] = (kind, values)
        self.ops[key] = found
        return found


class Expansion:
    """The state of one expansion.

    Attributes:
        visitors: what each kind of node becomes.
        on_call: is told the path, the place and the parameters of every call of a block; then
            every call is expanded anew.
        readings: how often a label was read so far.
        read_last: by the name of a tensor the number of the last such reading.
        has_gaps: whether labels may be missing whose lack is no fault of their own.
    """

    def __init__(
        self,
        spec: Spec,
        values: Mapping[str, Value],
        faults: Faults,
        visitors: "Mapping[type, Visitor]",
        on_call: "CallReader | None" = None,
        store: Store | None = None,
    ) -> None:
        self.spec = spec
        self.values = values
        self.faults = faults
        self.visitors = visitors
        self.on_call = on_call
        self.report = Reporter(faults)
        self.evaluator = Evaluator()
        self.meter = Meter(faults.allowance, self.evaluator)
        self.draft = Draft()
        store = Store() if store is None else store
        self.known = Known(store, store.templates_of(spec, values))
        self.depth = 0
        self.has_gaps = False
        self.readings = 0
        self.read_last: dict[str, int] = {}
        self.has_broken = False

    def body(self, body: Body, x: Tensor | None, frame: Frame) -> Tensor:
        """Walk a body; gives the tensor of its last node."""
        if self.depth > DEEPEST:
            message = f"blocks and groups nest deeper than {DEEPEST} levels"
            raise StopError(Diagnostic("E502", message, body[0].span, frame.notes()))
        self.depth += 1
        visitors = self.visitors
        for node in body:
            x = visitors[type(node)](self, node, x, frame)
        self.depth -= 1
        self.count(len(body), body[0].span, frame)
        return UNKNOWN if x is None else x

    def visit(self, node: Node, x: Tensor | None, frame: Frame) -> Tensor:
        """The tensor of one node."""
        return self.visitors[type(node)](self, node, x, frame)

    def count(self, steps: int, span: Span, frame: Frame, *, coming: int = 0) -> None:
        """Stop a spec that grows beyond all bounds, now or with the layers to come."""
        meter = self.meter
        meter.steps += steps
        draft, allowance = self.draft, meter.allowance
        layers = len(draft.layers) + len(draft.auxiliary) + coming
        if layers > allowance.layers or meter.spent() > allowance.steps:
            raise StopError(allowance.too_much_to_expand(layers, span, frame.notes()))

    def gap(self) -> Tensor:
        """Labels may now be missing whose lack is no fault of their own."""
        if not self.has_gaps:  # what is made from now on is of this network alone
            self.known.templates = dict(self.known.templates)
        self.has_gaps = True
        return UNKNOWN


CallReader = Callable[[Path, Span, Values], None]
"""Is told the path of a call, the place of its head, and the values of its parameters."""

Visitor = Callable[[Expansion, Any, Tensor | None, Frame], Tensor]
"""Gives the tensor of a node, where some tensor, or none, flows in."""


def check_label(state: Expansion, label: str, name: str, span: Span, frame: Frame) -> bool:
    """Whether a label is free; one that is not is reported."""
    found = frame.scope.find(label) or frame.scope.find(name)
    place = found.span if found else frame.scope.taken.get(name)
    if place is not None:
        state.report.taken(name, span, place, frame)
    return place is None


def open_group(
    state: Expansion,
    name: str,
    block: str | None,
    labels: frozenset[str],
    *,
    span: Span,
    frame: Frame,
) -> Scope:
    """The scope of a new group; only that of a block cannot see the labels around it."""
    frame.scope.taken[name] = span
    scope = Scope((*frame.scope.path, name), labels, None if block else frame.scope)
    steps = GROUP_STEPS + name_steps(scope.prefix)
    state.meter.steps += steps
    state.meter.paid += steps
    state.draft.groups[scope.path] = block
    return scope
