"""The memory of a network in words."""

from collections.abc import Iterator

from cnncalc.analysis.conventions import BYTES_PER_VALUE
from cnncalc.analysis.summary import Summary
from cnncalc.facts import bytes_text
from cnncalc.render.text import printable


def memory_lines(summary: Summary) -> Iterator[str]:
    """The four figures, each with what it means; the last only for a named optimizer."""
    totals, size = summary.totals, BYTES_PER_VALUE[summary.dtype]
    batch = f"batch {summary.batch}, " if summary.batch > 1 else ""
    yield (
        f"Memory ({batch}{summary.dtype}): weights {bytes_text(totals.weight_bytes)}, "
        f"activations {bytes_text(totals.activation_bytes)}, "
        f"peak {bytes_text(totals.peak_activation_bytes)}"
    )
    alive = " + ".join(
        f"{printable(one.name)} {bytes_text(one.elements * summary.batch * size)}"
        for one in summary.peak.alive
    )
    if summary.peak.layer:
        yield f"Peak in {printable(summary.peak.layer)}: {alive}"
    step = summary.training
    if step is not None:
        yield (
            f"Training with {step.optimizer}: {bytes_text(step.total)} = "
            f"weights {bytes_text(step.weights)} + gradients {bytes_text(step.gradients)} + "
            f"optimizer {bytes_text(step.optimizer_state)} + "
            f"kept for backward {bytes_text(step.activations)}"
        )
