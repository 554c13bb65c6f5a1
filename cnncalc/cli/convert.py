"""`cnncalc convert`: a network in another form."""

import os
from os.path import basename
from typing import TYPE_CHECKING

import click

from cnncalc.cli import options
from cnncalc.cli.network import MODEL, chosen, load_network
from cnncalc.cli.output import deliver, deliver_bytes, fail
from cnncalc.diagnostics import SpecError, did_you_mean
from cnncalc.graph import Graph
from cnncalc.interchange.channels_first import channels_first
from cnncalc.interchange.unwritable import UnwritableError
from cnncalc.render.text import printable

if TYPE_CHECKING:
    from cnncalc.interchange.torch.hints import Hints

FORMATS = {
    ".onnx": "onnx",
    ".py": "torch",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".mmd": "mermaid",
    ".dot": "dot",
    ".gv": "dot",
}
"""What a file's suffix asks for."""


@options.command()
@options.network_argument(metavar="IN")
@click.argument("target", metavar="OUT", shell_complete=options.completed("files"))
@options.set_option
@options.input_option
@click.option(
    "--to",
    "form",
    type=click.Choice(list(dict.fromkeys(FORMATS.values()))),
    help="The form, where OUT is `-` or its suffix does not say it.",
)
@click.option("--no-weights", is_flag=True, help="ONNX: the dims of the weights alone.")
@options.seed_option(None, "ONNX: what the weights are drawn from; 0 by default.")
@options.auxiliary_option
def convert(
    network: str,
    target: str,
    settings: tuple[str, ...],
    inputs: tuple[str, ...],
    form: str | None,
    no_weights: bool,
    seed: int | None,
    auxiliary: bool,
) -> None:
    """Write IN to OUT in the form that the suffix of OUT names.

    .onnx is a model, .py a module for PyTorch, .yaml a spec with every block and repeat put in,
    .mmd and .dot diagrams for Mermaid and Graphviz. OUT is written whole or not at all.
    Layers of a model that have their channels last are written with them first. A spec holds
    heads that are used in training only without --auxiliary.
    """
    form = chosen_form(target, form)
    check_options(network, form, no_weights=no_weights, seed=seed, auxiliary=auxiliary)
    if target != "-" and is_same_file(network, target):
        raise click.UsageError(f"`{printable(target)}` is the input itself: name another file")
    try:
        graph = load_network(network, settings, inputs)
    except SpecError as error:
        fail(error)
    check_layers(graph)
    if form in {"onnx", "torch", "yaml"}:
        graph = channels_first(graph)
    try:
        if form == "onnx":
            drawn_from = None if no_weights else seed or 0
            data = onnx_bytes(graph, target, drawn_from, auxiliary=auxiliary)
            return deliver_bytes(data, target)
        if form == "torch":
            hints = hints_for(network, settings, inputs)
            return deliver(torch_text(graph, hints, auxiliary=auxiliary), target)
        if settings or inputs:  # what is stated is stated of the network as it stands in the spec
            graph = graph._replace(expect=(), budget=(), published=())
        return deliver(text_of(graph, form, auxiliary=auxiliary), target)
    except UnwritableError as fault:
        raise CannotError(str(fault)) from None


class CannotError(click.ClickException):
    """A network that the form cannot say; the command was called as it should be."""

    exit_code = 2


def check_layers(graph: Graph) -> None:
    """Refuse a network in which nothing happens, as a model may be that hands its input on.

    Raises:
        CannotError: it is one.
    """
    if not graph.layers:
        raise CannotError("the network has no layers: there is nothing to write")


def chosen_form(target: str, form: str | None) -> str:
    """The form that the suffix means, or the option.

    Raises:
        UsageError: neither says it, or it cannot go to standard output.
    """
    suffix = os.path.splitext(target)[1].lower()
    found = form or FORMATS.get(suffix)
    if found is None and target == "-":
        raise click.UsageError("standard output has no suffix: give --to, as `--to yaml`")
    if found is None:
        hint = did_you_mean(suffix, FORMATS) or f"the suffixes are {', '.join(FORMATS)}"
        raise click.UsageError(f"`{printable(target)}` names no form: {hint}")
    if target == "-" and found == "onnx":
        raise click.UsageError("a model is no text: name a file, as `net.onnx`")
    return found


