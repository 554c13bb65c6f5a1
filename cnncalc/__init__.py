"""Exact shapes, parameters and MACs of convolutional networks, read from YAML specs.

Example:
    >>> graph = load("resnet:50")
    >>> summarize(graph).totals.macs
    4089184256
"""

# Nothing is imported before it is used: the program starts by importing this package.

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

    from cnncalc.analysis.changes import Diff as Diff
    from cnncalc.analysis.compare import Comparison
    from cnncalc.analysis.explain import Explanation
    from cnncalc.analysis.summary import Summary
    from cnncalc.checks.finding import Report
    from cnncalc.design.ask import formula as formula
    from cnncalc.design.solve.ask import solve as solve
    from cnncalc.design.sweep.run import sweep as sweep
    from cnncalc.diagnostics import Diagnostic, SpecError
    from cnncalc.engine.verify import Verification
    from cnncalc.graph import Graph
    from cnncalc.interchange.named import write_onnx as write_onnx
    from cnncalc.spec.asked import Asked
    from cnncalc.timing.named import estimate as estimate

__all__ = [
    "Diagnostic",
    "Graph",
    "SpecError",
    "check",
    "compare",
    "diff",
    "estimate",
    "explain",
    "formula",
    "from_torch",
    "load",
    "parse",
    "read_onnx",
    "solve",
    "summarize",
    "sweep",
    "verify",
    "write_onnx",
]

_HOMES = {
    "Diagnostic": "cnncalc.diagnostics",
    "Graph": "cnncalc.graph",
    "SpecError": "cnncalc.diagnostics",
    "estimate": "cnncalc.timing.named",
    "formula": "cnncalc.design.ask",
    "solve": "cnncalc.design.solve.ask",
    "sweep": "cnncalc.design.sweep.run",
    "write_onnx": "cnncalc.interchange.named",
}


