"""Equal units that follow each other become rounds."""

from collections.abc import Sequence

from cnncalc.interchange.folded.forms import Form, Forms
from cnncalc.interchange.folded.nodes import Again, Body, Rows, Unit
from cnncalc.interchange.folded.rows import Numbers, joined_units

PERIODS = (1, 2, 3, 4)
"""Units of a round."""


class Rounds:
    """Finds rounds by the forms of units and the numbers of their values."""

    def __init__(self, forms: Forms, numbers: Numbers) -> None:
        self.forms = forms
        self.numbers = numbers

    def put(self, body: Body) -> bool:
        """Put rounds in a body; whether there were any."""
        before = len(body.units)
        for period in PERIODS:
            self.put_of(body, period)
        return len(body.units) < before

    def put_of(self, body: Body, period: int) -> None:
        """Make rounds of `period` units in a body."""
        if len(body.units) < 2 * period:
            return
        count = len(body.up)
        forms = self.forms.of_body(body.units)
        signs = [
            (form.number, tuple(self.numbers.signs([unit], count)), form.reach)
            for form, unit in zip(forms, body.units, strict=True)
        ]
        found: list[Unit] = []
        at = 0
        while at < len(body.units):
            end = at + period
            while signs[end - period : end] == signs[end : end + period]:
                end += period
            times = (end - at) // period
            if times < 2 or not is_closed(forms[at:end], body.units[at:end], period):
                found.append(body.units[at])
                at += 1
                continue
            found.append(rounds(body.units[at:end], period, list(range(count))))
            at = end
        body.units = found


def rounds(run: Sequence[Unit], period: int, rows: Rows) -> Unit:
    """A run of equal rounds as one unit."""
    parts = [(run[n : n + period], len(rows)) for n in range(0, len(run), period)]
    inner = Body(joined_units(parts), rows * len(parts))
    inner.units[-1].mark = None
    return Unit([Again(inner, [len(parts)] * len(rows))], run[-1].mark)


def is_closed(forms: Sequence[Form], run: Sequence[Unit], period: int) -> bool:
    """Whether nothing in a run of rounds is read under a label, but its end from behind."""
    if any(unit.mark for unit in run[:-1]) or any(one.reach for one in forms):
        return False
    return period > 1 or not any(isinstance(item, Again) for item in run[0].items)
