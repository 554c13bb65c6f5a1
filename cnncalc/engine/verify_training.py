"""A training step of a network run, and its gradients and what it keeps held against the rules."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import prod
from typing import NamedTuple

import numpy as np

from cnncalc.analysis.conventions import Basis
from cnncalc.analysis.summary import Row, Summary, summarize
from cnncalc.engine.backward import BACKWARD, WITHOUT, Gradients, Kept, NotKeptError
from cnncalc.engine.base import Array
from cnncalc.engine.differences import Error, Loss, agreement, balanced, error
from cnncalc.engine.estimate import needed_for_step
from cnncalc.engine.execute import LayerError, Step
from cnncalc.engine.overflow import STEEP, magnitude
from cnncalc.engine.training import Backward, apply, backward, drawing, drawn_gradient, forward
from cnncalc.engine.verify import Check, Progress, Verification, own_of
from cnncalc.engine.weights import Tensors, initial_inputs, initial_weights
from cnncalc.graph import Graph, Layer

DTYPE = "float64"
"""Differences of smaller types would say little."""

BATCH = 3
"""Examples: batch normalisation mixes them, and a sum over them is seen. Of two on a map of one
place it gives 1 and -1 whatever they are, and slopes are noise."""

BOUND = 1e-5
"""How far a gradient may be from the difference along one layer, relative to its magnitude."""

WHOLE_BOUND = 1e-3
"""The same along the whole network, where one value bends many functions."""

WHOLE_STEPS = (1e-6, 1e-8, 1e-9)
"""How far values are moved under the whole network."""

WHOLE = 3
"""Trained tensors that are moved by themselves under the whole network."""

WHOLE_WORK = 2e10
"""Multiplications that these may take, about."""

WORK = 2e7
"""A layer of more multiplications and values than this is run along movements of many values
only; of a smaller one the value with the largest gradient is moved alone besides."""


def verify_training(graph: Graph, seed: int = 0, progress: Progress | None = None) -> Verification:
    """Run a training step, and hold every gradient and all that is kept against it.

    The loss is the sum of all outputs, each times a number that is drawn. Every gradient is held
    against differences of its own layer, along a movement of all its values, of a large one along
    one of as many as `differences.TOGETHER`; of each input, of all trained tensors at once and of
    some by themselves, spread over the network, against differences of the loss itself.
    """
    summary = summarize(graph, Basis(DTYPE, BATCH, trains=True, is_typed=True))
    tensors = initial_weights(graph, seed, DTYPE)
    inputs = initial_inputs(graph, seed, DTYPE, BATCH)
    return _Verifier(summary, tensors, inputs, seed).verified(progress)


class _Verifier:
    """One step of a network, and what is found."""

    def __init__(
        self, summary: Summary, tensors: Tensors, inputs: Mapping[str, Array], seed: int
    ) -> None:
        self.summary, self.graph, self.seed = summary, summary.graph, seed
        self.tensors, self.inputs = tensors, inputs
        self.found: dict[str, list[Check]] = {}
        self.moves = Moves()

    def verified(self, progress: Progress | None) -> Verification:
        checks: list[Check] = []
        try:
            run = forward(self.graph, self.tensors, self.inputs, self.seed)
            weights = {
                name: drawn_gradient(output.shape, self.seed, output.dtype)
                for name, output in run.outputs.items()
            }
            back = backward(self.graph, self.tensors, run.kept, weights)
        except LayerError as fault:
            checks.append(_failed(fault.layer, "run", "an output", fault.reason))
            return self._verification(checks)
        except NotKeptError as fault:
            checks.append(_failed(None, "kept", "what the derivative reads", str(fault)))
            return self._verification(checks)
        self._hold_layers(run.kept, back, progress)
        step = self.summary.training
        for layer in self.graph.layers:
            checks += self.found.get(layer.name, ())
        if self.moves.overflow is None:
            checks += self._whole(back, weights)
        checks.append(_held("kept_bytes", step.activations if step else None, run.bytes))
        checks.append(
            _held("gradient_bytes", step.gradients if step else None, self._learned(back))
        )
        return self._verification(checks)

    def _verification(self, checks: Sequence[Check]) -> Verification:
        moved, overflow = (self.moves.moved, self.moves.values), self.moves.overflow
        return Verification(self.graph, self.seed, DTYPE, tuple(checks), BATCH, moved, overflow)

    def _learned(self, back: Backward) -> int:
        """The bytes of the gradients, each tensor once, whether the loss depends on it or not."""
        total = 0
        for layer in self.graph.layers:
            own = own_of(layer, self.tensors[layer.name])
            got = back.tensors.get(layer.name, {})
            trained = [name for name in own if not name.startswith("running_")]
            total += sum(got.get(name, own[name]).nbytes for name in trained)
        return total

    def _hold_layers(
        self, kept: Mapping[str, Kept], back: Backward, progress: Progress | None
    ) -> None:
        """Each layer by itself, on what reaches it."""
        places = {row.layer.name: place for place, row in enumerate(self.summary.rows)}

        def watch(step: Step) -> None:
            name = step.layer.name
            passed = _Passed(
                row=self.summary.rows[places[name]],
                step=step,
                kept=kept[name],
                gradient=back.outputs.get(name),
                tensors=self.tensors.get(name, {}),
                drawing=lambda: drawing(self.seed, places[name]),
            )
            self.found[name] = list(_layer_checks(passed, self.moves))
            if progress is not None:
                progress(places[name] + 1, len(places))

        forward(self.graph, self.tensors, self.inputs, self.seed, watch=watch)

    def _whole(self, back: Backward, weights: Mapping[str, Array]) -> Iterator[Check]:
        """Inputs, all trained tensors at once, and some by themselves under the whole network."""
        random = np.random.default_rng([self.seed, 3])

        def run() -> list[Array]:
            made = forward(self.graph, self.tensors, self.inputs, self.seed).outputs
            return [made[name] for name in weights]

        loss = Loss(run, list(weights.values()), run(), WHOLE_BOUND, WHOLE_STEPS, bend=0.0)
        for name, gradient in back.inputs.items():
            off = error(loss, self.inputs[name], gradient, random).off
            yield _near(None, f"gradient of {name}", off, WHOLE_BOUND)
        learned = [
            (f"{layer}.{name}", self.tensors[layer][name], own[name])
            for layer, own in reversed(list(back.tensors.items()))
            for name in own
        ]
        if not learned:
            return
        off, _ = agreement(loss, balanced([each[1:] for each in learned], random))
        yield _near(None, "gradient of all tensors", off, WHOLE_BOUND)
        work = BATCH * sum(row.macs + row.product_macs for row in self.summary.rows)
        most = max(1, min(WHOLE, int(WHOLE_WORK / (4 * work + 1))))
        chosen = sorted({round(n * (len(learned) - 1) / max(most - 1, 1)) for n in range(most)})
        for name, values, gradient in [learned[n] for n in chosen]:
            off = error(loss, values, gradient, random).off
            yield _near(None, f"gradient of {name}", off, WHOLE_BOUND)


class _Passed(NamedTuple):
    """A layer that both passes went through."""

    row: Row
    step: Step
    kept: Kept
    gradient: Array | None
    tensors: Mapping[str, Array]
    drawing: Callable[[], np.random.Generator]


class Moves:
    """How many values were moved by themselves or together, of how many that have gradients.

    `overflow` is the first layer whose values are too large for differences, or no numbers.
    """

    def __init__(self) -> None:
        self.moved = self.values = 0
        self.overflow: str | None = None

    def note(self, values: Array, found: Error) -> None:
        """Add what was done with the values of one tensor."""
        self.moved += found.moved
        self.values += values.size


def _layer_checks(passed: _Passed, moves: Moves) -> Iterator[Check]:
    """What a layer keeps against what its derivative read, and each gradient it gives."""
    layer, gradient = passed.step.layer, passed.gradient
    if type(layer.op) in WITHOUT:
        yield _kept(layer, (), (), WITHOUT[type(layer.op)])
        return
    if gradient is None:
        yield _kept(layer, passed.kept.words, passed.kept.words, "no output depends on it")
        return
    used = tuple(word for word in passed.kept.words if word in passed.kept.read)
    yield _kept(layer, passed.kept.words, used)
    arrays, tensors = [one.copy() for one in passed.step.inputs], passed.tensors
    middle, again = apply(layer.op, arrays, tensors, passed.drawing)
    back = BACKWARD[type(layer.op)](layer.op, gradient, again, tensors)

    def run() -> list[Array]:
        made, _ = apply(layer.op, arrays, tensors, passed.drawing)
        return [np.broadcast_to(made, gradient.shape)]  # what has no input has one example

    at_rest = np.broadcast_to(middle.copy(), gradient.shape)  # no view of what is moved
    loss, singly = Loss(run, [gradient], [at_rest], BOUND), _singly(passed.row)
    random = passed.drawing()
    for name, values, found in _read(arrays, tensors, back):
        if found.shape != values.shape:
            note = f"its shape is {found.shape}, not {values.shape}"
            yield _failed(layer.name, f"gradient of {name}", "a gradient", note)
            continue
        told = error(loss, values, found, random, singly=singly)
        if not told.off <= BOUND and magnitude((*arrays, *tensors.values(), gradient)) > STEEP:
            moves.overflow = moves.overflow or layer.name
            continue
        moves.note(values, told)
        note = f"{told.moved:,} of {values.size:,} values moved"
        check = _near(layer.name, f"gradient of {name}", told.off, BOUND)
        yield check if told.moved == values.size else check._replace(note=note)


def _singly(row: Row) -> int:
    """Values of each tensor that are moved alone: none where a layer takes long."""
    work = BATCH * (row.macs + row.product_macs + 8 * prod(row.layer.output_shape))
    return int(work <= WORK)


def _read(
    arrays: Sequence[Array], tensors: Mapping[str, Array], back: Gradients
) -> Iterator[tuple[str, Array, Array]]:
    """All that a layer read by its name, and the gradient of each."""
    numbers = [""] if len(arrays) == 1 else [f" {n}" for n in range(1, len(arrays) + 1)]
    for number, values, found in zip(numbers, arrays, back.inputs, strict=True):
        yield f"input{number}", values, found
    for name, found in back.tensors.items():
        yield name, tensors[name], found


def _kept(
    layer: Layer, words: Sequence[str], used: Sequence[str], note: str | None = None
) -> Check:
    """What is kept, by the record, and what the derivative made use of."""
    predicted, seen = (", ".join(one) or "nothing" for one in (words, used))
    return Check(layer.name, "kept", predicted, seen, predicted == seen, note)


def _held(metric: str, predicted: int | None, seen: int) -> Check:
    return Check(None, metric, predicted, seen, predicted == seen)


def _near(layer: str | None, metric: str, off: float, bound: float) -> Check:
    return Check(layer, metric, f"within {bound:.0e}", f"{off:.1e}", off <= bound)


def _failed(layer: str | None, metric: str, predicted: str, note: str) -> Check:
    return Check(layer, metric, predicted, "none", agrees=False, note=note)


def needed_bytes(graph: Graph) -> int:
    """About what the verification takes: a training step, each output and each gradient."""
    return needed_for_step(graph, DTYPE, BATCH, held_outputs=2)
