"""Inputs and weights from files, for the commands that run a network."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from cnncalc.cli import options
from cnncalc.cli.network import model_form
from cnncalc.diagnostics import did_you_mean
from cnncalc.facts import read_shape
from cnncalc.graph import Graph
from cnncalc.ops.values import show_shape
from cnncalc.render.text import printable

if TYPE_CHECKING:
    from cnncalc.engine.base import Array
    from cnncalc.engine.weights import Tensors


def files_option(help_text: str) -> options.Decorator:
    """`--input`: the shape of an input, or the file that it is read from."""
    return click.option(
        "--input",
        "inputs",
        multiple=True,
        metavar="FILE|SHAPE",
        help=help_text,
        shell_complete=options.completed("files"),
    )


weights_option = click.option(
    "--weights",
    metavar="FILE",
    help="Weights: an .npz file with conv1.weight, conv1.bias, ...",
    shell_complete=options.completed("files"),
)
resize_option = click.option("--resize", is_flag=True, help="Resize the image to the input.")


def split_inputs(given: tuple[str, ...]) -> tuple[tuple[str, ...], dict[str | None, str]]:
    """The values of `--input`: shapes for the spec, and files by the label of their input."""
    shapes, files = [], {}
    for text in given:
        label, equals, written = text.rpartition("=")
        if read_shape(written) is not None:
            shapes.append(text)
            continue
        key = label if equals else None
        if key in files:
            raise click.BadParameter(f"`{text}` is given twice", param_hint="--input")
        files[key] = written
    return tuple(shapes), files


def check_files(graph: Graph, files: Mapping[str | None, str]) -> None:
    """Refuse files for inputs that the network does not have, and inputs without a file."""
    labels = list(graph.inputs)
    for label in files:
        if label is None and len(labels) > 1:
            shown = " --input ".join(f"{name}=FILE" for name in labels)
            raise click.UsageError(f"the network has several inputs: give --input {shown}")
        if label is not None and label not in labels:
            hint = did_you_mean(label, labels) or f"it has {', '.join(labels)}"
            raise click.UsageError(f"the network has no input `{printable(label)}`: {hint}")
    held = {labels[0] if label is None else label for label in files}
    missing = [name for name in labels if name not in held]
    if missing:
        label = "" if missing == ["input"] else f"{missing[0]}="
        shape = show_shape(graph.inputs[missing[0]])
        raise click.UsageError(f"missing --input {label}FILE of {shape}")


def path_of_weights(network: str | None, weights: str | None) -> str | None:
    """The file of weights that is named, or else that stands beside the spec, if there is one.

    Raises:
        SpecError: there is no such network.
    """
    if weights is not None or network in {None, "-"} or model_form(str(network)):
        return weights
    from cnncalc.spec.library import find, weights_beside  # noqa: PLC0415 - models have none

    return weights_beside(find(str(network)))


def read_tensors(
    graph: Graph, network: str, weights: str | None, seed: int | None, dtype: str
) -> "Tensors":
    """The weights of a network: drawn where there is a seed, else from a file.

    Raises:
        UsageError: there is neither.
        ArrayError: the file cannot be read, or does not suit the network.
    """
    from cnncalc.engine.arrays import read_weights  # noqa: PLC0415 - NumPy loads slowly
    from cnncalc.engine.weights import declared, initial_weights  # noqa: PLC0415

    if seed is not None:
        return initial_weights(graph, seed, dtype)
    path = path_of_weights(network, weights)
    if path is None:
        first = next((layer for layer in graph.layers if declared(layer)), None)
        if first is None:
            return {}
        raise click.UsageError(
            f"`{first.name}` needs weights: give --weights FILE.npz, or --seed N to draw them"
        )
    return read_weights(path, graph, dtype)


def read_inputs(
    graph: Graph, files: Mapping[str | None, str], dtype: str, *, resize: bool
) -> "dict[str, Array]":
    """The inputs of a network from files, each a batch.

    Raises:
        UsageError: they hold different numbers of examples, or nothing is resized.
        ArrayError: a file cannot be read, or is of another shape than the input.
    """
    from cnncalc.engine.arrays import read_array  # noqa: PLC0415 - NumPy loads slowly
    from cnncalc.engine.images import SUFFIXES, read_image  # noqa: PLC0415

    if not any(path.lower().endswith(SUFFIXES) for path in files.values()):
        options.refuse_unused(["resize"], "arrays", "only an image is resized")
    inputs = {}
    for label, path in files.items():
        name = next(iter(graph.inputs)) if label is None else label
        shape = graph.inputs[name]
        if path.lower().endswith(SUFFIXES):
            inputs[name] = read_image(path, shape, dtype, resize=resize)
        else:
            inputs[name] = read_array(path, shape, dtype)
    if len({len(batch) for batch in inputs.values()}) > 1:
        raise click.UsageError("the inputs hold different numbers of examples")
    return inputs
