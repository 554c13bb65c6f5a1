"""What is known of the networks that were checked before, and holds for others as well.

The files of a folder, and the variants of a file all the more, have the same layers over and over.
What is known changes no result: it is only not worked out again.
"""

from cnncalc.analysis.costs import CostMemo
from cnncalc.analysis.field_steps import FieldMemo
from cnncalc.checks.lint.reading import SlideMemo
from cnncalc.spec.expansion.store import Store

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
        self.fields = FieldMemo()
        self.slides = SlideMemo()

    def begin_file(self) -> None:
        """Forget everything where that is too much."""
        if len(self.store) + len(self.costs) + len(self.fields) > MOST:
            self.store, self.costs = Store(), {}
            self.fields, self.slides = FieldMemo(), SlideMemo()
