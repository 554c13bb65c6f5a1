"""Rows of what detects: their layers, the outputs, and what only training reads."""

from collections.abc import Callable, Mapping

from cnncalc.records import Record
from cnncalc.spec.ultralytics.arguments import is_none, truth
from cnncalc.spec.ultralytics.body import Translation, label
from cnncalc.spec.ultralytics.rows import Row
from cnncalc.spec.ultralytics.written import Piece, line, listed, mapping, word
from cnncalc.spec.yaml_nodes import Map, Node

Pieces = list[Piece]


class Head(Record):
    """A module that reads several rows and ends a network.

    Attributes:
        block: its block.
        outputs: what the block labels, which the network gives; none where it gives one tensor.
        told: what the block is told, made of the maps and of what the row lists.
        arguments: how many arguments its row has.
        beside: the block of the second set of layers, which reads the same and is trained alone.
        is_double: whether it has that second set whatever the file says.
    """

    block: str
    outputs: tuple[str, ...]
    told: "Callable[[_Reading, Pieces], Pieces]"
    arguments: int = 1
    beside: str | None = None
    is_double: bool = False


class Ends(Record):
    """What stands under `outputs` and `auxiliary`."""

    outputs: Map
    auxiliary: Map | None

    @property
    def entries(self) -> list[tuple[str, Node]]:
        """The same as entries of a spec."""
        found: list[tuple[str, Node]] = [("outputs", self.outputs)]
        return [*found, ("auxiliary", self.auxiliary)] if self.auxiliary else found


class _Reading(Record):
    """A head as it is read."""

    state: Translation
    row: Row
    root: Map

    def piece(self, text: str) -> Piece:
        """A piece that has the place of the row."""
        return Piece(text, self.row.span)

    @property
    def maps(self) -> Pieces:
        """The first map, and all of them."""
        names = [label(source) for source in self.row.sources]
        comma = "," * (len(names) == 1)
        return [self.piece(names[0]), self.piece(f"({','.join(names)}{comma})")]

    @property
    def ends(self) -> Pieces:
        """The bins of a side, and whether classes are told by full convolutions."""
        bins = "reg_max" if self.root.get("reg_max") is not None else "16"
        is_old = not self.state.is_new and self.row.module.text != "v10Detect"
        bins = "16" if self.row.module.text == "v10Detect" else bins
        return [self.piece(bins), self.piece("true" if is_old else "false")]


def _detect(reading: _Reading, given: Pieces) -> Pieces:
    return [*reading.maps, *given, *reading.ends]


def _segment(reading: _Reading, given: Pieces) -> Pieces:
    classes, count, width = given
    width = width._replace(text=reading.state.scaled(width.text, width.span))
    return [*reading.maps, classes, count, width, *reading.ends]


def _pose(reading: _Reading, given: Pieces) -> Pieces:
    classes, shape = given
    count = shape._replace(text=f"{shape.text}[0]*{shape.text}[1]")
    return [*reading.maps, classes, count, *reading.ends]


def _semantic(reading: _Reading, given: Pieces) -> Pieces:
    return [reading.maps[0], *given]


def _anchors(reading: _Reading, given: Pieces) -> Pieces:
    return [reading.maps[1], *given]


_BASE = ("boxes", "scores")

_MASKS = (*_BASE, "masks", "prototypes")
_OTHERS = (*_BASE, "others")

HEADS: Mapping[str, Head] = {
    "Detect": Head("Detect", _BASE, _detect, 1, "Detect_beside"),
    "v10Detect": Head("Detect", _BASE, _detect, 1, "Detect_beside", is_double=True),
    "Segment": Head("Segment", _MASKS, _segment, 3, "Others_beside"),
    "Segment26": Head("Segment26", _MASKS, _segment, 3, "Others_beside"),
    "Pose": Head("Others", _OTHERS, _pose, 2, "Others_beside"),
    "OBB": Head("Others", _OTHERS, _detect, 2, "Others_beside"),
    "OBB26": Head("Others", _OTHERS, _detect, 2, "Others_beside"),
    "SemanticSegment": Head("SemanticSegment", (), _semantic),
}
"""By the module what is known of a head."""

ANCHORS = Head("Anchors", (), _anchors, 2)
"""YOLOv5's Detect, whose row lists anchors behind the classes."""


def head_layers(state: Translation, row: Row, root: Map) -> tuple[list[Node], Ends] | None:
    """The layers of a head, and what the network gives."""
    head, span = HEADS[row.module.text], row.span
    if row.module.text == "Detect" and len(row.arguments) == 2 and root.get("anchors") is not None:
        head = ANCHORS
    if row.repeats > 1:
        state.fault("E203", f"`{row.module.text}` stands once, not {row.repeats} times", span)
        return None
    given = _arguments(state, row, head)
    reading = _Reading(state, row, root)
    is_double = head.is_double or _asks_for_two(reading)
    if given is None:
        return None
    told = head.told(reading, given)
    call = line([reading.piece(head.block), *told], span)
    name = label(row.number)
    state.called.add(head.block)
    outputs = [(one, word(f"{name}.{one}", span)) for one in head.outputs]
    outputs = outputs or [(name, word(name, span))]
    auxiliary = list(_auxiliary(reading, head, told, is_double=is_double))
    ends = Ends(mapping(outputs, span), mapping(auxiliary, span) if auxiliary else None)
    return [mapping([(name, call)], span)], ends


def _auxiliary(
    reading: _Reading, head: Head, told: Pieces, *, is_double: bool
) -> "list[tuple[str, Node]]":
    """What is trained and has no part in inference: each a body that begins from a map."""
    found: list[tuple[str, Node]] = []
    state, row, span = reading.state, reading.row, reading.row.span

    def add(name: str, start: str, block: str, pieces: Pieces) -> None:
        state.called.add(block)
        called = line([reading.piece(block), *pieces], span)
        found.append((name, listed([word(start, span), called], span)))

    name = label(row.number)
    if is_double and head.beside:
        block = head.beside
        pieces = [*told[:4], *told[-2:]] if len(told) > 5 else told
        add("one_to_many", told[0].text, block, pieces)
    if row.module.text == "Segment26":
        add("semantic", f"{name}.refined", "Semantic", [told[2], told[4]])
    if row.module.text == "SemanticSegment" and len(row.sources) > 1:
        second = label(row.sources[1])
        add("semantic", second, "SemanticSegment_beside", told)
    return found


def _asks_for_two(reading: _Reading) -> bool:
    """Whether a file asks for a second set of layers, so that one needs no suppression."""
    node = reading.root.get("end2end")
    if node is None or is_none(node):
        return False
    value = truth(node)
    if value is None:
        reading.state.fault("E203", "`end2end` is true or false", node.span)
    return bool(value)


def _arguments(state: Translation, row: Row, head: Head) -> Pieces | None:
    """What the row lists."""
    count = len(row.arguments)
    if count != head.arguments:
        one = "one argument" if head.arguments == 1 else f"{head.arguments} arguments"
        message = f"`{row.module.text}` is understood with {one}, this row has {count}"
        state.fault("E207" if count > head.arguments else "E206", message, row.span)
        return None
    texts = [state.expression(node) for node in row.arguments]
    if None in texts:
        return None
    return [Piece(str(text), node.span) for text, node in zip(texts, row.arguments, strict=True)]
