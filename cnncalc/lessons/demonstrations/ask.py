"""A demonstration that is asked for by its name: of what it is, and where its values are from."""

from collections.abc import Callable

from cnncalc.analysis.explain import told_names
from cnncalc.diagnostics import did_you_mean, shortened
from cnncalc.engine.execute import LayerError
from cnncalc.graph import Graph
from cnncalc.lessons.bounds import MOST_EFFORT, Limits, RefusedError, check_run, effort_of
from cnncalc.lessons.demonstrations.base import Demonstration, alone, up_to
from cnncalc.lessons.demonstrations.dense import dense_equivalent
from cnncalc.lessons.demonstrations.field import receptive_field
from cnncalc.lessons.demonstrations.sharing import sharing
from cnncalc.lessons.demonstrations.shift import shift
from cnncalc.lessons.demonstrations.sparsity import sparsity
from cnncalc.lessons.places import Place, place_in
from cnncalc.lessons.properties import OF_ONE, PROPERTIES
from cnncalc.printable import printable
from cnncalc.records import Record


class Wished(Record):
    """What is asked for besides the property.

    Attributes:
        at: of sparsity the place of the output.
        seed: of weights and inputs.
        advance: is called where a part of a longer run is done.
    """

    at: Place | None = None
    seed: int = 0
    advance: Callable[[], None] = lambda: None


def demonstrate(graph: Graph, name: str, layer: str | None, wished: Wished) -> Demonstration:
    """A property of a network, of its layer, or of what leads to that.

    Raises:
        KeyError: there is no such layer.
        RefusedError: there is no such property, or it is not shown.
        PlaceError: there is no such output.
    """
    if name not in PROPERTIES:
        hint = did_you_mean(name, PROPERTIES) or f"it is one of {', '.join(PROPERTIES)}"
        raise RefusedError(f"there is no property `{printable(name)}`: {hint}")
    if wished.seed < 0:
        raise RefusedError(f"a seed is 0 or more, not {wished.seed}")
    if wished.at is not None and name != "sparsity":
        raise RefusedError(f"`{name}` is of all outputs: a place is for sparsity")
    part = part_of(graph, name, layer)
    # For `sharing` each layer is run by itself, and no more of them than there is time for.
    effort = effort_of(part) if name == "sharing" else MOST_EFFORT
    check_run(part, "float64", f"`{name}`", Limits(effort))
    try:
        return _shown(part, name, wished)
    except LayerError as fault:
        raise RefusedError(str(fault)) from None


def part_of(graph: Graph, name: str, layer: str | None) -> Graph:
    """What is run: the layer alone, the network up to it, or all of it.

    Raises:
        KeyError: there is no such layer.
    """
    if layer is None:
        return graph if name == "sharing" else up_to(graph, graph.layers[-1].name)
    found = {one.name: one for one in graph.layers}
    if layer not in found:
        shown = f"`{shortened(printable(layer))}`"
        inside = next((one.name for one in graph.layers if one.is_under(layer)), None)
        if inside is not None:
            raise KeyError(f"{shown} is a group: name a layer, such as `{printable(inside)}`")
        hint = did_you_mean(layer, found) or told_names(graph)
        raise KeyError(f"there is no layer {shown}: {hint}")
    return alone(found[layer]) if name in OF_ONE else up_to(graph, layer)


def _shown(part: Graph, name: str, wished: Wished) -> Demonstration:
    if name == "receptive-field":
        return receptive_field(part, wished.advance)
    seed = wished.seed
    if name == "sparsity":
        at = None if wished.at is None else place_in(part.layers[-1], wished.at, None)
        shown = sparsity(part, seed, at)
    else:
        run = {"sharing": sharing, "shift": shift, "dense-equivalent": dense_equivalent}[name]
        shown = run(part, seed)
    return shown._replace(
        notes=(f"weights and inputs are drawn from the seed {seed}, in float64",)
    )
