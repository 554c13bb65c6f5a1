"""Stretches that recur become blocks, and equal units that follow each other become rounds.

Each step looks at all bodies, those of the network, of branches, of rounds and of blocks, and puts
calls in the place of the stretch that saves most lines; single units come before longer stretches.
It ends where no stretch saves a line. A block that is not worth it in the end is put back.
"""

from collections.abc import Iterator, Sequence

from cnncalc.interchange.folded.choices import choose
from cnncalc.interchange.folded.formal import Formal, formals
from cnncalc.interchange.folded.forms import Forms
from cnncalc.interchange.folded.nodes import (
    Block,
    Body,
    Call,
    Join,
    Mark,
    Ref,
    Step,
    Unit,
    bodies_in,
    refs_in,
)
from cnncalc.interchange.folded.rounds import Rounds
from cnncalc.interchange.folded.rows import Numbers, joined_units, taken_units
from cnncalc.interchange.folded.stretches import (
    LONGEST,
    Stretch,
    Told,
    Use,
    parts,
    saved_by,
    stretches,
    units_of,
)

MOST_PARAMETERS = 6
"""Of a block."""

FEW_PARAMETERS = 2
"""Beyond it each parameter of a block costs as much as a line."""

MOST_BLOCKS = 60
"""Blocks that are made."""

MOST_TRIED = 6
"""Stretches that are held against each other at a time."""

MOST_UNITS = 30_000
"""Units that are gone through in all; what is not folded then stays as it is."""

MANY = 6
"""Convolutions of one form that are a block before all others."""

MOST_BATCHES = 4
"""How often so many are tried in a step."""

MOST_IN_ALL = 400_000
"""Values in a row that are gone through in all; what is not folded then stays as it is."""

MOST_VALUES = 100_000
"""Values in a row that are gone through to hold stretches against each other."""


