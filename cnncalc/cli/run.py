"""`cnncalc run`: a network on an image or an array, with weights from a file."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from cnncalc.cli import options
from cnncalc.cli.arrays import (
    OUT_OF_MEMORY,
    files_option,
    read_tensors,
    refuse_both,
    resize_option,
    unknown_layer,
    weights_option,
)
from cnncalc.cli.network import load_network, refuse_if_too_large, refuse_to_run
from cnncalc.cli.output import FaultsError, deliver, fail
from cnncalc.cli.run_inputs import check_files, read_inputs, split
from cnncalc.cli.run_results import compare, describe, write
from cnncalc.diagnostics import SpecError
from cnncalc.graph import Graph
from cnncalc.render.text import printable

if TYPE_CHECKING:
    from cnncalc.engine.base import Array
    from cnncalc.engine.weights import Tensors


@options.command()
@options.network_argument()
@options.layers_argument()
@options.retired_option("--layer", "name layers behind the network: cnncalc run NET LAYER")
@options.set_option
@files_option(
    "An image, a .npy array or values, such as [1,2,3]; LABEL=FILE if there are several "
    "inputs. A shape, such as 3x256x256, sets the input shape."
)
@weights_option
@options.seed_option(None, "Draw random weights from this seed.")
@resize_option
@options.dtype_option(options.RUN_DTYPES)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Write .npz, .npy (one layer) or .png (a grid of maps).",
    shell_complete=options.completed("files"),
)
@click.option(
    "--scale",
    type=click.Choice(("signed", "minmax", "none")),
    help="Colours of a .png: zero in the middle; from least to largest; or 0 black and 1 white. "
    "By default none where every output has three channels, else signed.",
)
@click.option(
    "--compare",
    "compared",
    metavar="FILE",
    help="Compare an output with an image or a .npy array; exit with 1 if they differ.",
    shell_complete=options.completed("files"),
)
def run(
    network: str,
    settings: tuple[str, ...],
    inputs: tuple[str, ...],
    weights: str | None,
    seed: int | None,
    resize: bool,
    layers: tuple[str, ...],
    dtype: str,
    output: str | None,
    scale: str | None,
    compared: str | None,
) -> None:
    """Run NET in NumPy on an image or an array.

    Prints minimum, mean and maximum of each output of NET, or of its LAYERs, and the values where
    there are few; -o writes them to a file. Images become values from 0 to 1, channels first.
    Weights are those that the spec states; for other layers the .npz file beside the spec is read,
    if there is one. A file of --weights has all.
    """
    refuse_both(weights, seed)
    _check_options(output, scale, compared)
    shapes, files = split(inputs)
    try:
        graph = load_network(network, settings, shapes)
    except SpecError as error:
        fail(error)
    wanted = layers or tuple(dict.fromkeys(graph.outputs.values()))
    _check_request(graph, wanted, files, output)
    if compared is not None and len(wanted) > 1:
        raise click.UsageError(f"--compare takes one output: name one of {', '.join(wanted)}")
    refuse_to_run(graph)
    from cnncalc.engine.arrays import ArrayError  # noqa: PLC0415 - NumPy loads slowly
    from cnncalc.engine.execute import LayerError  # noqa: PLC0415

    try:
        arrays = read_inputs(graph, files, dtype, resize=resize)
        batch = len(next(iter(arrays.values())))
        refuse_if_too_large(graph, network, settings, dtype, batch)
        tensors = read_tensors(graph, network, weights, seed, dtype)
        found = _computed(graph, tensors, arrays, wanted)
        _give(found, output, scale, compared)
    except ArrayError as fault:
        raise FaultsError(str(fault)) from None
    except LayerError as fault:
        raise click.UsageError(str(fault)) from None
    except MemoryError:
        raise click.UsageError(OUT_OF_MEMORY) from None


def _check_request(
    graph: Graph, wanted: tuple[str, ...], files: Mapping[str | None, str], output: str | None
) -> None:
    """Refuse layers and inputs that the network does not have, and files of no known kind."""
    names = [layer.name for layer in graph.layers]
    known = {*names, *graph.inputs}
    for name in (one for one in wanted if one not in known):
        raise unknown_layer(name, names)
    check_files(graph, files)
    if output is not None and not output.endswith((".npz", ".npy", ".png")):
        raise click.UsageError(f"`{output}`: results are written as .npz, .npy or .png")
    if output is not None and output.endswith(".npy") and len(wanted) > 1:
        raise click.UsageError(f"`{output}` holds one array: name one LAYER, or write .npz")


def _check_options(output: str | None, scale: str | None, compared: str | None) -> None:
    """Refuse options of what is told of results that do not go together."""
    if None not in {output, compared}:
        raise click.UsageError("--compare and --output exclude each other")
    if scale is not None and not (output or "").endswith(".png"):
        raise click.UsageError("--scale is for a picture: give -o FILE.png")


def _give(
    found: "Mapping[str, Array]", output: str | None, scale: str | None, compared: str | None
) -> None:
    """Print results, write them, or compare the only one."""
    if compared is not None:
        compare(found, compared)
    elif output is None:
        deliver(describe(found), None)
    else:
        write(found, output, scale)


def _computed(
    graph: Graph, tensors: "Tensors", inputs: "dict[str, Array]", wanted: tuple[str, ...]
) -> "dict[str, Array]":
    """The outputs of the layers asked for, without NaN or infinity."""
    from cnncalc.engine.arrays import ArrayError  # noqa: PLC0415
    from cnncalc.engine.execute import execute, first_overflow  # noqa: PLC0415

    done = execute(graph, tensors, inputs, keep=wanted)
    name = first_overflow(graph, tensors, inputs, done)
    if name is not None:
        layer = next(layer for layer in graph.layers if layer.name == name)
        place = f" ({printable(str(layer.span))})" if layer.span else ""
        shown = f"`{printable(name)}` ({printable(layer.op.notation())}){place}"
        raise ArrayError(
            f"{shown} is the first layer whose output has NaN or infinity: "
            "look at its weights, or try --dtype float64"
        )
    return {name: done.tensors[name] for name in wanted}
