"""`cnncalc explain --at`: one value worked by hand."""

from typing import TYPE_CHECKING, Any

import click

from cnncalc.cli import options
from cnncalc.cli.arrays import (
    OUT_OF_MEMORY,
    path_of_weights,
    read_tensors,
    refuse_both,
    resize_option,
    weights_option,
)
from cnncalc.cli.network import (
    bare_network,
    load_network,
    refuse_if_too_large,
    refuse_to_run,
)
from cnncalc.cli.output import FaultsError, deliver, fail, is_ascii, page_width
from cnncalc.cli.run_inputs import Files, check_files, read_inputs, split
from cnncalc.cli.whole import Whole
from cnncalc.diagnostics import SpecError
from cnncalc.graph import Graph, Layer
from cnncalc.lessons.places import PlaceError, place_in
from cnncalc.records import Record

if TYPE_CHECKING:
    from cnncalc.lessons.worked import Worked

MOST_LAYERS = 20
"""Layers whose values are worked in one run."""

MOST_NUMBERS = 4
"""Numbers of a place: there are no more axes."""

PLACED = ("channel", "weights", "seed", "resize")
"""The options that say something of a place, by their names."""


class Request(Record):
    """What the command line says of a value that is to be worked."""

    network: str | None
    layers: tuple[str, ...]
    bare: tuple[str, ...]
    settings: tuple[str, ...]
    inputs: tuple[str, ...]
    dtype: str
    place: tuple[int, ...]
    channel: int | None
    weights: str | None
    seed: int | None
    resize: bool


def read_place(
    _context: click.Context, _option: click.Parameter, text: str | None
) -> tuple[int, ...] | None:
    """A place on the command line: `2,3`.

    Raises:
        BadParameter: it is none.
    """
    if text is None:
        return None
    parts = [part.strip() for part in text.split(",")]
    if parts == [""]:
        raise click.BadParameter("no place is given: write its numbers as 2,3")
    if any(part.startswith("-") and part[1:].isdecimal() for part in parts):
        raise click.BadParameter(f"`{text}` is no place: its numbers count from 0")
    if len(parts) > MOST_NUMBERS or not all(
        part.isascii() and part.isdecimal() and len(part) < 12 for part in parts
    ):
        raise click.BadParameter(f"`{text}` is no place: write its numbers as 2,3")
    return tuple(map(int, parts))


def place_options(function: Any) -> Any:
    """`--at`, and what a place needs."""
    at = click.option(
        "--at",
        "place",
        callback=read_place,
        metavar="ROW,COLUMN",
        help="Work the value at this place of the output by hand: 2,3; of a dense layer 5.",
    )
    channel = click.option(
        "--channel",
        type=Whole("channel"),
        metavar="N",
        help="The channel of that place; 0 unless said otherwise.",
    )
    seed = options.seed_option(
        None, "Seed of weights, and of inputs without a file; 0 where no file has any."
    )
    return at(channel(weights_option(seed(resize_option(function)))))


def show_worked(request: Request, form: str, output: str | None) -> None:
    """Print or write the values of the layers that are asked for.

    Raises:
        UsageError: there is no such layer or place, or the network cannot be run.
    """
    options.refuse_unused(["symbolic", "variables", "training"], "--at", "a value has numbers")
    options.refuse_unused(["batch"], "--at", "one example is looked at")
    refuse_both(request.weights, request.seed)
    if request.dtype not in options.RUN_DTYPES:
        told = " or ".join(options.RUN_DTYPES)
        raise click.BadParameter(f"a value is worked in {told}", param_hint="--dtype")
    shapes, files = split(request.inputs)
    graph = _loaded(request, shapes)
    if files:
        check_files(graph, files)
    else:
        options.refuse_unused(["resize"], "drawn inputs", "only an image is resized")
    layers = _chosen(graph, request)
    from cnncalc.engine.estimate import needed_bytes  # noqa: PLC0415
    from cnncalc.lessons.worked import leading_to  # noqa: PLC0415 - NumPy loads slowly
    from cnncalc.render.worked import render_worked_json, render_worked_text  # noqa: PLC0415 - rare

    part = leading_to(graph, layers)
    refuse_to_run(part)
    refuse_if_too_large(
        part,
        request.network or "",
        request.settings,
        request.dtype,
        1,
        lines=request.bare[0] if request.bare else None,
        needed=lambda one: needed_bytes(leading_to(one, _chosen(one, request)), request.dtype),
    )
    found = _worked(part, layers, request, files)
    if form == "json":
        return deliver(render_worked_json(found), output)
    width = page_width(output) or 80
    text = render_worked_text(found, width, is_ascii=is_ascii(output))
    return deliver(f"```text\n{text}```\n" if form == "markdown" else text, output)


