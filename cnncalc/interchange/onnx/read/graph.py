"""A graph out of an ONNX model: every node is read in order, and its shape known before the next.

Only dimensions are used of the weights; values are read of what shapes are made of. Batches are
of one example: the first axis, where it is 1, is the batch and is left out.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from cnncalc.diagnostics import SpecError
from cnncalc.graph import Graph
from cnncalc.interchange import families  # noqa: F401 - it fills the table of readers
from cnncalc.interchange.onnx.read.attention import with_attention
from cnncalc.interchange.onnx.read.choices import choices_noted
from cnncalc.interchange.onnx.read.classes import classes_of
from cnncalc.interchange.onnx.read.layers import named
from cnncalc.interchange.onnx.read.names import groups_of, scopes_of
from cnncalc.interchange.onnx.read.quantized import stored
from cnncalc.interchange.onnx.read.special import SPECIAL
from cnncalc.interchange.onnx.read.told import Told, noted
from cnncalc.interchange.onnx.read.walk import Walk
from cnncalc.interchange.onnx_model.bounds import Allowance, check_opsets
from cnncalc.interchange.onnx_model.file import refuse
from cnncalc.interchange.onnx_model.values import Value
from cnncalc.interchange.terms.written import SPEC
from cnncalc.ops.values import Shape, show_shape


def read_graph(
    model: Any,
    title: str,
    inputs: Mapping[str | None, Shape],
    allowance: Allowance | None = None,
    *,
    told: Told | None = None,
) -> Graph:
    """The graph of a `ModelProto`.

    Raises:
        SpecError: it is not sound, or leaves something open.
    """
    allowance = allowance or Allowance()
    check_opsets(model)
    if model.functions:
        from cnncalc.interchange.onnx.read.infer import inlined  # noqa: PLC0415 - loads `onnx` whole

        model = inlined(model, allowance)
    opsets = {one.domain: one.version for one in model.opset_import}
    producer = " ".join(filter(None, (model.producer_name, model.producer_version)))
    made_by = f", written by {producer}" if producer else ""
    description = (told and told.source) or f"ONNX opset {opsets.get('', '?')}{made_by}"
    own = None
    if not inputs and any(one.key == SPEC for one in model.metadata_props):
        from cnncalc.interchange.onnx.read.own import own_graph  # noqa: PLC0415 - reads specs

        own = own_graph(model, allowance)
    if own is not None:
        return own._replace(name=title, description=description)
    walk = _walked(model, inputs, allowance, told)
    found = with_attention(walk.drafts.found, _ends(model.graph, walk))
    layers, places = named(found, walk.inputs)
    outputs = _outputs(model.graph, walk.values, walk.lists, places)
    dtypes = {label: dtype for _, label, _, dtype in walk.read_inputs.shapes}
    unused = told.unused(walk.drafts.owners) if told else {}
    return Graph(
        name=title,
        source=None,
        description=description,
        variant=None,
        inputs=walk.inputs,
        layers=layers,
        outputs=outputs,
        auxiliary=(),
        auxiliary_outputs={},
        groups=groups_of(layers),
        fixed_batch=walk.read_inputs.batch,
        notes=(
            *walk.read_inputs.notes,
            *choices_noted(walk),
            *noted(unused),
            *(told.notes if told else ()),
        ),
        unused=unused,
        is_exported=True,
        classes=told_classes(model, told),
        stored=stored(walk.integers, dtypes, found, places),
    )


def told_classes(model: Any, told: Told | None) -> Mapping[tuple[str, ...], str]:
    """The class of each scope, as a module in memory tells it, or the file."""
    if told is not None and told.classes:
        return {scopes_of(f"{scope}/layer", {}): name for scope, name in told.classes.items()}
    return classes_of(model.graph.node)


def _walked(
    model: Any,
    inputs: Mapping[str | None, Shape],
    allowance: Allowance,
    told: Told | None = None,
) -> Walk:
    """The walk through a model: of one example, or of the batch that it fixes if that is none.

    A batch that the file fixes is one where each example costs the same: where the whole does not
    cost as many times what one does, or one alone is no sound network, examples are mixed.
    """
    walk = Walk(model, inputs, SPECIAL, allowance, told=told)
    batch, fault = walk.read_inputs.batch, None
    try:
        walk.run(model.graph)
    except SpecError as found:
        fault = found
    if batch == 1 or inputs:
        if fault is not None:
            raise _told_of_batch(walk, fault) from None
        return walk
    whole = Walk(model, inputs, SPECIAL, allowance, told=told, is_whole=True)
    try:
        whole.run(model.graph)
    except SpecError:
        if fault is not None:
            raise _told_of_batch(walk, fault) from None
        return walk
    is_even = fault is None and whole.drafts.macs() == batch * walk.drafts.macs()
    return walk if is_even else whole


def tensor_shapes(model: Any, inputs: Mapping[str | None, Shape]) -> Mapping[str, Shape]:
    """The shape of every tensor of a model, all axes, by its name."""
    walk = Walk(model, inputs, SPECIAL)
    walk.run(model.graph)
    return {name: value.shape for name, value in walk.values.items()}


def _ends(graph: Any, walk: Walk) -> set[int]:
    """The numbers of the layers that give outputs."""
    names = [output.name for output in graph.output]
    values = [walk.values[name] for name in names if name in walk.values]
    values += [value for name in names for value in walk.lists.get(name, ())]
    given = (value.layer or "" for value in values)
    return {int(layer[1:]) for layer in given if layer.startswith("%")}


def _outputs(
    graph: Any,
    values: Mapping[str, Value],
    lists: Mapping[str, Sequence[Value]],
    places: Mapping[str, str],
) -> Mapping[str, str]:
    found = {}
    for output in graph.output:
        value = values.get(output.name)
        for number, part in enumerate(lists.get(output.name, ()), 1):
            if part.layer is not None:
                found[f"{output.name}_{number}"] = places[part.layer]
        if output.name in lists:
            continue
        if value is None:
            refuse("E702", f"nothing gives the output `{output.name}`")
        if value.layer is not None:
            found[output.name] = places[value.layer]
    if not found:
        refuse("E702", "no output depends on an input")
    return found


def _told_of_batch(walk: Walk, fault: SpecError) -> SpecError:
    """The fault with what to do where the batch that the file fixes may be at its root."""
    batch = walk.read_inputs.batch
    if batch == 1:
        return fault
    shapes = ((name, (batch, *shape[1:])) for name, _, shape, _ in walk.read_inputs.shapes)
    listed = [
        f"{name}={show_shape(shape)}" if len(walk.inputs) > 1 else show_shape(shape)
        for name, shape in shapes
        if shape[1:]
    ]
    say = " ".join(f"--input {one}" for one in listed)
    hint = f"the file is for a batch of {batch}, read as one example; to read it whole, say {say}"
    told = [one._replace(remedy=hint) for one in fault.diagnostics]
    return SpecError(told, fault.sources)
