"""The receptive field of every layer: which part of the input an output can see."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cnncalc.analysis.field import MOST_WORK, Views, WorkLimit, is_moving
from cnncalc.analysis.field_steps import FieldMemo, Steps
from cnncalc.graph import Graph, Layer
from cnncalc.ops.attention import WindowAttention
from cnncalc.ops.footprint import Lanes, Reach
from cnncalc.ops.merge import Broadcast, Concat
from cnncalc.ops.values import Shape
from cnncalc.records import Record

if TYPE_CHECKING:
    from cnncalc.analysis.channels import Runs


class FieldMap(Record):
    """The fields of a graph's layers, and the merges whose branches are misaligned.

    Attributes:
        views: what every layer sees, by its name.
        misaligned: the layers whose branches differ in the stride or centre of what they see by
            more than `analysis.misalignment` lets pass.
        ungated: the same as `views` without gates: branches that see the whole input wherever
            they are, as squeeze-and-excitation does, and meet others that do not. Without a gate
            it is `views` itself.
        gates: the layers in which gates meet the others.
    """

    views: Mapping[str, Views]
    misaligned: tuple[str, ...]
    ungated: Mapping[str, Views]
    gates: tuple[str, ...] = ()

    def last_map(self, layers: Sequence[Layer]) -> str | None:
        """The last layer whose outputs see different places; None when all see the same."""
        for layer in reversed(layers):
            if is_moving(self.ungated[layer.name]):
                return layer.name
        return None


def receptive_fields(
    graph: Graph,
    layers: Sequence[Layer],
    limit: WorkLimit | int = MOST_WORK,
    memo: FieldMemo | None = None,
) -> FieldMap:
    """What every layer sees of every input, by the layer's name.

    Fields of several phases are told as long as `limit` lasts, which several graphs may share, as
    they may share a memo of what is known.
    """
    shared = WorkLimit(limit) if isinstance(limit, int) else limit
    memo = FieldMemo() if memo is None else memo
    walk = _walked(_Walk(graph, shared, memo), layers)
    ungated = _walked(_Walk(graph, shared, memo, has_gates=False), layers) if walk.gates else walk
    apart: tuple[str, ...] = ()
    if walk.misaligned:
        from cnncalc.analysis.misalignment import far_apart  # noqa: PLC0415 - most have none

        apart = far_apart(layers, set(walk.misaligned), walk.views)
    return FieldMap(walk.views, apart, ungated.views, tuple(dict.fromkeys(ungated.gates)))


def _walked(walk: "_Walk", layers: Sequence[Layer]) -> "_Walk":
    for layer in layers:
        walk.add(layer)
    return walk


class _Walk:
    """The fields so far. Equal steps are taken once: deep networks repeat few."""

    def __init__(
        self, graph: Graph, limit: WorkLimit, memo: FieldMemo, *, has_gates: bool = True
    ) -> None:
        self.limit = limit
        self.memo = memo
        self.steps = Steps(graph.inputs, limit, memo, has_gates=has_gates)
        self.views: dict[str, Views] = {
            name: memo.input(name, shape) for name, shape in graph.inputs.items()
        }
        # Where not all channels see alike: `views` has the hull of them.
        self.runs: dict[str, Runs] = {}
        self.misaligned: list[str] = []
        self.gates: list[str] = []
        self.windowed: set[str] = set()
        self.reaches_apart: dict[tuple[int, tuple[Shape, ...]], Sequence[Reach] | None] = {}

    def add(self, layer: Layer) -> None:
        views = self.views
        if not layer.inputs:
            views[layer.name] = {}  # what is computed from weights alone sees nothing
            return
        if len(layer.inputs) == 1 and not self.runs and not self.windowed:
            op, seen = layer.op, views[layer.inputs[0]]  # most layers of most networks
            if not isinstance(op, WindowAttention):
                views[layer.name] = seen if op.stays_in_place else self.past(layer, seen)
                return
        if isinstance(layer.op, WindowAttention) or not self.windowed.isdisjoint(layer.inputs):
            self.windowed.add(layer.name)
        seen, runs = self.met(layer) if len(layer.inputs) > 1 else self.read(layer)
        if not layer.op.stays_in_place and self.apart(layer) is None:
            seen = self.past(layer, seen)
            if runs is not None:
                runs = tuple([(stop, self.past(layer, each)) for stop, each in runs])
        views[layer.name] = seen
        if runs is not None:
            self.keep(layer, runs)

    def apart(self, layer: Layer) -> Sequence[Reach] | None:
        """What an op reads of each of its inputs, where that differs."""
        if len(layer.inputs) == 1:
            return None
        key = (id(layer.op), layer.input_shapes)
        if key not in self.reaches_apart:
            reaches = layer.op.reaches(layer.input_shapes)
            self.reaches_apart[key] = reaches and [self.memo.reach(one) for one in reaches]
        return self.reaches_apart[key]

    def read(self, layer: Layer) -> "tuple[Views, Runs | None]":
        """What a layer reads of its only input: all of it together, and by runs of channels."""
        name = layer.inputs[0]
        runs = self.led_runs(layer, self.runs[name]) if name in self.runs else None
        if runs is None:
            return self.views[name], None
        return self.steps.union([views for _, views in runs]), runs

    def met(self, layer: Layer) -> "tuple[Views, Runs | None]":
        """What a layer reads of its inputs, likewise."""
        branches = [self.views[name] for name in layer.inputs]
        is_one = all(branch is branches[0] for branch in branches)
        is_one = is_one and self.apart(layer) is None
        runs = self.met_runs(layer, is_one=is_one)
        if is_one:
            return branches[0], runs
        if runs is None or _stacks(layer):
            return self.meet(branches, layer), runs
        return self.steps.union([views for _, views in runs]), runs

    def keep(self, layer: Layer, runs: "Runs") -> None:
        """Note what the channels of a layer see, if they do not all see alike."""
        if len(runs) > 1:
            self.runs[layer.name] = runs
        else:
            self.views[layer.name] = runs[0][1]

    def met_runs(self, layer: Layer, *, is_one: bool) -> "Runs | None":
        """The runs of channels of a layer with several inputs; None where all see alike."""
        if not (_stacks(layer) and not is_one) and not any(
            name in self.runs for name in layer.inputs
        ):
            return None
        from cnncalc.analysis.channels import (  # noqa: PLC0415 - a chain has no use for it
            MOST_RUNS,
            aligned,
            stacked,
        )

        parts = [
            self.runs.get(name) or ((shape[0], self.views[name]),)
            for name, shape in zip(layer.inputs, layer.input_shapes, strict=True)
        ]
        channels = layer.output_shape[0]
        if not self.limit.affords(sum(map(len, parts))):
            return None
        if _stacks(layer):
            shapes = layer.input_shapes
            runs = stacked((shape[0], one) for shape, one in zip(shapes, parts, strict=True))
            return runs if 1 < len(runs) <= MOST_RUNS else None
        if not isinstance(layer.op, Broadcast) or any(
            one[-1][0] not in {1, channels} for one in parts
        ):
            return None
        wide = [((channels, one[0][1]),) if one[-1][0] == 1 else one for one in parts]
        cut = aligned(wide)
        if len(cut) > MOST_RUNS:
            return None
        return tuple([(stop, self.meet(seen, layer)) for stop, seen in cut])

    def led_runs(self, layer: Layer, runs: "Runs") -> "Runs | None":
        """The runs of channels that the outputs of a layer read; None where all see alike."""
        if layer.op.is_elementwise:
            return runs
        from cnncalc.analysis.channels import MOST_RUNS, led  # noqa: PLC0415 - as above

        lanes: Lanes | None = layer.op.lanes(layer.input_shapes) if layer.is_shaped else None
        if lanes is None or lanes.number * lanes.outputs != layer.output_shape[0]:
            return None
        work = lanes.number if lanes.inputs > 1 or lanes.interleaved > 1 else 1
        if not self.limit.affords(work + len(runs)):
            return None
        found = led(runs, lanes, self.steps.union)
        return found if len(found) <= MOST_RUNS else None

    def past(self, layer: Layer, seen: Views) -> Views:
        """What the layer's outputs see, from what its inputs see."""
        op, shapes = layer.op, layer.input_shapes
        key = id(seen), id(op), shapes
        known = self.memo.past.get(key)
        if known is not None:
            return known[0]
        found = self.memo.reaches_of.get(key[1:])
        if found is None:
            found = self.memo.reaches_of[key[1:]] = self.memo.reach(op.reach(shapes)), op
        behind = self.steps.led(seen, found[0])
        if self.steps.is_free:
            self.memo.past[key] = behind, seen, op
        return behind

    def meet(self, branches: Sequence[Views], layer: Layer) -> Views:
        """The hull of what branches see; misaligned branches and gates are noted."""
        shapes, output = layer.input_shapes, layer.output_shape
        reaches = self.apart(layer)
        if reaches is not None:
            branches = [self.steps.led(*one) for one in zip(branches, reaches, strict=True)]
            return self.steps.met(branches).hull
        if isinstance(layer.op, Broadcast) and any(shape[1:] != output[1:] for shape in shapes):
            pairs = zip(branches, shapes, strict=True)
            branches = [self.steps.stretched(seen, shape, output) for seen, shape in pairs]
        met = self.steps.met(branches)
        # A window has no centre that moves on: what attention saw in one is not off.
        if not met.is_aligned and layer.name not in self.windowed:
            self.misaligned.append(layer.name)
        if met.is_gated:
            self.gates.append(layer.name)
        return met.hull


def _stacks(layer: Layer) -> bool:
    """Whether the channels of its inputs stand one after the other in its output."""
    return isinstance(layer.op, Concat) and layer.op.axis == "channels" and layer.is_shaped
