"""Every predicted number of a network held against a run of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from cnncalc.analysis.conventions import BYTES_PER_VALUE, Basis
from cnncalc.analysis.summary import Row, Summary, summarize
from cnncalc.engine.attended import SUMS, summed
from cnncalc.engine.base import DEFINITIONS, Array
from cnncalc.engine.count import PRODUCTS, smallest_scale, tally
from cnncalc.engine.execute import LayerError, Step, execute
from cnncalc.engine.field import Measured, measure_fields
from cnncalc.engine.overflow import may_overflow
from cnncalc.engine.reach import Axis
from cnncalc.engine.weights import Tensors, initial_inputs, initial_weights
from cnncalc.graph import Graph, Layer
from cnncalc.records import Record
from cnncalc.shown import Shown

BOUNDS = {"float32": 1e-5, "float64": 1e-12}
"""How far a kernel may be from the definition, relative to the magnitudes that it adds up."""

CHANNELS = 4
"""Channels of a pool that are compared with its definition, spread over all of them."""

Progress = Callable[[int, int], None]
"""Told how many steps are done, of how many."""


class Check(Record):
    """One predicted number and what was seen instead, or as well.

    Attributes:
        layer: the layer, or None for the whole network.
        metric: `shape`, `parameters`, `buffers`, `macs`, `product_macs`, `values`,
            `bytes`, `field`, `run`; of the network `activation_bytes` and `peak_activation_bytes`;
            of a training step `kept`, `gradient of` a tensor, `kept_bytes`, `gradient_bytes`.
        predicted: the number, or the shape.
        seen: what happened, in the same form.
        agrees: whether that is what was predicted.
        note: how it was seen, or what went wrong; None where nothing is to be said.
    """

    layer: str | None
    metric: str
    predicted: Any
    seen: Any
    agrees: bool
    note: str | None = None


class Verification(Shown):
    """All checks of a network, in the order of its layers.

    Attributes:
        graph: the network.
        seed: what its weights and inputs were drawn from.
        dtype: the type of every value.
        checks: what was held against the run.
        examples: those of the training step that was run; None where it was no training step.
        moved: how many values were moved to hold gradients against differences, of how many that
            a gradient was found of; None likewise.
        overflow: the first layer with values that are too large to be compared, or no numbers;
            what follows from them was not compared either. None where every value was.
    """

    graph: Graph
    seed: int
    dtype: str
    checks: tuple[Check, ...]
    examples: int | None = None
    moved: tuple[int, int] | None = None
    overflow: str | None = None

    def _line(self) -> str:
        wrong, every = len(self.disagreements), f"{len(self.checks):,} numbers"
        told = f"{wrong:,} of {every} disagree" if wrong else f"all {every} agree"
        left = f"; values overflow in {self.overflow}" if self.overflow else ""
        return f"{self.graph.title}: {told}{left}"

    @property
    def disagreements(self) -> tuple[Check, ...]:
        """The checks that failed."""
        return tuple(check for check in self.checks if not check.agrees)

    @property
    def agrees(self) -> bool:
        """Whether every predicted number is what happened."""
        return not self.disagreements

    def to_dict(self) -> dict[str, Any]:
        """The verification as JSON has it (schema version 1)."""
        return {
            "schema_version": 1,
            "name": self.graph.name,
            "variant": self.graph.variant,
            "input": dict(self.graph.inputs),
            "seed": self.seed,
            "dtype": self.dtype,
            **({} if self.examples is None else {"training": True, "batch": self.examples}),
            **(
                {}
                if self.moved is None
                else {"moved": dict(zip(("values", "of"), self.moved, strict=True))}
            ),
            **({} if self.overflow is None else {"overflow": self.overflow}),
            "agrees": self.agrees,
            "disagreements": len(self.disagreements),
            "checks": [check._asdict() for check in self.checks],
        }


def verify(
    graph: Graph, seed: int = 0, dtype: str = "float32", progress: Progress | None = None
) -> Verification:
    """Run a network on weights and inputs drawn from a seed, and hold every number against it.

    Raises:
        ValueError: the dtype is none that NumPy multiplies fast, or the seed is negative.
    """
    if dtype not in BOUNDS:
        raise ValueError(f"the engine computes in {' or '.join(BOUNDS)}, not in {dtype}")
    summary = summarize(graph, Basis(dtype, is_typed=True))
    axes = [
        Axis(name, place)
        for name, shape in graph.inputs.items()
        for place in range(len(shape) - 1)
    ]
    meter = _Meter(progress, len(graph.layers) + len(axes))
    tensors = initial_weights(graph, seed, dtype)
    watcher = _Watcher(summary, tensors, meter)
    found: list[Check] = []
    try:
        run = execute(graph, tensors, initial_inputs(graph, seed, dtype), watch=watcher)
        totals = summary.totals
        found += [
            Check(None, metric, predicted, seen, predicted == seen)
            for metric, predicted, seen in (
                ("activation_bytes", totals.activation_bytes, watcher.stored),
                ("peak_activation_bytes", totals.peak_activation_bytes, run.held),
            )
        ]
    except LayerError as fault:
        found.append(
            Check(fault.layer, "run", "an output", "none", agrees=False, note=fault.reason)
        )
    fields = field_checks(summary, watcher.shapes, axes, meter.advance)
    ordered = [
        check
        for layer in graph.layers
        for check in (*watcher.checks.get(layer.name, ()), *fields.get(layer.name, ()))
    ]
    return Verification(graph, seed, dtype, (*ordered, *found), overflow=watcher.overflow)


class _Meter:
    def __init__(self, progress: Progress | None, steps: int) -> None:
        self.progress = progress
        self.steps = steps
        self.done = 0

    def advance(self) -> None:
        self.done += 1
        if self.progress is not None:
            self.progress(self.done, self.steps)


class _Watcher:
    """The checks of each layer, made while its arrays are alive."""

    def __init__(self, summary: Summary, tensors: Tensors, meter: _Meter) -> None:
        self.rows = {row.layer.name: row for row in summary.rows}
        self.size = BYTES_PER_VALUE[summary.dtype]
        self.bound = BOUNDS[summary.dtype]
        self.tensors = tensors
        self.meter = meter
        self.checks: dict[str, list[Check]] = {}
        self.shapes: dict[str, tuple[int, ...]] = {}
        self.stored = 0
        self.overflow: str | None = None

    def __call__(self, step: Step) -> None:
        row = self.rows[step.layer.name]
        tensors = self.tensors[step.layer.name]
        # An output adds no bytes where it is the input, handed on.
        sources = step.inputs or tensors.values()
        is_view = any(np.may_share_memory(step.output, source) for source in sources)
        stored = 0 if is_view and not step.is_overwriting else step.output.nbytes
        self.stored += stored
        self.shapes[step.layer.name] = step.output.shape[1:]
        self.checks[step.layer.name] = [
            _check(row, "shape", row.layer.output_shape, step.output.shape[1:]),
            *_element_checks(row, own_of(step.layer, tensors)),
            *self._compared(step, _multiplication_checks(row, step, tensors, self.bound)),
            *self._compared(step, _definition_checks(row, step, self.bound)),
            _check(row, "bytes", row.stored_elements * self.size, stored),
        ]
        self.meter.advance()

    def _compared(self, step: Step, checks: Iterator[Check]) -> Iterator[Check]:
        """The checks, without those of values that are too large for their type."""
        for check in checks:
            if check.metric == "values" and not check.agrees:
                arrays = (*step.inputs, *self.tensors[step.layer.name].values())
                if may_overflow(arrays, step.output.dtype):
                    self.overflow = self.overflow or step.layer.name
                    continue
            yield check


def _check(row: Row, metric: str, predicted: Any, seen: Any) -> Check:
    return Check(row.layer.name, metric, predicted, seen, predicted == seen)


def own_of(layer: Layer, tensors: Mapping[str, Array]) -> Mapping[str, Array]:
    """The arrays that a layer holds alone; what an earlier one holds as well is left out."""
    if layer.shares is not None:
        return {}
    others = layer.op.parameters(layer.input_shapes).keys() - (layer.held_alone or ())
    return {name: array for name, array in tensors.items() if name not in others}


def _element_checks(row: Row, tensors: Mapping[str, Array]) -> Iterator[Check]:
    """The values in the arrays of weights, and in those that are kept but not trained."""
    kept = [name for name in tensors if name.startswith("running_")]
    for metric, predicted, names in (
        ("parameters", row.parameters, tensors.keys() - kept),
        ("buffers", row.buffers, kept),
    ):
        seen = sum(tensors[name].size for name in names)
        if predicted or seen:
            yield _check(row, metric, predicted, seen)


def _multiplication_checks(
    row: Row, step: Step, tensors: Mapping[str, Array], bound: float
) -> Iterator[Check]:
    """The multiplications of the definition, and its outputs against the kernel's."""
    if type(step.layer.op) in SUMS:
        found = summed(step, tensors)
        if row.macs or found.macs:
            yield _check(row, "macs", row.macs, found.macs)
        yield _check(row, "product_macs", row.product_macs, found.product_macs)
        yield _near(row, found.error, bound)
        return
    if type(step.layer.op) not in PRODUCTS:
        for metric in ("macs", "product_macs"):
            counted = getattr(row, metric)
            yield from [_check(row, metric, counted, 0)] if counted else []
        return
    try:
        told = tally(PRODUCTS[type(step.layer.op)], step, tensors)
    except (ValueError, IndexError) as fault:
        yield Check(row.layer.name, "macs", row.macs, None, agrees=False, note=str(fault))
        return
    part = None
    if told.counted < told.multiplications:
        part = f"{told.counted:,} made, the rest alike"
    yield _check(row, "macs", row.macs, told.multiplications)._replace(note=part)
    yield _near(row, told.error, bound)


