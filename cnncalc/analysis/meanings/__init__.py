"""What every op computes: the formula of a value, its slope, and what training does otherwise.

One file a family, under the names of `cnncalc/ops/`; nothing else says it.
"""

from collections.abc import Sequence

from cnncalc.analysis.meanings import activation, attention, conv, merge, moves, norm, pool
from cnncalc.analysis.meanings.base import FLIP, Meaning, Tell, source_of
from cnncalc.ops import Op
from cnncalc.ops.values import Shape

__all__ = ["FLIP", "MEANINGS", "Meaning", "meaning_of", "source_of"]

MEANINGS: dict[type[Op], Tell] = {
    kind: tell
    for family in (conv, pool, norm, activation, merge, attention, moves)
    for kind, tell in family.MEANINGS.items()
}
"""What tells it, by the class of the op."""


def meaning_of(op: Op, inputs: Sequence[Shape]) -> Meaning | None:
    """What an op computes on inputs of these shapes; None for what is no op of the language.

    What does the same to each item of a sequence means what its op means.
    """
    tell = MEANINGS.get(type(op))
    if tell is not None:
        return tell(op, inputs)
    each = getattr(op, "op", None)
    if isinstance(each, Op):
        return meaning_of(each, inputs)
    law = op.law(inputs)
    return Meaning(law) if law else None
