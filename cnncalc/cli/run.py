"""`cnncalc run`: a network on an image or an array, with weights from a file."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from cnncalc.cli import options
from cnncalc.cli.arrays import (
    check_files,
    files_option,
    read_inputs,
    read_tensors,
    resize_option,
    split_inputs,
    weights_option,
)
from cnncalc.cli.network import load_network, refuse_if_too_large, refuse_to_run
from cnncalc.cli.output import FaultsError, deliver, deliver_bytes, fail
from cnncalc.diagnostics import SpecError, did_you_mean
from cnncalc.graph import Graph
from cnncalc.ops.values import show_shape
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
    "An image or .npy array; LABEL=FILE if there are several inputs. A shape, such as "
    "3x256x256, sets the input shape."
)
@weights_option
@options.seed_option(None, "Draw random weights from this seed.")
@resize_option
@options.dtype_option(options.RUN_DTYPES)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Write .npz, .npy (one layer) or .png (channels side by side).",
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
) -> None:
    """Run NET in NumPy on an image or an array.

    Prints minimum, mean and maximum of each output of NET, or of its LAYERs; -o writes them
    to a file. Images become values from 0 to 1, channels first. Without --weights, the .npz file
    beside the spec is read, if there is one.
    """
    if weights is not None and seed is not None:
        raise click.UsageError("--weights and --seed exclude each other")
    shapes, files = split_inputs(inputs)
    try:
        graph = load_network(network, settings, shapes)
    except SpecError as error:
        fail(error)
    wanted = layers or tuple(dict.fromkeys(graph.outputs.values()))
    _check_request(graph, wanted, files, output)
    refuse_to_run(graph)
    from cnncalc.engine.arrays import ArrayError  # noqa: PLC0415 - NumPy loads slowly
    from cnncalc.engine.execute import LayerError  # noqa: PLC0415

    try:
        arrays = read_inputs(graph, files, dtype, resize=resize)
        batch = len(next(iter(arrays.values())))
        refuse_if_too_large(graph, network, settings, dtype, batch)
        tensors = read_tensors(graph, network, weights, seed, dtype)
        found = _computed(graph, tensors, arrays, wanted)
        if output is None:
            return deliver(_described(found), None)
        return deliver_bytes(_encoded(found, output), output)
    except ArrayError as fault:
        raise FaultsError(str(fault)) from None
    except LayerError as fault:
        raise click.UsageError(str(fault)) from None
    except MemoryError:
        raise click.UsageError("the memory ran out: a smaller input takes less") from None


def _check_request(
    graph: Graph, wanted: tuple[str, ...], files: Mapping[str | None, str], output: str | None
) -> None:
    """Refuse layers and inputs that the network does not have, and files of no known kind."""
    names = [layer.name for layer in graph.layers]
    known = {*names, *graph.inputs}
    for name in (one for one in wanted if one not in known):
        hint = did_you_mean(name, names) or "`cnncalc summarize --depth all` names them"
        raise click.UsageError(f"there is no layer `{printable(name)}`: {hint}")
    check_files(graph, files)
    if output is not None and not output.endswith((".npz", ".npy", ".png")):
        raise click.UsageError(f"`{output}`: results are written as .npz, .npy or .png")
    if output is not None and output.endswith(".npy") and len(wanted) > 1:
        raise click.UsageError(f"`{output}` holds one array: name one LAYER, or write .npz")


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


def _described(found: "Mapping[str, Array]") -> str:
    """A line for each array: its shape, and minimum, mean and maximum."""
    width = max(len(printable(name)) for name in found)
    lines = []
    for name, array in found.items():
        shape = show_shape(array.shape[1:] if len(array) == 1 else array.shape)
        low, mean, high = (float(value) for value in (array.min(), array.mean(), array.max()))
        start = f"{printable(name):<{width}}  {shape}"
        lines.append(f"{start}  min {low:.4g}  mean {mean:.4g}  max {high:.4g}\n")
    return "".join(lines)


def _encoded(found: "Mapping[str, Array]", path: str) -> bytes:
    from cnncalc.engine.arrays import ArrayError, archive, single  # noqa: PLC0415
    from cnncalc.engine.images import png  # noqa: PLC0415

    if path.endswith(".npz"):
        return archive(found)
    if path.endswith(".npy"):
        return single(next(iter(found.values())))
    for name, array in found.items():
        if array.ndim != 4 or len(array) != 1:
            shape = show_shape(array.shape if len(array) > 1 else array.shape[1:])
            raise ArrayError(f"`{printable(name)}` is {shape}, which is not an image: write .npz")
    return png([array[0] for array in found.values()])