def _definition_checks(row: Row, step: Step, bound: float) -> Iterator[Check]:
    """Some channels of a pool, as its definition has them."""
    op = step.layer.op
    if type(op) in PRODUCTS or type(op) not in DEFINITIONS:
        return
    channels = np.unique(np.linspace(0, step.output.shape[1] - 1, CHANNELS).astype(int))
    defined = DEFINITIONS[type(op)](op, step.inputs[0][:, channels])
    got = step.output[:, channels]
    if got.shape != defined.shape:
        return
    # A dilated window may see nothing but padding: both are -inf there.
    same = (got == defined) | (np.isnan(got) & np.isnan(defined))
    # A mean of values that cancel is as exact as their magnitudes allow.
    added = np.abs(DEFINITIONS[type(op)](op, np.abs(step.inputs[0][:, channels]))[~same])
    added = np.maximum(np.nan_to_num(added, posinf=0), smallest_scale(defined.dtype))
    apart = np.abs(got[~same] - defined[~same]) / added
    yield _near(row, float(np.nan_to_num(apart, nan=np.inf).max(initial=0)), bound)


def _near(row: Row, error: float, bound: float) -> Check:
    """Whether values are those of the definition: a relative difference, as text and in short."""
    return Check(row.layer.name, "values", f"within {bound:.0e}", f"{error:.1e}", error <= bound)


