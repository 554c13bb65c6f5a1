"""A module run once and taken down: without values, as PyTorch pretends, or in earnest."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from cnncalc.interchange.aten.call import Tape
from cnncalc.interchange.torch.dispatch import recording
from cnncalc.interchange.torch.examples import Example, Run
from cnncalc.interchange.torch.outputs import output_tensors
from cnncalc.interchange.torch.state import (
    Names,
    Parts,
    kept_as_it_is,
    named_tensors,
    without_values,
)
from cnncalc.interchange.torch.tape import Recorder

Way = Callable[[Any, Parts], Any]
"""How a module is run: gives its tensors, and the device of its inputs."""


@contextmanager
def on_meta(torch: Any, parts: Parts) -> Iterator[tuple[Names, str]]:
    """All tensors are on the device that has no values: nothing is computed, nothing kept."""
    with without_values(torch, parts) as names:
        yield names, "meta"


@contextmanager
def on_fakes(_torch: Any, parts: Parts) -> Iterator[tuple[Names, str]]:
    """Tensors say of themselves that they are on the device of the module, and have no values."""
    from torch._subclasses.fake_tensor import FakeTensorMode  # noqa: PLC0415

    first = next(parts[0][1].parameters(), None)
    with FakeTensorMode(allow_non_fake_inputs=True):
        yield named_tensors(parts), "cpu" if first is None else str(first.device)


@contextmanager
def in_earnest(_torch: Any, parts: Parts) -> Iterator[tuple[Names, str]]:
    """All is computed, so that what a module does may depend on values."""
    first = next(parts[0][1].parameters(), None)
    yield named_tensors(parts), "cpu" if first is None else str(first.device)


WAYS: Sequence[Way] = (on_meta, on_fakes, in_earnest)
"""From the quickest to the one that any module takes."""


def taken_down(  # noqa: PLR0917 - what is run, how, and on what
    torch: Any, parts: Parts, way: Way, examples: Sequence[Example], run: Run
) -> Tape:
    """What a module runs on some inputs.

    Raises:
        Exception: whatever the module raises, or PyTorch.
    """
    recorder = Recorder(
        torch, parts, is_real=way is in_earnest, device="meta" if way is on_meta else None
    )
    with kept_as_it_is(parts), way(torch, parts) as (names, device):
        for name, (tensor, real, is_trained) in names.items():
            recorder.hold(tensor, name, is_trained=is_trained, real=real)
        tensors = [
            made(torch, one, (shape, dtype), device)
            for one, shape, dtype in zip(examples, *run, strict=True)
        ]
        inputs = []
        taken = {*names}
        for example, tensor in zip(examples, tensors, strict=True):
            label = example.label
            while label in taken:
                label += "_"
            taken.add(label)
            inputs.append(recorder.known(tensor, label))
        pairs = list(zip(examples, tensors, strict=True))
        args = [tensor for one, tensor in pairs if one.name is None]
        named = {one.name: tensor for one, tensor in pairs if one.name is not None}
        with recording(recorder):
            results = parts[0][1](*args, **named)
        found = output_tensors(torch, results)
        outputs = {name: recorder.ref(one) for name, one in found.items()}
        return recorder.tape(tuple(inputs), outputs)


def made(torch: Any, example: Example, kind: tuple[Any, Any], device: str) -> Any:
    """A tensor to run a module on: a mask lets everything pass."""
    make = torch.ones if "mask" in example.label else torch.zeros
    shape, dtype = kind
    return make(shape, dtype=dtype, device=device)
