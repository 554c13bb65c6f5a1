"""Exact shapes, parameters and MACs of convolutional networks, read from YAML specs.

Example:
    >>> graph = load("resnet:50")
    >>> summarize(graph).totals.macs
    4089184256
"""

# Nothing is imported before it is used: the program starts by importing this package.

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from os import PathLike

    from cnncalc.analysis.compare import Comparison as Comparison
    from cnncalc.analysis.diff import Diff as Diff
    from cnncalc.analysis.explain import Explanation as Explanation
    from cnncalc.analysis.summary import Row as Row
    from cnncalc.analysis.summary import Summary as Summary
    from cnncalc.analysis.summary import Totals as Totals
    from cnncalc.checks.finding import Finding as Finding
    from cnncalc.checks.finding import Report as Report
    from cnncalc.diagnostics import Diagnostic as Diagnostic
    from cnncalc.diagnostics import SpecError as SpecError
    from cnncalc.engine.verify import Check as Check
    from cnncalc.engine.verify import Verification as Verification
    from cnncalc.engine.weights import Tensors
    from cnncalc.graph import Graph as Graph
    from cnncalc.graph import Layer as Layer

_HOMES = {
    "Check": "cnncalc.engine.verify",
    "Comparison": "cnncalc.analysis.compare",
    "Diff": "cnncalc.analysis.diff",
    "Explanation": "cnncalc.analysis.explain",
    "Diagnostic": "cnncalc.diagnostics",
    "Finding": "cnncalc.checks.finding",
    "Graph": "cnncalc.graph",
    "Layer": "cnncalc.graph",
    "Report": "cnncalc.checks.finding",
    "Row": "cnncalc.analysis.summary",
    "SpecError": "cnncalc.diagnostics",
    "Summary": "cnncalc.analysis.summary",
    "Totals": "cnncalc.analysis.summary",
    "Verification": "cnncalc.engine.verify",
}


