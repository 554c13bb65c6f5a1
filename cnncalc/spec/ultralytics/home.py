"""Faults and layers within a block of `modules.yaml`, told at the row that calls it."""

from collections.abc import Iterable

from cnncalc.diagnostics import Diagnostic, Fix, Note
from cnncalc.graph import Graph, Layer
from cnncalc.spec.ultralytics.blocks import LIBRARY


def fault_at_row(fault: Diagnostic) -> Diagnostic:
    """A fault at a place of the file that was read, with the blocks that led there in words."""
    notes = tuple(map(_told, fault.notes))
    if fault.span is None or fault.span.file != LIBRARY:
        return fault._replace(notes=notes)
    span = next((note.span for note in notes if note.span is not None), None)
    remedy = str(fault.remedy) if isinstance(fault.remedy, Fix) else fault.remedy
    return fault._replace(span=span, notes=notes, remedy=remedy)


def _told(note: Note) -> Note:
    if note.span is None or note.span.file != LIBRARY:
        return note
    return Note(note.text.removesuffix(", called here"))


def graph_at_rows(graph: Graph) -> Graph:
    """The same graph, each of whose layers says at most which row made it."""
    return graph._replace(
        layers=tuple(map(_at_row, graph.layers)), auxiliary=tuple(map(_at_row, graph.auxiliary))
    )


def _at_row(layer: Layer) -> Layer:
    return layer._replace(origin=tuple(one for one in layer.origin if one.file != LIBRARY))


def faults_at_rows(faults: Iterable[Diagnostic]) -> list[Diagnostic]:
    """All of them."""
    return list(map(fault_at_row, faults))
