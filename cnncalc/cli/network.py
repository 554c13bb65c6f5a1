"""Options and arguments that name a network, for every command that takes one."""

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import click

from cnncalc.analysis.runnable import not_run
from cnncalc.diagnostics import SpecError
from cnncalc.facts import bytes_text, read_shape
from cnncalc.files import MODELS
from cnncalc.graph import Graph
from cnncalc.ops.values import Shape, Value, show_shape
from cnncalc.records import Record

if TYPE_CHECKING:
    from cnncalc.design.base import Base
    from cnncalc.interchange.formats import Form
    from cnncalc.spec import Selection, Spec
    from cnncalc.spec.library import Source

MOST_BYTES = 2**30
"""Bytes of a model on standard input."""


class Loaded(Record):
    """A network, and the spec that it is of; None where it is a model.

    Attributes:
        is_as_written: whether variables and inputs are those of the spec.
    """

    graph: Graph
    source: "Source | None" = None
    spec: "Spec | None" = None
    is_as_written: bool = True


def load_network(name: str, settings: tuple[str, ...], inputs: tuple[str, ...]) -> Graph:
    """The graph that a name, `--set` and `--input` mean together.

    Raises:
        SpecError: there is no such network, or its spec has faults.
        BadParameter: an option is malformed.
    """
    return load_whole(name, settings, inputs).graph


def load_whole(
    name: str,
    settings: tuple[str, ...],
    inputs: tuple[str, ...],
    read: "Callable[[Source, Selection], Loaded] | None" = None,
) -> Loaded:
    """The same with the spec, which `read` may know already.

    Raises:
        SpecError: there is no such network, or its spec has faults.
        BadParameter: an option is malformed.
    """
    if name.lower().rpartition(":")[0].endswith(MODELS):
        raise click.UsageError(f"a model has no variants: name it `{name.rpartition(':')[0]}`")
    given = _read_input() if name.partition(":")[0] == "-" else None
    form = model_form(name, given)
    if form is not None:
        if settings:
            raise click.BadParameter("a model has no variables", param_hint="--set")
        from cnncalc.interchange.networks import read_model, read_model_bytes  # noqa: PLC0415 - as below

        shapes = input_shapes(inputs)
        if given is not None:
            return Loaded(read_model_bytes(given, "standard input", form, shapes))
        return Loaded(read_model(name, form, shapes))
    return (read or read_source)(*chosen(name, settings, inputs, given))


def read_source(source: "Source", selection: "Selection") -> Loaded:
    """The network that is selected of a spec.

    Raises:
        SpecError: the spec has faults.
    """
    from cnncalc.spec import read_network  # noqa: PLC0415 - a model has no spec

    spec, graph = read_network(source.text, source.file, selection)
    return Loaded(graph, source, spec, not (selection.values or selection.inputs))


def model_form(name: str, given: bytes | None = None) -> "Form | None":
    """The form of the model that a name means, or that is given; None where it is a spec.

    Raises:
        SpecError: it is a file that holds something else.
    """
    if given is None and not name.lower().endswith(MODELS) and not os.path.exists(name):
        return None
    from cnncalc.interchange import networks  # noqa: PLC0415 - for files, not for bundled networks

    if given is not None:
        return networks.model_form_of_bytes(given, "standard input")
    return networks.model_form(name)


def _read_input() -> bytes:
    """Standard input: as much as a spec may have, or all of a model."""
    from cnncalc.interchange.networks import is_binary  # noqa: PLC0415 - as above
    from cnncalc.spec.bounds import WIDE  # noqa: PLC0415 - a model has no spec
    from cnncalc.spec.library import read_input  # noqa: PLC0415

    data = read_input(WIDE.file_bytes + 1)
    if len(data) <= WIDE.file_bytes or not is_binary(data):
        return data
    data += read_input(MOST_BYTES)
    if len(data) > MOST_BYTES:
        raise click.UsageError(
            f"standard input has more than {MOST_BYTES:,} bytes: name the file of the model"
        )
    return data


def chosen(
    name: str, settings: tuple[str, ...], inputs: tuple[str, ...], given: bytes | None = None
) -> "tuple[Source, Selection]":
    """The spec that a name means, and what is selected of it.

    Args:
        name: the name.
        settings: what `--set` says.
        inputs: what `--input` says.
        given: what standard input holds, where it is read already.

    Raises:
        SpecError: there is no such network.
        BadParameter: an option is malformed.
    """
    from cnncalc.spec.bounds import WIDE  # noqa: PLC0415 - a model has no spec
    from cnncalc.spec.library import find  # noqa: PLC0415

    source = find(name, WIDE, given)
    return source, selected(settings, inputs)._replace(variant=source.variant)


def selected(settings: tuple[str, ...], inputs: tuple[str, ...]) -> "Selection":
    """What `--set` and `--input` select of any spec.

    Raises:
        BadParameter: an option is malformed.
    """
    from cnncalc.spec import Selection  # noqa: PLC0415 - a model has no spec

    return Selection(None, _values(settings), input_shapes(inputs))


