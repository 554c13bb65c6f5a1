"""A resolved spec that was read again before it is handed out."""

from cnncalc.graph import Graph
from cnncalc.interchange.alike import fault_in
from cnncalc.interchange.resolved.write import render_resolved
from cnncalc.interchange.unwritable import UnwritableError


def render_checked(graph: Graph) -> str:
    """The text of the spec, which is the graph layer by layer.

    Raises:
        UnwritableError: an op is not one of the spec language, or as below.
    """
    return checked(render_resolved(graph), graph)


def checked(text: str, graph: Graph) -> str:
    """The text of a spec, which is the graph layer by layer.

    Raises:
        UnwritableError: it is not read so, as where it is too large to be read.
    """
    if fault := fault_in(text, graph):
        raise UnwritableError(f"a spec of this network could not be read: {fault}")
    return text
