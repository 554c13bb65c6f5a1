"""Whether outputs see the whole input, however that is told: as a large window, or as all."""

from cnncalc.analysis.field import Field
from cnncalc.analysis.summary import Summary, last_moving_row


def sees_whole_input(summary: Summary) -> bool:
    """Whether every output of the layer whose field `Totals` tells sees every input."""
    row = last_moving_row(summary.rows[: len(summary.graph.layers)])
    if row is None:
        return True
    shapes = summary.graph.inputs
    lengths = row.layer.output_shape[1:]
    for name, fields in row.views.items():
        axes = shapes[name][1:]
        if fields is None or not len(fields) == len(axes) == len(lengths):
            return False
        if not all(map(covers, fields, axes, lengths)):
            return False
    return set(row.views) == set(shapes)


def covers(field: Field, length: int, outputs: int) -> bool:
    """Whether each of so many outputs sees all of an axis of that length.

    Fields move one way, so the first and the last turn of every phase see least.
    """
    ends = {*range(min(field.period, outputs)), *range(max(0, outputs - field.period), outputs)}
    seen = [field.at(output) for output in ends]
    return all(one is not None and one[0] <= 0 and one[1] >= length - 1 for one in seen)
