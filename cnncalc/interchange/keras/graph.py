"""A graph out of the configuration of a Keras model."""

from collections.abc import Mapping
from typing import Any

from cnncalc.graph import Graph
from cnncalc.interchange.keras.inputs import Input, given_inputs
from cnncalc.interchange.keras.read import Reader
from cnncalc.interchange.keras.structure import (
    DEEPEST,
    MODELS,
    Found,
    class_of,
    formats_in,
    input_shape,
    is_own,
    layers_of,
    name_of,
    named_sources,
    settings_of,
)
from cnncalc.interchange.keras.inputs import read_axes
from cnncalc.interchange.onnx.read.names import clean, groups_of
from cnncalc.interchange.onnx_model.bounds import Allowance
from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.terms.keras_net import Net, Tensor
from cnncalc.ops.values import Shape


def read_graph(
    document: Found,
    title: str,
    version: str,
    given: Mapping[str | None, Shape],
    allowance: Allowance,
) -> Graph:
    """The graph of a model.

    Raises:
        SpecError: it is not sound, has layers that are not known, or leaves an axis open.
    """
    kind = class_of(document, "it")
    if kind not in MODELS or not is_own(document):
        hint = "build it of layers, as a Functional or Sequential model, or export it to ONNX"
        refuse("E713", f"the model is a `{kind}`, whose code is not in the file", hint)
    first = formats_in(document) == {"channels_first"}
    found = _inputs(document, "it", DEEPEST)
    shapes = given_inputs([one for one, _ in found], given, first=first)
    labels = [label for label, _ in shapes.values()]
    net = Net(labels)
    is_resized = any(one.axes != shapes[one.name][1] for one, _ in found if _is_whole(one))
    is_resized |= any(not _is_whole(one) for one, _ in found)
    reader = Reader(net, allowance, first=first, is_resized=is_resized)
    tensors = [Tensor(shape, label, first) for label, shape in shapes.values()]
    outputs = _outputs(reader.model(document, tensors, (), "it", DEEPEST))
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


def _inputs(found: Found, path: str, depth: int) -> list[tuple[Input, int | None]]:
    """The inputs of a model, in order, with their batches."""
    settings = settings_of(found, path)
    layers = layers_of(settings, path)
    if class_of(found, path) == "Sequential":
        return [_first_input(settings, layers, path, depth)]
    named: dict[str, tuple[Found, str]] = {}
    for number, one in enumerate(layers):
        place = f"{path}.config.layers[{number}]"
        named.setdefault(name_of(one, settings_of(one, place), place), (one, place))
    inputs = []
    for _, source in named_sources(settings.get("input_layers")):
        one, place = named.get(source.layer, ({}, ""))
        if not one or class_of(one, place) != "InputLayer":
            refuse("E712", f"the input `{source.layer}` is no layer of the model")
        inputs.append(input_shape(one, place))
    if not inputs:
        refuse("E712", "the model has no input")
    if len({one.name for one, _ in inputs}) < len(inputs):
        refuse("E712", "two inputs of the model are one")
    return inputs


def _first_input(
    settings: Mapping[str, Any], layers: list[Found], path: str, depth: int
) -> tuple[Input, int | None]:
    """The input of layers in a row: that of the first, or what they were built for."""
    if not layers or not depth:
        refuse("E712", "the model has no layers" if not layers else "models are nested too deep")
    start = settings_of(layers[0], f"{path}.config.layers[0]")
    if class_of(layers[0], f"{path}.config.layers[0]") == "InputLayer" or any(
        isinstance(start.get(key), list) for key in ("batch_shape", "batch_input_shape")
    ):
        return input_shape(layers[0], f"{path}.config.layers[0]")
    built = settings.get("build_input_shape")
    told = layers[0].get("build_config")
    if not isinstance(built, list):
        built = told.get("input_shape") if isinstance(told, dict) else None
    if isinstance(built, list):
        axes, batch = read_axes(built, "input")
        return Input("input", axes), batch
    return Input("input", None), None


def _outputs(found: list[tuple[str | None, Tensor]]) -> dict[str, str]:
    """For each output's name the layer that gives it."""
    outputs: dict[str, str] = {}
    for key, tensor in found:
        label = clean(key) if key else "output"
        name, number = label, 1
        while name in outputs:
            number += 1
            name = f"{label}_{number}"
        outputs[name] = tensor.place
    if not outputs:
        refuse("E712", "the model has no output")
    return outputs
