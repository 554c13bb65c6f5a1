"""Why a network grew: what somebody wrote otherwise, as far as that is known."""

from collections.abc import Callable, Mapping
from typing import Literal

from cnncalc.diagnostics import Note, Span
from cnncalc.records import Record

ReasonKind = Literal["layer", "block", "variable", "input", "removed", "variant"]


class Reason(Record):
    """What was written otherwise, of which a change of a network follows.

    Attributes:
        kind: what that is.
        words: the same behind a verb, as `by the variable width (64 to 96)`; empty where it has
            no name.
        span: its place in the spec as it is now; of a line that is gone, the one it stood behind.
        layer: the outermost layer or group that it is; None where it is none, or in a block.
        notes: what is said of it besides.
        by: by how much each cost grew of the layers that it changed, and of those that follow.
        layers: the first of the outermost layers and groups that it changed itself.
    """

    kind: ReasonKind
    words: str
    span: Span
    layer: str | None = None
    notes: tuple[Note, ...] = ()
    by: Mapping[str, int] = {}
    layers: tuple[str, ...] = ()


ReasonOf = Callable[[str, str | None, str, int], Reason | None]
"""Why a figure of a network changed, by the file, the variant and the figure's key.

The number is 1 where it grew, and -1 where it fell. It is None where nobody knows.
"""


def new_variant(name: str, span: Span) -> Reason:
    """The reason of all that a variant costs which was not there before."""
    return Reason("variant", f"by the variant `{name}`, which is new", span)


def cost_of(metric: str) -> str:
    """The cost of layers by which one sees what made a metric grow."""
    if metric in {"parameters", "weights", "biases", "weight_bytes", "share"}:
        return "parameters"
    if "activation" in metric or metric == "training_bytes":
        return "output_elements"
    return "macs"


def unknown(_file: str, _variant: str | None, _key: str, _sign: int) -> Reason | None:
    """The reason of a figure where nothing is compared."""
    return None
