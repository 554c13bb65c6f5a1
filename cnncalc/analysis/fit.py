"""The largest batch that some memory holds."""

from collections.abc import Mapping

from cnncalc.analysis.memory import largest_batch
from cnncalc.analysis.summary import Summary
from cnncalc.records import Record

LEFT_OUT: Mapping[str, str] = {
    "workspace": "the workspace of kernels",
    "context": "the context of the device",
    "fragmentation": "fragmentation of its memory",
}
"""What takes memory on a device besides, and differs from one to the next."""


class Fit(Record):
    """How many examples fit, and why.

    Attributes:
        summary: the network, counted for one example.
        limit: the bytes that there are.
        fixed: bytes that any batch takes: weights; in training also what goes with them.
        example: bytes that each example takes.
        batch: the most examples that fit; 0 when none does, None when examples take nothing.
    """

    summary: Summary
    limit: int
    fixed: int
    example: int
    batch: int | None

    @property
    def taken(self) -> int:
        """The bytes of that batch, or of one example where none fits."""
        return self.fixed + self.example * max(1, self.batch or 0)

    @property
    def is_met(self) -> bool:
        """Whether at least one example fits."""
        return self.batch != 0

    def to_dict(self) -> dict[str, object]:
        """The answer as JSON has it: raw integers."""
        graph, step = self.summary.graph, self.summary.training
        return {
            "schema_version": 1,
            "name": graph.name,
            "variant": graph.variant,
            "dtype": self.summary.dtype,
            "status": self.summary.status,
            **({"notes": self.summary.notes} if self.summary.notes else {}),
            "optimizer": step.optimizer if step is not None else None,
            "limit_bytes": self.limit,
            "fixed_bytes": self.fixed,
            "example_bytes": self.example,
            "largest_batch": self.batch,
            "taken_bytes": self.taken,
            "left_out": list(LEFT_OUT),
        }


def fit(summary: Summary, limit: int) -> Fit:
    """The largest batch within so many bytes; in training when an optimizer is named."""
    totals, step, batch = summary.totals, summary.training, summary.batch
    fixed, moving = totals.weight_bytes, totals.peak_activation_bytes
    if step is not None:
        fixed, moving = step.total - step.activations, step.activations
    example = moving // batch
    if example == 0:
        return Fit(summary, limit, fixed, 0, None if fixed <= limit else 0)
    return Fit(summary, limit, fixed, example, largest_batch(limit, fixed, example))
