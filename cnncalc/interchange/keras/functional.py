"""A model of Keras whose layers call each other: each is read when all that it reads is there."""

from collections.abc import Sequence
from typing import Any, Protocol

from cnncalc.interchange.keras.structure import (
    At,
    Call,
    Flow,
    Found,
    Source,
    built_for,
    calls_of,
    layers_of,
    name_of,
    named_sources,
    settings_of,
    with_tensors,
)
from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.terms.keras_net import Tensor

Outputs = list[tuple[str | None, Tensor]]
"""What a model gives, with keys where it gives an object."""


class Calls(Protocol):
    """What reads one call."""

    def call(self, found: Found, flow: Flow, at: At, /) -> list[Tensor]:
        """Read it, and give what it gives."""

    def hold(self, tensor: Tensor, stated: Any, title: str, /) -> None:
        """Hold a tensor against the shape that the file states of it."""

    def spend(self, steps: int, /) -> None:
        """Take some steps of those that are left."""


class Functional:
    """One reading of a functional model."""

    def __init__(self, reader: Calls, settings: Found, at: At) -> None:
        self.reader, self.settings, self.at = reader, settings, at
        self.layers: dict[str, tuple[Found, str]] = {}
        self.calls: dict[tuple[str, int], Call] = {}
        self.values: dict[tuple[str, int, int], Tensor] = {}
        self.stated: dict[tuple[str, int, int], Any] = {}

    def run(self, given: Sequence[Any]) -> Outputs:
        """Read all calls, and give what the model gives."""
        for number, found in enumerate(layers_of(self.settings, self.at.title)):
            path = self.at.layer(number)
            name = name_of(found, settings_of(found, path), path)
            if name in self.layers:
                refuse("E712", f"two layers of a model are called `{name}`")
            self.layers[name] = found, path
            for time, call in enumerate(calls_of(found, path)):
                self.calls[name, time] = call
                for source in call.sources():
                    if source.stated is not None:
                        self.stated.setdefault(source[:3], source.stated)
        self._take(given)
        for place in self.calls:
            self._reach(place)
        outputs = list(named_sources(self.settings.get("output_layers")))
        self.reader.spend(len(outputs))
        return [(key or one.layer, self._read(one)) for key, one in outputs]

    def _take(self, given: Sequence[Any]) -> None:
        """Let what is given flow in."""
        inputs = list(named_sources(self.settings.get("input_layers")))
        named = given[0] if len(given) == 1 and isinstance(given[0], dict) else None
        if named is not None:
            given = [named.get(key, named.get(one.layer)) for key, one in inputs]
        if len(given) != len(inputs) or not all(isinstance(one, Tensor) for one in given):
            refuse("E712", f"{self.at.title} has {len(inputs)} inputs and is given {len(given)}")
        for (_, source), tensor in zip(inputs, given, strict=True):
            self.values[source[:3]] = tensor

    def _read(self, source: Source) -> Tensor:
        found = self.values.get(source[:3])
        if found is None:
            refuse("E712", f"nothing gives the tensor {source.output} of `{source.layer}`")
        return found

    def _reach(self, start: tuple[str, int]) -> None:
        """Read a call, and before it all that it depends on."""
        waiting, is_open = [start], set[tuple[str, int]]()
        while waiting:
            place = waiting[-1]
            if (*place, 0) in self.values:
                waiting.pop()
                continue
            needed = [one[:2] for one in self.calls[place].sources()]
            self.reader.spend(1)
            missing = [one for one in needed if (*one, 0) not in self.values and one in self.calls]
            if not missing:
                self._call(place)
                waiting.pop()
                continue
            if place in is_open:
                refuse("E712", f"the call of `{place[0]}` depends on itself")
            is_open.add(place)
            waiting += reversed(missing)

    def _call(self, place: tuple[str, int]) -> None:
        name, number = place
        found, path = self.layers[name]
        call = self.calls[place]
        tensors = []
        for source in call.sources():
            tensor = self._read(source)
            self.reader.hold(tensor, source.stated, name)
            tensors.append(tensor)
        stated = next((one.stated for one in call.sources()), None)
        flow = Flow(
            tensors,
            with_tensors(call.args, self.values),
            with_tensors(call.kwargs, self.values),
            stated or built_for(found),
            self.stated.get((name, number, 0)),
        )
        made = self.reader.call(found, flow, self.at._replace(path=path))
        for output, tensor in enumerate(made):
            self.values[name, number, output] = tensor