class Folding:
    """Folds a body.

    Args:
        body: the network.
        kept: labels that are read from outside of it.
        has_chains: whether a convolution with what follows it may be a block before all others.
    """

    def __init__(self, body: Body, kept: set[int], *, has_chains: bool) -> None:
        self.body = body
        self.kept = kept
        self.forms = Forms()
        self.numbers = Numbers()
        self.rounds = Rounds(self.forms, self.numbers)
        self.blocks: list[Block] = []
        self.values = 0
        if has_chains:
            self.chains()
        choose(list(self.bodies()), self.forms)
        self.tidy()
        effort = 0
        while len(self.blocks) < MOST_BLOCKS:
            told = [(body, self.forms.of_body(body.units)) for body in self.bodies()]
            effort += sum(len(forms) for _, forms in told)
            if effort > MOST_UNITS or not (self.fold(1, told) or self.fold(LONGEST, told)):
                break
            self.tidy()
        while self.put_back():
            self.tidy()

    def bodies(self) -> Iterator[Body]:
        """All bodies that there are, those of blocks too."""
        for body in [*(block.body for block in self.blocks), self.body]:
            yield from bodies_in(body)

    def tidy(self) -> None:
        """Drop labels that nothing reads any more, and make rounds."""
        used = self.kept | {id(mark) for body in self.bodies() for mark in refs_in(body.units)}
        for body in list(self.bodies()):
            for unit in body.units:
                if unit.mark is not None and id(unit.mark) not in used:
                    unit.mark = None
        for body in list(self.bodies()):
            self.rounds.put(body)

    def chains(self) -> None:
        """Make blocks of convolutions with what follows them, where they are many."""
        uses: dict[int, list[Use]] = {}
        for body in self.bodies():
            for at, form in enumerate(self.forms.of_body(body.units)):
                if is_chain(body.units[at]):
                    uses.setdefault(form.number, []).append(Use(body, at))
        for number, places in uses.items():
            if len(places) >= MANY:
                saved = saved_by(units_of(places[0], 1), len(places))
                self.best([Stretch((number,), places, saved)])

    def fold(self, longest: int, told: Told) -> bool:
        """Make the block that saves most; whether there was one."""
        found = stretches(told, longest, self.kept)
        for start in range(0, min(len(found), MOST_BATCHES * MOST_TRIED), MOST_TRIED):
            if self.values < MOST_IN_ALL and self.best(found[start : start + MOST_TRIED]):
                return True
        return False

    def best(self, found: Sequence[Stretch]) -> bool:
        """Make the best block of some stretches; whether there was one."""
        inner = formals(self.blocks)
        scored: list[tuple[int, int, int, Stretch, Block]] = []
        effort = 0
        for order, stretch in enumerate(found):
            for part in parts(stretch):
                if effort > MOST_VALUES and scored:
                    break
                block = block_of(part)
                size = len(block.body.up) * sum(len(unit.items) for unit in part.units)
                effort += size
                self.values += size
                count = len(Formal(block.body, inner).parameters)
                if count <= MOST_PARAMETERS:
                    score = part.saved[0] - max(0, count - FEW_PARAMETERS)
                    scored.append((score, part.saved[1], -order, part, block))
        if not scored:
            return False
        *_, stretch, block = max(scored, key=lambda one: one[:3])
        self.make(stretch, block)
        return True

    def make(self, stretch: Stretch, block: Block) -> None:
        """Put calls of a block in the place of a stretch."""
        length = len(stretch.key)
        block.signs = self.numbers.signs(block.body.units, len(block.body.up))
        self.blocks.append(block)
        before = 0
        calls: list[tuple[Use, Unit]] = []
        for use in stretch.uses:
            count = len(use.body.up)
            last = units_of(use, length)[-1].mark
            calls.append((use, Unit([Call(block, list(range(before, before + count)))], last)))
            before += count
        for use, unit in sorted(calls, key=lambda one: -one[0].start):
            use.body.units[use.start : use.start + length] = [unit]

    def put_back(self) -> bool:
        """Put a block back in the place of its calls that is not worth it; whether one was."""
        sites: dict[int, list[tuple[Body, int]]] = {}
        for body in self.bodies():
            for at, unit in enumerate(body.units):
                for item in unit.items:
                    if isinstance(item, Call):
                        sites.setdefault(id(item.block), []).append((body, at))
        for block in reversed(self.blocks):
            places = sites.get(id(block), [])
            if block.entry is None and saved_by(block.body.units, len(places))[0] <= 0:
                self.blocks.remove(block)
                for body, at in sorted(places, key=lambda one: -one[1]):
                    inline(body, at)
                return True
        return False


def is_chain(unit: Unit) -> bool:
    """Whether a unit is a convolution with something behind it, and nothing else."""
    first = unit.items[0]
    return (
        len(unit.items) > 1
        and all(isinstance(item, Step) for item in unit.items)
        and isinstance(first, Step)
        and first.op.on_head == "kernel_size"
        and "out_channels" in first.values
    )


def block_of(stretch: Stretch) -> Block:
    """The block of a stretch, its rows those of the places in order."""
    length = len(stretch.key)
    places = [(units_of(use, length), len(use.body.up)) for use in stretch.uses]
    count = sum(rows for _, rows in places)
    block = Block(Body(joined_units(places), list(range(count))))
    block.body.units[-1].mark = None
    body, start = stretch.uses[0]
    mark = body.units[start - 1].mark if start else None
    if mark is not None and any(one is mark for one in refs_in(block.body.units)):
        block.entry = Mark("entry")
        for inner in bodies_in(block.body):
            point(inner, mark, block.entry)
    return block


def point(body: Body, old: Mark, new: Mark) -> None:
    """Let the references of a body to one tensor be to another."""
    for unit in body.units:
        for n, item in enumerate(unit.items):
            if isinstance(item, Ref) and item.mark is old:
                unit.items[n] = Ref(new)
            elif isinstance(item, Join):
                item.branches = [
                    Ref(new) if isinstance(one, Ref) and one.mark is old else one
                    for one in item.branches
                ]


def inline(body: Body, at: int) -> None:
    """Put the body of a block in the place of a call."""
    unit = body.units[at]
    call = unit.items[0]
    if isinstance(call, Call):
        units = taken_units(call.block.body.units, call.rows)
        units[-1].mark = unit.mark
        body.units[at : at + 1] = units