def check_options(
    network: str, form: str, *, no_weights: bool, seed: int | None, auxiliary: bool
) -> None:
    """Refuse options that the form has no use for, or lacks.

    Raises:
        UsageError: there is one.
    """
    if no_weights and seed is not None:
        raise click.UsageError("--no-weights and --seed exclude each other")
    if form != "onnx" and (no_weights or seed is not None):
        option = "--no-weights" if no_weights else "--seed"
        raise click.UsageError(f"{option} is for ONNX: other forms hold no weights")
    if form == "yaml" and auxiliary:
        raise click.UsageError("a spec holds the auxiliary heads without --auxiliary")
    is_drawn = form == "onnx" and not no_weights and seed is None
    if is_drawn and network.lower().endswith(MODEL):
        named = f"the weights of `{printable(network)}` are not read"
        raise click.UsageError(f"{named}: say --no-weights, or --seed N for others")


def is_same_file(network: str, target: str) -> bool:
    """Whether the target is the file that the network is read from, a variant left off."""
    paths = (network, network.rpartition(":")[0])
    return os.path.exists(target) and any(
        os.path.isfile(path) and os.path.samefile(path, target) for path in paths
    )


def onnx_bytes(graph: Graph, target: str, seed: int | None, *, auxiliary: bool) -> bytes:
    """The model of a network.

    Raises:
        UsageError: it cannot be written here.
    """
    try:
        from cnncalc.interchange.onnx.write import (  # noqa: PLC0415 - onnx loads slowly
            ModelTooLargeError,
            model_bytes,
        )
    except ModuleNotFoundError as fault:
        if fault.name != "onnx":
            raise
        message = "ONNX needs the package `onnx`: pip install 'cnncalc[onnx]'"
        raise click.UsageError(message) from None
    try:
        return model_bytes(graph, basename(target), seed, auxiliary=auxiliary)
    except ModelTooLargeError as fault:
        raise click.UsageError(f"{fault}; --no-weights leaves them out") from None
    except MemoryError:
        message = "the memory ran out: --no-weights takes little"
        raise click.UsageError(message) from None


def text_of(graph: Graph, form: str, *, auxiliary: bool) -> str:
    """The network as a spec or a diagram.

    Raises:
        UnwritableError: it cannot be said in that form.
    """
    if form == "yaml":
        from cnncalc.interchange.resolved.write import render_resolved  # noqa: PLC0415 - as above

        return render_resolved(graph)
    from cnncalc.render.diagram import diagram  # noqa: PLC0415 - as above
    from cnncalc.render.graphviz import render_dot  # noqa: PLC0415
    from cnncalc.render.mermaid import render_mermaid  # noqa: PLC0415

    drawn = diagram(graph, auxiliary=auxiliary)
    return render_dot(drawn) if form == "dot" else render_mermaid(drawn)


def hints_for(network: str, settings: tuple[str, ...], inputs: tuple[str, ...]) -> "Hints | None":
    """The words of the spec; None where it is read already, or there is none."""
    from cnncalc.interchange.torch.hints import hints_of  # noqa: PLC0415 - as above

    if network == "-" or network.lower().endswith(".onnx"):
        return None
    source, selection = chosen(network, settings, inputs)
    return hints_of(source.text, source.file, selection)


def torch_text(graph: Graph, hints: "Hints | None", *, auxiliary: bool) -> str:
    """The network as a module for PyTorch.

    Raises:
        UnwritableError: an op has no module.
    """
    from cnncalc.interchange.torch.write import render_torch  # noqa: PLC0415 - as above

    return render_torch(graph, hints, auxiliary=auxiliary)