def __getattr__(name: str) -> object:
    """The public classes, each from its own module."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415

    return getattr(import_module(_HOMES[name]), name)


def load(
    path_or_name: "str | PathLike[str]",
    /,
    variant: str | int | None = None,
    **vars: object,  # noqa: A002 - the spec's own word
) -> "Graph":
    """Read a network from a file, or by the name of a bundled one.

    Args:
        path_or_name: `my/net.yaml`, `my/net.onnx`, `alexnet`, `vgg:16`, `vgg16`, or `-` for
            standard input.
        variant: the variant of the spec, when the name does not say it.
        **vars: values for variables of the spec, in place of its own.

    Raises:
        SpecError: there is no such network, or its spec has faults; it carries all of them.
        TypeError: a value that no variable can hold.
    """
    from os import fspath  # noqa: PLC0415

    from cnncalc.spec import select  # noqa: PLC0415
    from cnncalc.spec.library import find  # noqa: PLC0415

    name = fspath(path_or_name)
    if name.lower().endswith(".onnx"):
        if variant is not None or vars:
            raise TypeError("a model has neither variants nor variables")
        return read_onnx(name)
    text, file, named = find(name)
    return select(text, file, named if variant is None else variant, vars)


def read_onnx(
    path: "str | PathLike[str]",
    /,
    inputs: "Mapping[str | None, tuple[int, ...]] | tuple[int, ...] | None" = None,
) -> "Graph":
    """Read a network from an ONNX model; the values of its weights are not read.

    Args:
        path: the file; data that it keeps in other files may be absent.
        inputs: the shape of the input without the batch, or of each by its name, where the file
            leaves axes open or another size is wanted.

    Raises:
        SpecError: the file is no sound model, an axis is left open, or `onnx` is not installed.
    """
    from os import fspath  # noqa: PLC0415

    from cnncalc.interchange.onnx.read import entry as onnx_read  # noqa: PLC0415

    return onnx_read.read_onnx(
        fspath(path), {None: inputs} if isinstance(inputs, tuple) else inputs
    )


def from_torch(
    module: object, input_size: "int | tuple[int, ...] | list[tuple[int, ...]]", /
) -> "Graph":
    """Read a network from a PyTorch module, by its exporter to ONNX, in memory.

    Args:
        module: a `torch.nn.Module`; it is exported as it runs at inference.
        input_size: the shape of its input without the batch, or one for each input.

    Raises:
        SpecError: PyTorch cannot export it, or is not installed.
        TypeError: the module is none, or the shapes are none.

    Example:
        `from_torch(torchvision.models.resnet50(), (3, 224, 224))`
    """
    from cnncalc.interchange import torch_read  # noqa: PLC0415

    return torch_read.from_torch(module, input_size)


def parse(
    text: str,
    /,
    variant: str | int | None = None,
    **vars: object,  # noqa: A002 - as above
) -> "Graph":
    """Read a network from the text of a spec.

    Raises:
        SpecError: the spec has faults; it carries all of them.
        TypeError: a value that no variable can hold.

    Example:
        >>> graph = parse("{name: tiny, input: 3x8x8, layers: [conv3x3 4, relu]}")
        >>> [layer.output_shape for layer in graph.layers]
        [(4, 6, 6), (4, 6, 6)]
    """
    from cnncalc.spec import select  # noqa: PLC0415

    return select(text, "<text>", variant, vars)


def summarize(  # noqa: PLR0913 - one argument for each way to count
    graph: "Graph",
    batch: int = 1,
    dtype: str = "float32",
    *,
    auxiliary: bool = False,
    inplace: bool = True,
    training: str | None = None,
) -> "Summary":
    """Count every layer of a network, and the whole.

    Args:
        graph: the network.
        batch: examples at once, a factor on MACs and activations.
        dtype: the type of weights and activations: float64, float32, float16, bfloat16, int8.
        auxiliary: whether to count heads that are used in training only.
        inplace: whether an element-wise layer overwrites its input where nobody else reads it.
        training: the optimizer of a training step to be counted as well: sgd, momentum, rmsprop,
            adam or adamw.

    Raises:
        ValueError: the batch is below 1, or the dtype or the optimizer is not known.
    """
    from cnncalc.analysis import summary  # noqa: PLC0415

    options = summary.Options(batch, dtype, auxiliary, inplace, training)
    return summary.summarize(graph, options)


def compare(*graphs: "Graph", batch: int = 1, dtype: str = "float32") -> "Comparison":
    """Hold networks against each other: costs, ratios to the first, and whether terms are equal.

    Raises:
        ValueError: the batch is below 1, or the dtype is not known.
    """
    from cnncalc.analysis import compare as module  # noqa: PLC0415
    from cnncalc.analysis.summary import Options  # noqa: PLC0415

    named = [(f"{one.name}:{one.variant}" if one.variant else one.name, one) for one in graphs]
    return module.compare(named, Options(batch, dtype))


def diff(old: "Graph", new: "Graph", batch: int = 1, dtype: str = "float32") -> "Diff":
    """What changed from one network to another, layer by layer, and what it costs.

    Raises:
        ValueError: the batch is below 1, or the dtype is not known.
    """
    from cnncalc.analysis import diff as module  # noqa: PLC0415

    return module.diff(old, new, batch, dtype)


def explain(graph: "Graph", *layers: str) -> "list[Explanation]":
    """How the numbers of a network's layers come about; without names, of all of them.

    Raises:
        KeyError: there is no layer or group of that name.
    """
    from cnncalc.analysis import explain as module  # noqa: PLC0415

    return module.explain(graph, layers)


def check(
    *paths: "str | PathLike[str]",
    select: "Iterable[str]" = ("W",),
    ignore: "Iterable[str]" = (),
    trusted: bool = False,
) -> "Report":
    """Check every spec and variant below some paths: faults, expectations, budgets and lint.

    Project files and baselines are the command's: nothing is read but the specs.

    Args:
        *paths: files, folders, `-`, or names of bundled networks.
        select: prefixes of the codes of the lint rules that take part.
        ignore: prefixes of the codes of those that do not.
        trusted: whether specs may be as large as `load` allows.
    """
    from os import fspath  # noqa: PLC0415

    from cnncalc.checks import run  # noqa: PLC0415

    names = [fspath(path) for path in paths]
    return run.check_paths(names, tuple(select), tuple(ignore), is_trusted=trusted)


def verify(graph: "Graph", seed: int = 0, dtype: str = "float32") -> "Verification":
    """Run a network in NumPy, and hold every predicted number against what happened.

    Weights and inputs are drawn from the seed; the dtype is float32 or float64.

    Raises:
        ValueError: the dtype is another, or the seed is negative.
    """
    from cnncalc.engine import verify as module  # noqa: PLC0415

    return module.verify(graph, seed, dtype)


def write_onnx(
    graph: "Graph",
    path: "str | PathLike[str]",
    seed: int | None = 0,
    weights: "Tensors | None" = None,
    *,
    auxiliary: bool = False,
) -> None:
    """Write a network to an ONNX file, opset 20, whole or not at all.

    Args:
        graph: the network.
        path: where to.
        seed: what weights are drawn from; None leaves their values out, so that a reader must
            not load external data.
        weights: for each layer's name its tensors by their names, in place of drawn ones.
        auxiliary: whether to write heads that are used in training only.

    Raises:
        ModuleNotFoundError: the package `onnx` is not there: `pip install 'cnncalc[onnx]'`.
        OSError: the file cannot be written.
        ValueError: the weights take more than 2 GiB.
    """
    from cnncalc.interchange.onnx import write as module  # noqa: PLC0415

    module.write_onnx(graph, path, seed, weights, auxiliary=auxiliary)
