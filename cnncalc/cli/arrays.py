"""What the commands that run a network share: options, messages, and the weights these name."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from cnncalc.cli import options
from cnncalc.cli.network import model_form
from cnncalc.diagnostics import did_you_mean
from cnncalc.graph import Graph
from cnncalc.render.text import printable

if TYPE_CHECKING:
    from cnncalc.engine.weights import Tensors


def files_option(help_text: str) -> options.Decorator:
    """`--input`: the shape of an input, or what it holds."""
    return click.option(
        "--input",
        "inputs",
        multiple=True,
        metavar="FILE|VALUES|SHAPE",
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


OUT_OF_MEMORY = "the memory ran out: a smaller input takes less"


def refuse_both(weights: str | None, seed: int | None) -> None:
    """Refuse weights that are read and drawn at once.

    Raises:
        UsageError: both are given.
    """
    if weights is not None and seed is not None:
        raise click.UsageError("--weights and --seed exclude each other")


def unknown_layer(name: str, known: Iterable[str]) -> click.UsageError:
    """What is told of a layer that a network does not have."""
    hint = did_you_mean(name, known) or "`cnncalc summarize --depth all` names them"
    return click.UsageError(f"there is no layer `{printable(name)}`: {hint}")


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
    """The weights of a network: all of a file, or those that its spec states.

    Where the spec states none, they are drawn if there is a seed, else from the file beside it.

    Raises:
        UsageError: there are none.
        ArrayError: the file cannot be read, or does not suit the network.
    """
    from cnncalc.engine.arrays import read_weights  # noqa: PLC0415 - NumPy loads slowly
    from cnncalc.engine.weights import initial_weights, unstated  # noqa: PLC0415

    if weights is not None:
        return read_weights(weights, graph._replace(weights={}), dtype)
    first = unstated(graph)
    if seed is not None or first is None:
        return initial_weights(graph, seed or 0, dtype)
    path = path_of_weights(network, None)
    if path is None:
        raise click.UsageError(
            f"`{first.name}` needs weights: give --weights FILE.npz, or --seed N to draw them"
        )
    return read_weights(path, graph, dtype)