def _loaded(request: Request, shapes: tuple[str, ...]) -> Graph:
    try:
        if request.bare:
            return bare_network(request.bare[0], shapes)
        return load_network(str(request.network), request.settings, shapes)
    except SpecError as error:
        fail(error)


def _worked(
    graph: Graph, layers: tuple[Layer, ...], request: Request, files: Files
) -> "list[Worked]":
    from cnncalc.engine.arrays import ArrayError  # noqa: PLC0415 - NumPy loads slowly
    from cnncalc.engine.execute import LayerError  # noqa: PLC0415
    from cnncalc.lessons.bounds import OF_ONE, RefusedError, check_run  # noqa: PLC0415
    from cnncalc.lessons.worked import run_to, worked_in  # noqa: PLC0415

    try:
        spots = [place_in(layer, request.place, request.channel) for layer in layers]
        check_run(graph, request.dtype, "a value of that layer", OF_ONE)
        values, notes = _values(graph, request, files)
        ran = run_to(graph, layers, values)
        found = [worked_in(ran, layer, at) for layer, at in zip(layers, spots, strict=True)]
    except ArrayError as fault:
        raise FaultsError(str(fault)) from None
    except (LayerError, PlaceError, RefusedError) as fault:
        raise click.UsageError(str(fault)) from None
    except MemoryError:
        raise click.UsageError(OUT_OF_MEMORY) from None
    return [one._replace(notes=notes) for one in found]


def _chosen(graph: Graph, request: Request) -> tuple[Layer, ...]:
    from cnncalc.analysis.explain import select  # noqa: PLC0415 - with its command

    layers = graph.layers
    if request.layers:
        try:
            layers = select(graph, request.layers)
        except KeyError as fault:
            raise click.UsageError(str(fault.args[0])) from None
    elif not request.bare and len(layers) > 1:
        raise click.UsageError("name the LAYER whose value --at means: cnncalc explain NET LAYER")
    if len(layers) > MOST_LAYERS:
        raise click.UsageError(
            f"{len(layers):,} layers are asked for, at most {MOST_LAYERS} are worked: name fewer"
        )
    return layers


def _values(graph: Graph, request: Request, files: Files) -> tuple[Any, tuple[str, ...]]:
    """The weights and the inputs, and where they are from."""
    from cnncalc.engine.weights import initial_inputs, unstated  # noqa: PLC0415 - NumPy is slow
    from cnncalc.lessons.worked.ask import notes_of  # noqa: PLC0415

    has_file = (
        request.seed is None and path_of_weights(request.network, request.weights) is not None
    )
    seed = None if has_file else request.seed or 0
    tensors = read_tensors(graph, request.network or "-", request.weights, seed, request.dtype)
    if files:
        inputs = read_inputs(graph, files, request.dtype, resize=request.resize)
    else:
        inputs = initial_inputs(graph, seed or 0, request.dtype)
    is_drawn = not has_file and unstated(graph) is not None
    drawn = ["weights"] * is_drawn + ["inputs"] * (not files)
    return (tensors, inputs), notes_of(drawn, seed or 0)
