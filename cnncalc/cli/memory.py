"""Runs that the memory does not hold are refused before they start."""

import click

from cnncalc.cli.network import load_network
from cnncalc.diagnostics import SpecError
from cnncalc.facts import bytes_text
from cnncalc.graph import Graph
from cnncalc.ops.values import Shape, show_shape


def refuse_if_too_large(
    graph: Graph, network: str, settings: tuple[str, ...], dtype: str, batch: int
) -> None:
    """Leave when a run takes more memory than there is, naming an input that fits.

    Raises:
        UsageError: it does.
    """
    from cnncalc.engine import estimate  # noqa: PLC0415 - NumPy loads slowly

    def rebuild(inputs: dict[str, Shape]) -> Graph | None:
        try:
            return load_network(network, settings, shape_options(inputs))
        except SpecError:
            return None

    refused = estimate.refusal(
        graph, lambda one: estimate.needed_bytes(one, dtype, batch), rebuild
    )
    if refused is None:
        return
    message = (
        f"the run takes {bytes_text(refused.needed)}, {bytes_text(refused.available)} "
        f"of memory are available"
    )
    if refused.inputs is None:
        alone = bytes_text(refused.weights)
        raise click.UsageError(f"{message}; no smaller input fits, the weights alone are {alone}")
    fits = " ".join(f"--input {shape}" for shape in shape_options(refused.inputs))
    raise click.UsageError(f"{message}; `{fits}` fits")


def shape_options(inputs: dict[str, Shape]) -> tuple[str, ...]:
    """Inputs as `--input` takes them."""
    only = list(inputs) == ["input"]
    shapes = {name: show_shape(shape) for name, shape in inputs.items()}
    return tuple(shape if only else f"{name}={shape}" for name, shape in shapes.items())
