"""A graph out of the configuration of a Keras model."""

from collections.abc import Container, Mapping

from cnncalc.graph import Graph
from cnncalc.interchange.keras.inputs import Input, given_inputs, read_axes
from cnncalc.interchange.keras.read import Reader
from cnncalc.interchange.keras.structure import (
    MODELS,
    At,
    Found,
    built_for,
    class_of,
    formats_in,
    input_shape,
    is_own,
    layers_of,
    name_of,
    named_sources,
    settings_of,
)
from cnncalc.interchange.onnx.read.names import clean, groups_of
from cnncalc.interchange.onnx_model.bounds import Allowance
from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.terms.keras_net import Net, Tensor
from cnncalc.ops.values import Shape


def read_graph(
    document: Found,
    title: str,
    *,
    version: str,
    given: Mapping[str | None, Shape],
    allowance: Allowance,
) -> Graph:
    """The graph of a model.

    Raises:
        SpecError: it is not sound, has layers that are not known, or leaves an axis open.
    """
    at = At()
    kind = class_of(document, at.title)
    if kind not in MODELS or not is_own(document):
        hint = "build it of layers, as a Functional or Sequential model, or export it to ONNX"
        refuse("E713", f"the model is a `{kind}`, whose code is not in the file", hint)
    first = formats_in(document) == {"channels_first"}
    found = _inputs(document, at)
    shapes = given_inputs([one for one, _ in found], given, first=first)
    labels = [label for label, _ in shapes.values()]
    net = Net(labels)
    is_resized = any(one.axes != shapes[one.name][1] for one, _ in found if _is_whole(one))
    is_resized |= any(not _is_whole(one) for one, _ in found)
    reader = Reader(net, allowance, first=first, is_resized=is_resized)
    tensors = [Tensor(shape, label, first) for label, shape in shapes.values()]
    outputs = _outputs(reader.model(document, tensors, at), net.taken)
    layers = net.kept(outputs.values())
    batches = {batch for _, batch in found} - {None, 1}
    return Graph(
        name=title,
        source=None,
        description=_told(kind, version, batches),
        variant=None,
        inputs={one.place: one.own for one in tensors},
        layers=layers,
        outputs=outputs,
        auxiliary=(),
        auxiliary_outputs={},
        groups=groups_of(layers),
        is_exported=True,
    )


def _is_whole(one: Input) -> bool:
    return one.axes is not None and None not in one.axes


def _told(kind: str, version: str, batches: set[int | None]) -> str:
    by = f" {version}" if version else ""
    text = f"{kind} model, written by Keras{by}"
    if batches:
        listed = " and ".join(map(str, sorted(batches, key=str)))
        text += f" for a batch of {listed}, of which one example is counted"
    return text


def _inputs(found: Found, at: At) -> list[tuple[Input, int | None]]:
    """The inputs of a model, in order, with their batches."""
    settings = settings_of(found, at.title)
    layers = layers_of(settings, at.title)
    if class_of(found, at.title) == "Sequential":
        return [_first_input(settings, layers, at)]
    named: dict[str, tuple[Found, str]] = {}
    for number, one in enumerate(layers):
        path = at.layer(number)
        named.setdefault(name_of(one, settings_of(one, path), path), (one, path))
    inputs = []
    for _, source in named_sources(settings.get("input_layers")):
        one, path = named.get(source.layer, ({}, ""))
        if not one or class_of(one, path) != "InputLayer":
            refuse("E712", f"the input `{source.layer}` is no layer of the model")
        inputs.append(input_shape(one, path))
    if not inputs:
        refuse("E712", "the model has no input")
    if len({one.name for one, _ in inputs}) < len(inputs):
        refuse("E712", "two inputs of the model are one")
    return inputs


def _first_input(settings: Found, layers: list[Found], at: At) -> tuple[Input, int | None]:
    """The input of layers in a row: that of the first, or what they were built for."""
    if not layers:
        refuse("E712", "the model has no layers")
    first, path = layers[0], at.layer(0)
    start = settings_of(first, path)
    is_told = any(isinstance(start.get(key), list) for key in ("batch_shape", "batch_input_shape"))
    if is_told or class_of(first, path) == "InputLayer":
        return input_shape(first, path)
    built = settings.get("build_input_shape") or built_for(first)
    if isinstance(built, list):
        axes, batch = read_axes(built, "input")
        return Input("input", axes), batch
    return Input("input", None), None


def _outputs(found: list[tuple[str | None, Tensor]], taken: Container[str]) -> dict[str, str]:
    """For each output's name the layer that gives it; no other layer has that name."""
    outputs: dict[str, str] = {}
    for key, tensor in found:
        label = clean(key or tensor.place)
        name, number = label, 1
        while name in outputs or (name in taken and name != tensor.place):
            number += 1
            name = f"{label}_{number}"
        outputs[name] = tensor.place
    if not outputs:
        refuse("E712", "the model has no output")
    return outputs
