"""A network by its name, whatever that leads to: a spec, a bundled network, or a model."""

from collections.abc import Mapping
from os import PathLike, fspath
from typing import TYPE_CHECKING

from cnncalc.analysis.batches import for_batch
from cnncalc.graph import Graph
from cnncalc.ops.values import as_value
from cnncalc.records import Record
from cnncalc.spec import Selection, build
from cnncalc.spec.asked import Asked, inputs_asked

if TYPE_CHECKING:
    from cnncalc.engine.weights import Tensors


class Wanted(Record):
    """What is asked for in place of what a network says of itself, as Python values.

    Attributes:
        variant: the variant of its spec.
        values: values for variables, by their names.
        input: another input.
        batch: the examples that it is counted for.
    """

    variant: str | int | None = None
    values: Mapping[str, object] = {}
    input: Asked | None = None
    batch: int | None = None

    def selection(self, named: str | None = None) -> Selection:
        """What is selected of a spec whose name says a variant already.

        Raises:
            TypeError: a value that no variable can hold, or an input that is no shape at all.
            ValueError: an input that is no shape.
        """
        held = {name: as_value(value) for name, value in self.values.items()}
        variant = named if self.variant is None else str(self.variant)
        return Selection(variant, held, inputs_asked(self.input))


def load(path_or_name: str | PathLike[str], wanted: Wanted) -> Graph:
    """As `cnncalc.load` says."""
    from cnncalc.interchange.networks import model_form, read_model  # noqa: PLC0415 - not for text
    from cnncalc.spec.library import find  # noqa: PLC0415 - as above

    name = fspath(path_or_name)
    form = model_form(name)
    if form is None:
        text, file, named = find(name)
        return for_batch(build(text, file, wanted.selection(named)), wanted.batch)
    if wanted.variant is not None or wanted.values:
        raise TypeError("a model has neither variants nor variables")
    return for_batch(read_model(name, form, inputs_asked(wanted.input)), wanted.batch)


def parse(text: str, wanted: Wanted) -> Graph:
    """As `cnncalc.parse` says."""
    return for_batch(build(text, "<text>", wanted.selection()), wanted.batch)


def read_model(path: str | PathLike[str], asked: Asked | None) -> Graph:
    """As `cnncalc.read_onnx` says."""
    from cnncalc.interchange import networks  # noqa: PLC0415 - as above

    name = fspath(path)
    return networks.read_model(name, networks.form_by_name(name), inputs_asked(asked))


def write_onnx(
    graph: Graph,
    path: str | PathLike[str],
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

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from cnncalc import load, write_onnx
        >>> with TemporaryDirectory() as folder:
        ...     write_onnx(load("lenet5"), f"{folder}/lenet5.onnx", seed=None)
    """
    from cnncalc.interchange.onnx import write as module  # noqa: PLC0415

    module.write_onnx(graph, path, seed, weights, auxiliary=auxiliary)
