"""The walk over the layers of a Keras model.

A model within a model is a group. Where the file states a shape, ours is held against it.
"""

from collections.abc import Hashable, Sequence
from typing import Any, NoReturn

from cnncalc.diagnostics import SpecError
from cnncalc.interchange.families import keras as _rows  # noqa: F401 - it fills the tables
from cnncalc.interchange.keras.functional import Functional, Outputs
from cnncalc.interchange.keras.structure import (
    MODELS,
    At,
    Flow,
    Found,
    built_for,
    class_of,
    is_operation,
    is_own,
    layers_of,
    name_of,
    settings_of,
)
from cnncalc.interchange.onnx.read.names import clean
from cnncalc.interchange.onnx_model.bounds import Allowance
from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.terms.keras import LAYERS, OPERATIONS, Row, Use
from cnncalc.interchange.terms.keras_net import Net, Tensor
from cnncalc.ops.values import Shape, show_shape


class Reader:
    """One reading of a model.

    Attributes:
        net: the layers so far.
        first: whether maps have their channels first in Keras.
        is_resized: whether the inputs have other sizes than the file states.
    """

    def __init__(self, net: Net, allowance: Allowance, *, first: bool, is_resized: bool) -> None:
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

    def model(self, found: Found, given: Sequence[Any], at: At) -> Outputs:
        """Read a model on what flows in, or that by the names of its inputs."""
        if not at.depth:
            refuse("E502", "models are nested too deep")
        settings = settings_of(found, at.title)
        if class_of(found, at.title) == "Sequential":
            return [(None, self.sequential(settings, given, at))]
        return Functional(self, settings, at).run(given)

    def sequential(self, settings: Found, given: Sequence[Any], at: At) -> Tensor:
        """Read layers one after the other."""
        if len(given) != 1 or not isinstance(given[0], Tensor):
            refuse("E712", f"{at.title} is Sequential, and is given {len(given)} tensors")
        x: Tensor = given[0]
        layers = layers_of(settings, at.title)
        built = [*map(built_for, layers), None]
        for number, found in enumerate(layers):
            path = at.layer(number)
            if class_of(found, path) == "InputLayer":
                continue
            flow = Flow([x], [x], {}, built[number], built[number + 1])
            made = self.call(found, flow, at._replace(path=path))
            if len(made) != 1:
                refuse("E712", f"{path} gives {len(made)} tensors to one layer")
            [x] = made
        return x

    # Layers

    def call(
        self, found: Found, flow: Flow, at: At, *, label: str | None = None, key: Hashable = None
    ) -> list[Tensor]:
        """Read one call of a layer, or of a model within the model.

        Args:
            found: the layer.
            flow: the call.
            at: where the layer stands.
            label: what it is called, if not by its own name.
            key: what tells it from all other layers, if not its place in the file.
        """
        self.spend(1 + len(flow.tensors))
        kind, settings = class_of(found, at.title), settings_of(found, at.title)
        title = name_of(found, settings, at.title)
        name = clean(title) if label is None else label
        if kind in MODELS and is_own(found):
            group = self.net.free(at.scope, name).rpartition(".")[2]
            given = flow.args if any(isinstance(one, dict) for one in flow.args) else flow.tensors
            inner = at._replace(scope=(*at.scope, group), depth=at.depth - 1)
            return [one for _, one in self.model(found, given, inner)]
        row = (OPERATIONS if is_operation(found) else LAYERS).get(kind)
        if row is None or not is_own(found):
            _refuse_unknown(found, title, kind, at.path)
        _refuse_quantized(settings, title, kind, at.path)
        if len(flow.tensors) == 1:
            self.hold(flow.tensors[0], flow.stated, title)
        use = Use(
            self.net, name=name, title=title, scope=at.scope, kind=kind, config=settings,
            path=at.path, key=_identity(found) if key is None else key, tensors=flow.tensors,
            args=flow.args, kwargs=flow.kwargs, first=self.first,
            told=None if self.is_resized else flow.told, caller=self._inner(at.depth),
        )  # fmt: skip
        made = row(use)
        if self.is_resized and len(flow.tensors) == 1:
            self._check_weights(use, row, flow)
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
            flow, at = Flow(tensors, list(tensors)), At(use.scope, path, depth - 1)
            return self.call(inner, flow, at, label=name, key=(_identity(inner), label))

        return call

    # Shapes that the file states

    def hold(self, tensor: Tensor, stated: Any, title: str) -> None:
        """Hold a tensor against the shape that the file states of it.

        Raises:
            SpecError: they differ, and nothing was resized.
        """
        axes = _axes(stated)
        if self.is_resized or not isinstance(stated, list):
            return
        both = zip(axes, tensor.shape, strict=False)
        if len(axes) == len(tensor.shape) and all(a in {None, n} for a, n in both):
            return
        shown = "x".join("?" if axis is None else str(axis)[:20] for axis in axes) or "no axes"
        has = show_shape(tensor.shape) if tensor.shape else "no axes"
        refuse("E712", f"what flows into `{title}` is {has}, the file says {shown}")

    def _check_weights(self, use: Use, row: Row, flow: Flow) -> None:
        """Refuse a size for which a layer would have other weights than the file holds."""
        [x] = flow.tensors
        axes = _axes(flow.stated)
        is_sound = all(axis is None or (type(axis) is int and axis > 0) for axis in axes)
        if len(axes) != len(x.shape) or not is_sound or not self.net.holders.get(use.key):
            return
        shape: Shape = tuple(n if a is None else a for a, n in zip(axes, x.shape, strict=True))
        scratch = Net(())
        again = Use(
            scratch, name=use.name, title=use.title, scope=(), kind=use.kind, config=use.config,
            path=use.path, key=use.key, tensors=[x._replace(shape=shape, before=None)],
            first=self.first, caller=use.caller,
        )  # fmt: skip
        row(again)
        before = [dict(one.parameters) for one in scratch.layers if one.parameters]
        held = [self.net.named[name] for name in self.net.holders[use.key]]
        after = [dict(one.parameters) for one in held if one.parameters]
        if before != after:
            message = f"it was built for {show_shape(shape)}, it gets {show_shape(x.shape)}"
            use.refuse(f"{message}, for which it would have other weights", code="E715")


def _axes(stated: Any) -> tuple[Any, ...]:
    """The axes behind the batch of a shape that the file states."""
    return tuple(stated[1:]) if isinstance(stated, list) else ()


def _refuse_unknown(found: Found, title: str, kind: str, path: str) -> NoReturn:
    message = f"layer `{title}` ({kind}, {path}) is of a class that is not known"
    hint = "export the model to ONNX, whose file says what such a layer does"
    if not is_own(found):
        message = f"layer `{title}` ({kind}, {path}) is of a class that Keras does not have"
    refuse("E713", message, hint)


def _refuse_quantized(settings: Found, title: str, kind: str, path: str) -> None:
    policy = settings.get("dtype")
    named = policy.get("class_name") if isinstance(policy, dict) else None
    is_plain = named in {None, "DTypePolicy", "Policy"}
    if not is_plain or settings.get("lora_rank") or settings.get("quantization_config"):
        what = "has factors of LoRA" if settings.get("lora_rank") else "is quantized"
        refuse("E713", f"layer `{title}` ({kind}, {path}) {what}, which is not known")


def _identity(found: Found) -> Hashable:
    """What tells a layer from all others: one that stands in a file twice says so."""
    shared = found.get("shared_object_id")
    return ("shared", shared) if type(shared) is int else id(found)