def spec_base(network: str, settings: tuple[str, ...], inputs: tuple[str, ...]) -> "Base":
    """The network that is designed which a name means: of a model the input moves alone.

    Raises:
        BadParameter: it is a model, and variables are set.
        SpecError: there is no such network, or its spec has faults.
    """
    form = None if network.partition(":")[0] == "-" else model_form(network)
    if form is not None:
        if settings:
            raise click.BadParameter("a model has no variables", param_hint="--set")
        from cnncalc.design.models import model_base  # noqa: PLC0415 - as below

        return model_base(network, form, input_shapes(inputs))
    from cnncalc.design.base import read_base  # noqa: PLC0415 - most ask for one design alone

    return read_base(*chosen(network, settings, inputs))


def _values(settings: tuple[str, ...]) -> Mapping[str, Value]:
    from cnncalc.spec.document.variables import read_assignment  # noqa: PLC0415 - as above
    from cnncalc.spec.expression_syntax import ExpressionError  # noqa: PLC0415

    values: dict[str, Value] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals or not name.isidentifier():
            raise click.BadParameter(f"`{setting}` is not name=value", param_hint="--set")
        if name in values:
            raise click.BadParameter(f"`{name}` is given twice", param_hint="--set")
        try:
            values[name] = read_assignment(text)
        except ExpressionError as fault:
            raise click.BadParameter(f"`{name}`: {fault}", param_hint="--set") from None
    return values


def input_shapes(inputs: tuple[str, ...]) -> Mapping[str | None, Shape]:
    """The shapes that `--input` gives, by their labels.

    Raises:
        BadParameter: one is malformed, or given twice.
    """
    shapes: dict[str | None, Shape] = {}
    for text in inputs:
        label, equals, written = text.rpartition("=")
        shape = read_shape(written)
        if shape is None:
            from cnncalc.spec.asked import misshapen  # noqa: PLC0415 - only for a fault

            raise click.BadParameter(misshapen(written), param_hint="--input")
        key = label if equals else None
        if key in shapes:
            raise click.BadParameter(f"`{text}` is given twice", param_hint="--input")
        shapes[key] = shape
    return shapes


def refuse_if_too_large(
    graph: Graph,
    network: str,
    settings: tuple[str, ...],
    dtype: str,
    batch: int,
    *,
    needed: "Callable[[Graph], int] | None" = None,
    lines: str | None = None,
) -> None:
    """Refuse a run that takes more memory than there is, naming an input that fits.

    `needed` are the bytes of a run that is no inference; `lines` are bare layers, if it is of
    these.
    """
    from cnncalc.engine import estimate  # noqa: PLC0415 - NumPy loads slowly

    def rebuild(inputs: dict[str, Shape]) -> Graph | None:
        try:
            if lines is not None:
                return bare_network(lines, shape_options(inputs))
            return load_network(network, settings, shape_options(inputs))
        except SpecError:
            return None

    refused = estimate.refusal(
        graph, needed or (lambda one: estimate.needed_bytes(one, dtype, batch)), rebuild
    )
    if refused is None:
        return
    message = (
        f"the run needs {bytes_text(refused.needed)} of memory, "
        f"{bytes_text(refused.available)} are available"
    )
    if refused.inputs is None:
        why = ", not even a sixteenth of its size"
        if 2 * refused.weights > refused.available:
            why = f": the weights alone take {bytes_text(refused.weights)}"
        raise click.UsageError(f"{message}; no smaller input fits{why}")
    fits = " ".join(f"--input {shape}" for shape in shape_options(refused.inputs))
    raise click.UsageError(f"{message}; `{fits}` fits")


def shape_options(inputs: dict[str, Shape]) -> tuple[str, ...]:
    """Inputs as `--input` takes them."""
    only = list(inputs) == ["input"]
    shapes = {name: show_shape(shape) for name, shape in inputs.items()}
    return tuple(shape if only else f"{name}={shape}" for name, shape in shapes.items())


def refuse_to_run(graph: Graph, *, is_parted: bool = False) -> None:
    """Refuse a network with a layer that NumPy cannot run, as `not_run` says it.

    Raises:
        UsageError: it has one.
    """
    layer = not_run(graph, is_parted=is_parted)
    if layer is not None:
        named = f"`{layer.name}` ({layer.op.name})"
        raise click.UsageError(f"{named} is a layer that the NumPy engine cannot run")


def bare_network(lines: str, inputs: tuple[str, ...]) -> Graph:
    """The graph of bare layers, commas between them, on one input.

    Raises:
        SpecError: the layers have faults.
        UsageError: there is no input, or more than one.
    """
    from cnncalc.spec import Selection, build  # noqa: PLC0415 - as above

    if len(inputs) != 1:
        raise click.UsageError("-l needs one --input, such as 64x56x56")
    shape = input_shapes(inputs).get(None)
    if shape is None:
        raise click.UsageError("with -l, --input takes no label")
    import json  # noqa: PLC0415 - a quarter of what the start of a table takes beyond its packages

    layers = "".join(f"  - {line.strip()}\n" for line in _split(lines))
    text = f"name: {json.dumps(lines)}\ninput: {show_shape(shape)}\nlayers:\n{layers}"
    return build(text, "-l", Selection())


def _split(lines: str) -> list[str]:
    """The layers between the commas outside of brackets."""
    parts, depth = [""], 0
    for character in lines:
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts
