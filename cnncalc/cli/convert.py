"""`cnncalc convert`: a network in another format."""

import os

import click

from cnncalc.cli import options
from cnncalc.cli.network import chosen, load_network, model_form
from cnncalc.cli.output import deliver, deliver_bytes, fail
from cnncalc.diagnostics import SpecError, did_you_mean
from cnncalc.graph import Graph
from cnncalc.interchange.beside import beside_readers
from cnncalc.interchange.channels_first import channels_first
from cnncalc.interchange.spelled import spelled
from cnncalc.interchange.unwritable import UnwritableError
from cnncalc.render.text import printable

FORMATS = {
    ".onnx": "onnx",
    ".py": "torch",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".mmd": "mermaid",
    ".dot": "dot",
    ".gv": "dot",
    ".svg": "svg",
    ".png": "png",
    ".pdf": "pdf",
}
"""The format of each suffix."""

WRITTEN = ("onnx", "torch", "yaml")
"""Those that hold a network; all others draw it."""

BINARY = {"onnx": "an ONNX model", "png": "a PNG", "pdf": "a PDF"}
"""Those that are no text."""


@options.command()
@options.network_argument(metavar="IN")
@click.argument("target", metavar="OUT", shell_complete=options.completed("files"))
@options.set_option
@options.input_option
@click.option(
    "--to",
    "form",
    type=click.Choice(list(dict.fromkeys(FORMATS.values()))),
    help="Format, if OUT is `-` or has another suffix.",
)
@click.option("--no-weights", is_flag=True, help="ONNX: write the shapes of the weights only.")
@options.seed_option(None, "ONNX: random seed of the weights; by default 0.")
@click.option(
    "--fold/--flat",
    "is_folded",
    default=None,
    help="YAML: blocks and repeats, or every layer by its name; by default models are folded.",
)
@click.option(
    "--depth",
    type=click.IntRange(1),
    metavar="N",
    help="Diagrams: levels of groups to draw; by default all, or what a picture has room for.",
)
@options.auxiliary_option
def convert(
    network: str,
    target: str,
    settings: tuple[str, ...],
    inputs: tuple[str, ...],
    form: str | None,
    no_weights: bool,
    seed: int | None,
    is_folded: bool | None,
    depth: int | None,
    auxiliary: bool,
) -> None:
    """Convert IN to the format that the suffix of OUT names.

    \b
    .onnx       an ONNX model
    .py         a module for PyTorch
    .yaml       a spec: of a model with blocks and repeats (layers may be
                renamed), of a model file of Ultralytics with its modules and
                scales, of a spec with all that repeats written out
    .mmd, .dot  a diagram for Mermaid or Graphviz
    .svg, .png, .pdf
                the same as a picture, drawn by Graphviz (installed apart)

    Layers with channels last are converted to channels first. OUT is written completely or not
    at all. A spec keeps its training-only heads without --auxiliary.
    """  # noqa: D301 - `\b` keeps click from wrapping lines
    form = _chosen_form(target, form)
    if form in WRITTEN:
        options.refuse_unused(["depth"], f"the format {form}", "diagrams have levels")
    weights = (no_weights, seed)
    _check_options(network, target, form, weights, auxiliary=auxiliary, is_folded=is_folded)
    try:
        graph = load_network(network, settings, inputs)
    except SpecError as error:
        fail(error)
    if not graph.layers:
        raise CannotError("the network has no layers: there is nothing to write")
    graph = channels_first(graph)
    if form not in WRITTEN:
        from cnncalc.cli.picture import deliver_diagram  # noqa: PLC0415 - one form of several

        return deliver_diagram(graph, form, target, depth=depth, auxiliary=auxiliary)
    graph = beside_readers(spelled(graph))
    try:
        if form == "onnx":
            drawn_from = None if no_weights else seed or 0
            data = _onnx_bytes(graph, target, drawn_from, auxiliary=auxiliary)
            return deliver_bytes(data, target)
        if form == "torch":
            return deliver(_torch_text(graph, network, settings, inputs, auxiliary), target)
        is_changed = bool(settings or inputs)
        graph = _as_stated(graph, is_changed=is_changed)
        spec = _spec(graph, network, is_folded=is_folded, is_changed=is_changed)
        return deliver(spec, target)
    except UnwritableError as fault:
        raise CannotError(str(fault)) from None


class CannotError(click.ClickException):
    """A network that the format cannot hold, though the command line is right."""

    exit_code = 2


def _chosen_form(target: str, form: str | None) -> str:
    """The format that the option or the suffix names."""
    suffix = os.path.splitext(target)[1].lower()
    found = form or FORMATS.get(suffix)
    if found is None and target == "-":
        raise click.UsageError(
            "standard output has no suffix: name the format, such as `--to yaml`"
        )
    if found is None:
        hint = did_you_mean(suffix, FORMATS) or f"the suffixes are {', '.join(FORMATS)}"
        raise click.UsageError(f"`{printable(target)}` has no known suffix: {hint}")
    if target == "-" and found in BINARY:
        raise click.UsageError(f"{BINARY[found]} is binary: name a file, such as `net.{found}`")
    return found


def _check_options(
    network: str,
    target: str,
    form: str,
    weights: tuple[bool, int | None],
    *,
    auxiliary: bool,
    is_folded: bool | None,
) -> None:
    """Refuse options that the format has no use for, or lacks."""
    no_weights, seed = weights
    if no_weights and seed is not None:
        raise click.UsageError("--no-weights and --seed exclude each other")
    if form != "onnx" and (no_weights or seed is not None):
        option = "--no-weights" if no_weights else "--seed"
        raise click.UsageError(f"{option} is for ONNX: other formats hold no weights")
    if form != "yaml" and is_folded is not None:
        raise click.UsageError("--fold and --flat are for YAML: other formats have one form")
    if form == "yaml" and auxiliary:
        raise click.UsageError("--auxiliary has no effect: a spec keeps its auxiliary heads")
    is_drawn = form == "onnx" and not no_weights and seed is None
    if is_drawn and model_form(network):
        named = f"the weights of `{printable(network)}` are not read"
        raise click.UsageError(f"{named}: give --no-weights, or --seed N for random ones")
    paths = (network, network.rpartition(":")[0])  # with and without a variant
    if (
        target != "-"
        and os.path.exists(target)
        and any(os.path.isfile(path) and os.path.samefile(path, target) for path in paths)
    ):
        raise click.UsageError(f"`{printable(target)}` is the input itself: name another file")


def _onnx_bytes(graph: Graph, target: str, seed: int | None, *, auxiliary: bool) -> bytes:
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
        return model_bytes(graph, os.path.basename(target), seed, auxiliary=auxiliary)
    except ModelTooLargeError as fault:
        raise click.UsageError(f"{fault}; --no-weights leaves them out") from None
    except MemoryError:
        raise click.UsageError("the memory ran out: --no-weights takes little") from None


def _as_stated(graph: Graph, *, is_changed: bool) -> Graph:
    """The graph, without the numbers that its spec states where options change it."""
    return graph._replace(expect=(), budget=(), published=()) if is_changed else graph


def _spec(graph: Graph, network: str, *, is_folded: bool | None, is_changed: bool) -> str:
    """The network as a spec; that of an exported model is folded unless the options say other."""
    text = None if is_changed or is_folded is not None else _translated(network)
    if text is not None:
        return text
    # Layers that a spec has named keep their names, also in a model that was written here.
    if graph.is_exported if is_folded is None else is_folded:
        from cnncalc.interchange.folded.write import render_folded  # noqa: PLC0415 - as above

        return render_folded(graph)
    from cnncalc.interchange.resolved.checked import render_checked  # noqa: PLC0415 - as above

    return render_checked(graph)


def _translated(network: str) -> str | None:
    """The spec that a model file of Ultralytics means; None when it is none."""
    if "-" in {network, network.rpartition(":")[0]} or model_form(network) is not None:
        return None  # standard input is read already
    from cnncalc.spec.ultralytics.text import spec_text  # noqa: PLC0415 - as above

    source, selection = chosen(network, (), ())
    return spec_text(source.text, source.file, selection.variant)


def _torch_text(
    graph: Graph,
    network: str,
    settings: tuple[str, ...],
    inputs: tuple[str, ...],
    auxiliary: bool,
) -> str:
    """The network as a module for PyTorch, with the names of its spec where that can be read."""
    from cnncalc.interchange.torch.hints import hints_of  # noqa: PLC0415 - as above
    from cnncalc.interchange.torch.write import render_torch  # noqa: PLC0415

    hints = None
    if network != "-" and not model_form(network):  # standard input is read already
        source, selection = chosen(network, settings, inputs)
        hints = hints_of(source.text, source.file, selection)
    return render_torch(graph, hints, auxiliary=auxiliary)
