"""`explain`, as Python offers it: formulas of layers, and one value worked by hand."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

from cnncalc.analysis.batches import basis_of
from cnncalc.analysis.explain import Explanation
from cnncalc.analysis.explain import explain as explain_layers
from cnncalc.graph import Graph, check_graphs

if TYPE_CHECKING:
    from cnncalc.lessons.worked.work import Worked


@overload
def explain(graph: Graph, *layers: str, bits: str | None = None) -> list[Explanation]: ...


@overload
def explain(
    graph: Graph,
    *layers: str,
    at: int | Sequence[int],
    channel: int | None = None,
    input: object = None,
    weights: str | None = None,
    seed: int | None = None,
    dtype: str | None = None,
) -> "Worked": ...


def explain(  # noqa: PLR0913 - one argument for each thing that a value depends on
    graph: Graph,
    *layers: str,
    bits: str | None = None,
    at: int | Sequence[int] | None = None,
    channel: int | None = None,
    input: object = None,  # noqa: A002 - the word of specs and of the command
    weights: str | None = None,
    seed: int | None = None,
    dtype: str | None = None,
) -> "list[Explanation] | Worked":
    """How the numbers of a network's layers come about; without names, of all of them.

    With a place, one value of one layer is worked by hand, as a run in NumPy gives it: the
    window, the weights, each product, the sum, and what the functions behind make of it.

    Args:
        graph: the network.
        *layers: names of layers or groups; with a place that of one layer.
        bits: those of weights and activations: `w8a8, fc: w32a32`; bit operations are told then.
        at: the place: row and column `(2, 3)`, fewer or more as the output has axes, a position
            or a feature `5`.
        channel: the channel of that place; 0 unless said otherwise.
        input: what the network runs on: an array, nested lists, or the path of an `.npy` file or
            a picture; of several inputs a dictionary by their names. Drawn unless given.
        weights: the path of an `.npz` file with conv1.weight, conv1.bias and so on; without it
            those that the spec states, and drawn ones.
        seed: of all that is drawn.
        dtype: float32 or float64.

    Raises:
        KeyError: there is no layer or group of that name; of a place, or it means several.
        TypeError: what is of a value is given without a place, or bits with one, or a place is no
            whole numbers.
        ValueError: no such bits or place, no layer that the bits name, the run would take too long
            or more memory than there is, or what it runs on does not suit the network.

    Example:
        >>> from cnncalc import parse
        >>> graph = parse("{name: tiny, input: 3x8x8, layers: [conv3x3 4, relu]}")
        >>> [found] = explain(graph, "conv1")
        >>> [one.values for one in found.formulas if one.quantity == "parameters"]
        ['3*3*3*4 + 4']
        >>> layers = "layers: [edge: conv1x2 1 bias=false], weights: {edge: [-1, 1]}"
        >>> edge = parse(f"{{input: 1x3x3, {layers}}}")
        >>> explain(edge, at=(0, 1), input=[[[0, 0, 8]] * 3])
        <Worked edge: conv1x2 1 bias=false, channel 0, row 0, column 1: 8>
    """
    check_graphs(graph)
    if at is not None:
        if bits is not None:
            raise TypeError("`bits` are of counts: a value is worked in a `dtype`")
        from cnncalc.lessons.worked import ask  # noqa: PLC0415 - NumPy loads slowly

        given = ask.Given(input, weights, seed or 0, dtype or "float32")
        return ask.value_at(graph, layers, ask.place_of(at, channel), given)
    others = {"channel": channel, "input": input, "weights": weights, "seed": seed, "dtype": dtype}
    for name, value in others.items():
        if value is not None:
            raise TypeError(f"`{name}` is of a value: say its place as well, `at=(2, 3)`")
    return explain_layers(graph, layers, basis_of((graph,), None, 1, bits))
