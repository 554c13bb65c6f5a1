"""The walk over the calls of a Keras model: each layer is read when all that it reads is there.

A model within a model is a group. Where the file states a shape, ours is held against it.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from cnncalc.diagnostics import SpecError
from cnncalc.interchange.families import keras as rows
from cnncalc.interchange.keras.structure import (
    DEEPEST,
    MODELS,
    Call,
    Found,
    Source,
    calls_of,
    class_of,
    is_operation,
    is_own,
    layers_of,
    name_of,
    named_sources,
    settings_of,
    with_tensors,
)
from cnncalc.interchange.onnx.read.names import clean
from cnncalc.interchange.onnx_model.bounds import Allowance
from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.terms.keras import LAYERS, OPERATIONS, Use
from cnncalc.interchange.terms.keras_net import Net, Path, Tensor
from cnncalc.ops.values import Shape, show_shape

Outputs = list[tuple[str | None, Tensor]]
"""What a model gives: keys where it gives an object."""


class Reader:
    """One reading of a model.

    Attributes:
        net: the layers so far.
        first: whether maps have their channels first in Keras.
        is_resized: whether the inputs have other sizes than the file states.
    """

    def __init__(self, net: Net, allowance: Allowance, *, first: bool, is_resized: bool) -> None:
        assert rows  # that the tables are filled
        self.net, self.allowance = net, allowance
        self.first, self.is_resized = first, is_resized

    def spend(self, steps: int) -> None:
        """Take some steps.

        Raises:
            SpecError: there are none left.
        """
        try:
            self.allowance.spend(steps)
        except SpecError:
            most = self.allowance.most
            refuse("E504", f"the model takes more than {most:,} steps", self.allowance.hint)

    # Models

    def model(
        self, found: Found, given: Sequence[Any], scope: Path, path: str, depth: int
    ) -> Outputs:
        """Read a model on what flows in, or that by the names of its inputs."""
        if not depth:
            refuse("E502", "models are nested too deep")
        settings = settings_of(found, path)
        if class_of(found, path) == "Sequential":
            return [(None, self.sequential(settings, given, scope, path, depth))]
        return _Functional(self, settings, scope, path, depth).run(given)

    def sequential(
        self, settings: Mapping[str, Any], given: Sequence[Any], scope: Path, path: str, depth: int
    ) -> Tensor:
        """Read layers one after the other."""
        if len(given) != 1 or not isinstance(given[0], Tensor):
            refuse("E712", f"{path} of its `config.json` is Sequential and takes one tensor")
        x: Tensor = given[0]
        layers = layers_of(settings, path)
        built = [_built(one) for one in layers]
        for number, found in enumerate(layers):
            place = f"{path}.config.layers[{number}]"
            if class_of(found, place) == "InputLayer":
                continue
            told = built[number + 1] if number + 1 < len(built) else None
            made = self.call(found, [x], [x], {}, scope, place, depth, told, built[number])
            if len(made) != 1:
                refuse("E712", f"{place} of its `config.json` gives {len(made)} tensors")
            [x] = made
        return x

    # Layers

    def call(  # noqa: PLR0913, PLR0917 - what a call is
        self,
        found: Found,
        tensors: Sequence[Tensor],
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        scope: Path,
        path: str,
        depth: int,
        told: Any = None,
        stated: Any = None,
        label: str | None = None,
        key: Hashable = None,
    ) -> list[Tensor]:
        """Read one call of a layer, or of a model within the model."""
        self.spend(1 + len(tensors))
        kind, settings = class_of(found, path), settings_of(found, path)
        title = name_of(found, settings, path)
        name = clean(title) if label is None else label
        if kind in MODELS and is_own(found):
            group = self.net.free(scope, name).rpartition(".")[2]
            given = args if any(isinstance(one, dict) for one in args) else tensors
            inner = self.model(found, given, (*scope, group), path, depth - 1)
            return [one for _, one in inner]
        row = (OPERATIONS if is_operation(found) else LAYERS).get(kind) if is_own(found) else None
        if row is None:
            _refuse_unknown(found, title, kind, path)
        _refuse_quantized(settings, title, kind, path)
        if len(tensors) == 1 and len(self._axes(stated)) == len(tensors[0].shape):
            self.hold(tensors[0], stated, title)
        use = Use(
            self.net, name=name, title=title, scope=scope, kind=kind, config=settings, path=path,
            key=key or _identity(found), tensors=tensors, args=args, kwargs=kwargs, first=self.first,
            told=None if self.is_resized else told, call=self._inner(depth),
        )  # fmt: skip
        made = row(use)
        if self.is_resized and len(tensors) == 1:
            self._check_weights(use, row, stated)
        return [made] if isinstance(made, Tensor) else list(made)

    def _inner(self, depth: int) -> Any:
        """What reads the layers that a layer holds."""

        def call(use: Use, key: str, label: str | None, tensors: Sequence[Tensor]) -> list[Tensor]:
            if depth < 2:
                refuse("E502", "layers are nested too deep")
            inner, path = use.value(key), f"{use.path}.config.{key}"
            if not isinstance(inner, dict):
                use.refuse(f"`{key}` is no layer", code="E712")
            if use.is_group and label:
                name = label
            else:
                name = f"{use.name}_{label}" if label else use.name
            return self.call(
                inner, tensors, list(tensors), {}, use.scope, path, depth - 1,
                label=name, key=(_identity(inner), label),
            )  # fmt: skip

        return call

    # Shapes that the file states

    def _axes(self, stated: Any) -> tuple[Any, ...]:
        return tuple(stated[1:]) if isinstance(stated, list) else ()

    def hold(self, tensor: Tensor, stated: Any, title: str) -> None:
        """Hold a tensor against the shape that the file states of it.

        Raises:
            SpecError: they differ, and nothing was resized.
        """
        axes = self._axes(stated)
        if self.is_resized or not isinstance(stated, list):
            return
        both = zip(axes, tensor.shape, strict=False)
        if len(axes) == len(tensor.shape) and all(a in {None, n} for a, n in both):
            return
        shown = "x".join("?" if axis is None else str(axis)[:20] for axis in axes) or "no axes"
        has = show_shape(tensor.shape) if tensor.shape else "no axes"
        refuse("E712", f"what flows into `{title}` is {has}, the file says {shown}")

    def _check_weights(self, use: Use, row: Any, stated: Any) -> None:
        """Refuse a size of which a layer would have other weights than the file holds."""
        [x] = use.tensors
        axes = self._axes(stated)
        is_sound = all(axis is None or (type(axis) is int and axis > 0) for axis in axes)
        if len(axes) != len(x.shape) or not is_sound or not self.net.holders.get(use.key):
            return
        shape: Shape = tuple(n if a is None else a for a, n in zip(axes, x.shape, strict=True))
        scratch = Net(())
        again = Use(
            scratch, name=use.name, title=use.title, scope=(), kind=use.kind, config=use.config,
            path=use.path, key=use.key, tensors=[x._replace(shape=shape, before=None)],
            first=self.first, call=use._call,
        )  # fmt: skip
        row(again)
        before = [dict(one.parameters) for one in scratch.layers if one.parameters]
        held = [self.net.named[name] for name in self.net.holders[use.key]]
        after = [dict(one.parameters) for one in held if one.parameters]
        if before != after:
            message = f"it was built for {show_shape(shape)}, it gets {show_shape(x.shape)}"
            use.refuse(f"{message}, for which it would have other weights", code="E715")


def _refuse_unknown(found: Found, title: str, kind: str, path: str) -> None:
    message = f"layer `{title}` ({kind}, {path}) is of a class that is not known"
    hint = "export the model to ONNX, whose file says what such a layer does"
    if not is_own(found):
        message = f"layer `{title}` ({kind}, {path}) is of a class that Keras does not have"
    refuse("E713", message, hint)


def _refuse_quantized(settings: Mapping[str, Any], title: str, kind: str, path: str) -> None:
    policy = settings.get("dtype")
    named = policy.get("class_name") if isinstance(policy, dict) else None
    is_plain = named in {None, "DTypePolicy", "Policy"}
    if not is_plain or settings.get("lora_rank") or settings.get("quantization_config"):
        what = "has factors of LoRA" if settings.get("lora_rank") else "is quantized"
        refuse("E713", f"layer `{title}` ({kind}, {path}) {what}, which is not known")


def _built(found: Found) -> Any:
    """The shape that a layer was built for."""
    told = found.get("build_config")
    return told.get("input_shape") if isinstance(told, dict) else None


def _identity(found: Found) -> Hashable:
    """What tells a layer from all others: one that stands in a file twice says so."""
    shared = found.get("shared_object_id")
    return ("shared", shared) if type(shared) is int else id(found)


class _Functional:
    """One reading of a functional model."""

    def __init__(
        self, reader: Reader, settings: Mapping[str, Any], scope: Path, path: str, depth: int
    ) -> None:
        self.reader, self.settings, self.scope, self.path = reader, settings, scope, path
        self.depth = depth
        self.layers: dict[str, tuple[Found, str]] = {}
        self.calls: dict[tuple[str, int], Call] = {}
        self.values: dict[tuple[str, int, int], Tensor] = {}
        self.stated: dict[tuple[str, int, int], Any] = {}

    def run(self, given: Sequence[Any]) -> Outputs:
        """Read all calls, and give what the model gives."""
        for number, found in enumerate(layers_of(self.settings, self.path)):
            path = f"{self.path}.config.layers[{number}]"
            name = name_of(found, settings_of(found, path), path)
            if name in self.layers:
                refuse("E712", f"two layers of a model are called `{name}`")
            self.layers[name] = found, path
            for place, call in enumerate(calls_of(found, path)):
                self.calls[name, place] = call
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
            refuse("E712", f"{self.path} has {len(inputs)} inputs and is given {len(given)}")
        for (_, source), tensor in zip(inputs, given, strict=True):
            self.values[source[:3]] = tensor

    def _read(self, source: Source) -> Tensor:
        found = self.values.get(source[:3])
        if found is None:
            refuse("E712", f"nothing gives the tensor {source.output} of `{source.layer}`")
        return found

    def _reach(self, start: tuple[str, int]) -> None:
        """Read a call, and before it all that it depends on."""
        waiting, is_open = [start], set()
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
        args = with_tensors(call.args, self.values)
        kwargs = with_tensors(call.kwargs, self.values)
        stated = next((one.stated for one in call.sources()), None)
        made = self.reader.call(
            found, tensors, args, kwargs, self.scope, path, self.depth,
            self.stated.get((name, number, 0)), stated or _built(found),
        )  # fmt: skip
        for output, tensor in enumerate(made):
            self.values[name, number, output] = tensor
