"""Which layers of the graph the units of a folded network are, and which each use of a block is.

A folded network says the layers of its graph in their order, so a run of layers is told by the
numbers of its first layer and of the one behind it.
"""

from collections.abc import Sequence

from cnncalc.interchange.folded.nodes import Again, Body, Call, Item, Join, Step, Unit

Run = tuple[int, int]


class Places:
    """The runs of layers.

    Attributes:
        units: that of each unit of the network, in order.
        blocks: by the identity of a block those of its uses, in order.
        count: the layers of the whole.
    """

    def __init__(self, body: Body) -> None:
        self.units: list[Run] = []
        self.blocks: dict[int, list[Run]] = {}
        self.rows: dict[int, dict[int, list[int]]] = {}
        self.count = 0
        for unit in body.units:
            start = self.count
            self.pass_units([unit], 0)
            self.units.append((start, self.count))

    def pass_units(self, units: Sequence[Unit], row: int) -> None:
        """Go through some units in one row."""
        for unit in units:
            for item in unit.items:
                self.pass_item(item, row)

    def pass_item(self, item: Item, row: int) -> None:
        """Go through an item in one row."""
        if isinstance(item, Call):
            start = self.count
            self.pass_units(item.block.body.units, item.rows[row])
            self.blocks.setdefault(id(item.block), []).append((start, self.count))
        elif isinstance(item, Again):
            self.pass_body(item.body, row)
        elif isinstance(item, Join):
            for branch in item.branches:
                if isinstance(branch, Body):
                    self.pass_body(branch, row)
            self.count += 1
        elif isinstance(item, Step):
            self.count += 1

    def pass_body(self, body: Body, row: int) -> None:
        """Go through a body in the rows that belong to one around it."""
        rows = self.rows.get(id(body))
        if rows is None:
            rows = self.rows[id(body)] = {}
            for own, above in enumerate(body.up):
                rows.setdefault(above, []).append(own)
        for own in rows.get(row, ()):
            self.pass_units(body.units, own)