def __getattr__(name: str) -> object:
    """The public names that have a module of their own; classes of results stay in theirs."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415

    return getattr(import_module(_HOMES[name]), name)


def load(
    path_or_name: "str | PathLike[str]",
    /,
    variant: str | int | None = None,
    *,
    input: "Asked | None" = None,  # noqa: A002 - the word of specs and of the command
    batch: int | None = None,
    **vars: object,  # noqa: A002 - as above
) -> "Graph":
    """Read a network from a file, or by the name of a bundled one.

    Args:
        path_or_name: `my/net.yaml`, `my/net.onnx`, `my/net.keras`, `alexnet`, `vgg:16`, `vgg16`,
            or `-` for standard input.
        variant: the variant of the spec, when the name does not say it.
        input: another shape of the input, without the batch and channels first: `(3, 320, 320)` or
            `"3x320x320"`; of several inputs a dictionary by their names.
        batch: the number of examples by which `summarize`, `compare` and `diff` count it, where
            they are told no other; the graph's shapes are those of one example.
        **vars: values for variables of the spec, in place of its own.

    Raises:
        SpecError: there is no such network or input, or it has faults; it carries all of them.
        TypeError: a value that no variable can hold, or an input that is no shape at all.
        ValueError: the shape or the batch cannot be.

    Example:
        >>> load("resnet:50") == load("resnet", variant=50)
        True
        >>> load("densenet", 121, stem=32).layers[0].output_shape
        (32, 112, 112)
        >>> summarize(load("resnet:50", input="3x320x320", batch=8))
        <Summary ResNet:50: 175 layers, 25,557,032 parameters, 66,745,139,200 MACs, batch 8>
    """
    from cnncalc.interchange import named  # noqa: PLC0415

    return named.load(path_or_name, named.Wanted(variant, vars, input, batch))


def read_onnx(path: "str | PathLike[str]", /, inputs: "Asked | None" = None) -> "Graph":
    """Read a network from an ONNX or Keras model; the values of its weights are not read.

    Args:
        path: the file, `.keras` if it is one of Keras; data that an ONNX model keeps in other
            files may be absent.
        inputs: as `input` of `load`, where the file leaves axes open or another size is wanted.

    Raises:
        SpecError: the file is no sound model, an axis is left open, or `onnx` is not installed.

    Example:
        >>> from cnncalc import write_onnx
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     write_onnx(load("lenet5"), f"{folder}/lenet5.onnx")
        ...     summarize(read_onnx(f"{folder}/lenet5.onnx")).totals.parameters
        61706
    """
    from cnncalc.interchange import named  # noqa: PLC0415

    return named.read_model(path, inputs)


def from_torch(module: object, input_size: object, /) -> "Graph":
    """Read a network from a PyTorch module: it runs once, on tensors without values.

    Where what it runs depends on values it runs in earnest, and where shapes do it is exported to
    ONNX. It is left as it was. What no layer uses of its parameters is in `Graph.unused`.

    Args:
        module: a `torch.nn.Module`, read as it runs at inference.
        input_size: the shape of its input without the batch; a list of such for several inputs,
            or a dictionary by the names of its arguments. In the place of a shape may stand a
            tensor, or a shape with its type: `((128,), torch.int64)`; else the type is found.

    Raises:
        SpecError: it does not run on such inputs, or PyTorch is not installed.
        TypeError: the module is none, or the shapes are none.

    Example:
        >>> from torchvision.models import resnet50  # doctest: +SKIP
        >>> summarize(from_torch(resnet50(), (3, 224, 224))).totals.parameters  # doctest: +SKIP
        25557032
    """
    from cnncalc.interchange.torch import read as torch_read  # noqa: PLC0415

    return torch_read.from_torch(module, input_size)


def parse(
    text: str,
    /,
    variant: str | int | None = None,
    *,
    input: "Asked | None" = None,  # noqa: A002 - as for `load`
    batch: int | None = None,
    **vars: object,  # noqa: A002 - as above
) -> "Graph":
    """Read a network from the text of a spec; all else is as `load` takes it.

    Raises:
        SpecError: the spec has faults; it carries all of them.
        TypeError: a value that no variable can hold, or an input that is no shape at all.
        ValueError: the shape or the batch cannot be.

    Example:
        >>> graph = parse("{name: tiny, input: 3x8x8, layers: [conv3x3 4, relu]}")
        >>> [layer.output_shape for layer in graph.layers]
        [(4, 6, 6), (4, 6, 6)]
    """
    from cnncalc.interchange import named  # noqa: PLC0415

    return named.parse(text, named.Wanted(variant, vars, input, batch))


def summarize(  # noqa: PLR0913 - one argument for each way to count
    graph: "Graph",
    batch: int | None = None,
    dtype: str | None = None,
    *,
    auxiliary: bool = False,
    inplace: bool = True,
    training: str | None = None,
    bits: str | None = None,
) -> "Summary":
    """Count every layer of a network, and the whole.

    Args:
        graph: the network.
        batch: examples at once, a factor on MACs and activations; 1, or what `load` was given.
        dtype: float64, float32, float16, bfloat16 or int8; None: float32, or a quantised file's.
        auxiliary: whether to count heads that are used in training only.
        inplace: whether an element-wise layer overwrites its input where nobody else reads it.
        training: count a step with sgd, momentum, rmsprop, adam or adamw as well.
        bits: those of weights and activations, in the place of a dtype: `w8a8, fc: w32a32`.

    Raises:
        ValueError: no such batch, dtype, optimizer or bits, or no layer that the bits name.

    Example:
        >>> summary = summarize(load("alexnet"), batch=8)
        >>> summary.totals.parameters, summary.totals.macs
        (60965224, 5795254528)
        >>> summary.rows[0].layer.name, summary.rows[0].parameters
        ('conv1', 34944)
    """
    from cnncalc.analysis import batches, summary  # noqa: PLC0415

    basis = batches.basis_of((graph,), dtype, batch, bits, auxiliary=auxiliary, inplace=inplace)
    return summary.summarize(graph, basis.with_training(training))


def compare(
    *graphs: "Graph", batch: int | None = None, dtype: str | None = None, bits: str | None = None
) -> "Comparison":
    """Hold networks against each other: costs, ratios to the first, and whether terms are equal.

    Raises:
        ValueError: no such batch, dtype or bits; or no batch, of networks loaded for several.

    Example:
        >>> found = compare(load("resnet:18"), load("resnet:34"))
        >>> [one.summary.totals.parameters for one in found.candidates], found.differences
        ([11689512, 21797672], ('receptive fields',))
    """
    from cnncalc.analysis import batches, compare  # noqa: PLC0415

    basis = batches.basis_of(graphs, dtype, batch, bits)
    return compare.compare([(one.title, one) for one in graphs], basis)


def diff(old: "Graph", new: "Graph", batch: int | None = None, dtype: str | None = None) -> "Diff":
    """What changed from one network to another, layer by layer, and what it costs.

    Raises:
        ValueError: no such batch or dtype; or no batch, of networks loaded for several.

    Example:
        >>> old = parse("{name: tiny, input: 3x8x8, layers: [conv3x3 4, relu]}")
        >>> new = parse("{name: tiny, input: 3x8x8, layers: [conv3x3 8, relu]}")
        >>> found = diff(old, new)
        >>> found.totals["parameters"].change, [entry.status for entry in found.entries]
        (112, ['changed', 'reshaped'])
    """
    from cnncalc.analysis import diff as module  # noqa: PLC0415
    from cnncalc.analysis.batches import batch_of  # noqa: PLC0415

    return module.diff(old, new, batch_of(batch, old, new), dtype)


def explain(graph: "Graph", *layers: str, bits: str | None = None) -> "list[Explanation]":
    """How the numbers of a network's layers come about; without names, of all of them.

    Args:
        graph: the network.
        *layers: names of layers, or of groups.
        bits: those of weights and activations: `w8a8, fc: w32a32`; bit operations are told then.

    Raises:
        KeyError: there is no layer or group of that name.
        ValueError: no such bits, or no layer that they name.

    Example:
        >>> graph = parse("{name: tiny, input: 3x8x8, layers: [conv3x3 4, relu]}")
        >>> [found] = explain(graph, "conv1")
        >>> [one.values for one in found.formulas if one.quantity == "parameters"]
        ['3*3*3*4 + 4']
    """
    from cnncalc.analysis import batches  # noqa: PLC0415
    from cnncalc.analysis import explain as module  # noqa: PLC0415

    return module.explain(graph, layers, batches.basis_of((graph,), None, 1, bits))


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
        select: prefixes of the codes of the lint rules that take part; W607 does only where its
            whole code is given.
        ignore: prefixes of the codes of those that do not.
        trusted: whether specs may be as large as `load` allows.

    Example:
        >>> report = check("lenet5")
        >>> report.count("error"), report.summary()
        (0, '1 spec, 1 network, 0 errors, 0 warnings')
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

    Example:
        >>> verify(load("lenet5")).agrees
        True
    """
    from cnncalc.engine import verify as module  # noqa: PLC0415

    return module.verify(graph, seed, dtype)