def field_checks(
    summary: Summary,
    shapes: Mapping[str, Sequence[int]],
    axes: Sequence[Axis],
    advance: Callable[[], None],
) -> dict[str, list[Check]]:
    """What every layer sees of every input, by the layer's name.

    Args:
        summary: what is predicted.
        shapes: the shape of each layer's output, as it was seen.
        axes: the axes along which rows of the inputs are moved.
        advance: called after each axis.
    """
    views = {row.layer.name: row.views for row in summary.rows}
    seen: dict[tuple[str, str], list[Measured]] = {}
    faults: dict[str, list[Check]] = {}
    for axis in axes:
        try:
            for name, measured in measure_fields(summary.graph, views, shapes, axis).items():
                seen.setdefault((name, axis.input), []).append(measured)
        except LayerError as fault:
            check = Check(fault.layer, "field", None, None, agrees=False, note=fault.reason)
            faults.setdefault(fault.layer, []).append(check)
        advance()
    rows = {row.layer.name: row for row in summary.rows}
    for (name, label), each in seen.items():
        faults.setdefault(name, []).append(_field_check(rows[name], label, each))
    return faults


def _field_check(row: Row, label: str, each: Sequence[Measured]) -> Check:
    told = row.fields[label]
    predicted = tuple(told.size) if told else ()
    seen = tuple(measured.size for measured in each)
    wrong = [fault for measured in each for fault in measured.faults]
    metric = "field" if label == "input" else f"field of {label}"
    note: str | None
    if wrong:
        more = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        note = f"{wrong[0]}{more}"
    else:
        note = next((measured.note for measured in each if measured.note), None)
    return Check(row.layer.name, metric, predicted, seen, not wrong, note)
