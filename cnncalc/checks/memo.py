"""What is known of the networks that were checked before, and holds for others as well.

The files of a folder, and the variants of a file all the more, have the same layers over and over.
What is known changes no result: it is only not worked out again.
"""

from functools import cached_property
from typing import TYPE_CHECKING

from cnncalc.analysis.costs import CostMemo
from cnncalc.spec.expansion.store import Store

if TYPE_CHECKING:
    from cnncalc.analysis.field_steps import FieldMemo
    from cnncalc.checks.lint.reading import SlideMemo

MOST = 200_000
"""Values beyond which everything is forgotten: some 100 MB."""


class Memo:
    """What is known, each under all that it follows from.

    Attributes:
        store: ops for their inputs, and what blocks come to.
        costs: what these cost.
        fields: what is seen through them.
        slides: what their windows read.
    """

    def __init__(self) -> None:
        self.store = Store()
        self.costs: CostMemo = {}

    @cached_property
    def fields(self) -> "FieldMemo":
        """What is seen through them; few checks ask for it."""
        from cnncalc.analysis.field_steps import FieldMemo  # noqa: PLC0415 - as it says

        return FieldMemo()

    @cached_property
    def slides(self) -> "SlideMemo":
        """What their windows read; as few ask for that."""
        from cnncalc.checks.lint.reading import SlideMemo  # noqa: PLC0415 - as above

        return SlideMemo()

    def begin_file(self) -> None:
        """Forget everything where that is too much."""
        seen = len(self.fields) if "fields" in vars(self) else 0
        if len(self.store) + len(self.costs) + seen > MOST:
            vars(self).clear()
            self.store, self.costs = Store(), {}
