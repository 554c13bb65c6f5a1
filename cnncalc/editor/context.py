"""What stands at a place of a text, also of a line that is half typed: told by the text alone."""

import re
from collections.abc import Mapping

from cnncalc.diagnostics import Span
from cnncalc.editor.document import Document
from cnncalc.editor.paths import keys_above, start_of
from cnncalc.ops import OPS, Op
from cnncalc.ops.values import Attribute
from cnncalc.records import Record
from cnncalc.spec.names import MERGES, split_head
from cnncalc.spec.notation import Piece, split_line
from cnncalc.spec.syntax import Block

BODIES = ("layers", "outputs", "auxiliary")
"""Top-level keys that hold bodies, beside `blocks`."""

_NOWHERE = Span("", 1, 1, 1, 1)

NUMBERS = ("expect", "budget", "published")
"""Keys that hold stated numbers."""


class Context(Record):
    """What stands before a place.

    Attributes:
        path: the keys above it, the outermost first, those of the same line included.
        before: the text from the beginning of the layer, key or value to the place.
        start: the offset at which that begins.
        is_comment: whether the place is in a comment.
        is_flow: whether it is within brackets of YAML.
        is_item: whether it is an item of a list.
    """

    path: tuple[str, ...]
    before: str
    start: int
    is_comment: bool = False
    is_flow: bool = False
    is_item: bool = False

    @property
    def section(self) -> str:
        """The key of the top level that it stands below; empty at the top."""
        return self.path[0] if self.path else ""

    @property
    def is_body(self) -> bool:
        """Whether a layer is written there."""
        if self.section == "blocks":
            return len(self.path) > 1
        if self.section == "layers":
            return True
        return self.section in BODIES and (len(self.path) > 1 or self.is_item)

    @property
    def block(self) -> str | None:
        """The name of the block whose body or signature it is."""
        if self.section != "blocks":
            return None
        told = self.path[1] if len(self.path) > 1 else self.before
        return (told.split() or [""])[0]

    @property
    def numbers(self) -> tuple[str, ...] | None:
        """The keys from `expect`, `budget` or `published` on; None where none stands above."""
        path = self.path[2:] if self.section == "variants" else self.path
        return path if path and path[0] in NUMBERS else None


def context_at(document: Document, offset: int) -> Context:
    r"""What stands before an offset.

    Example:
        >>> text = "layers:\n  - stem: [conv3x3 8, re"
        >>> context_at(Document(text, "a.yaml"), len(text))[:3]
        (('layers', 'stem'), 're', 30)
    """
    number, column = document.place(offset)
    line = document.lines[number - 1]
    before = line[: column - 1]
    start = start_of(line)
    scanned = _scan(before, min(start.column, len(before)))
    above = keys_above(document.lines, number - 1, column - 1)
    begin = document.starts[number - 1] + scanned.start
    is_item = (bool(start.dashes) and not scanned.keys) or scanned.is_item
    return Context(
        (*above, *scanned.keys),
        before[scanned.start :],
        begin,
        scanned.is_comment,
        scanned.is_flow,
        is_item,
    )


class _Scanned(Record):
    """A line up to a place."""

    start: int
    keys: tuple[str, ...]
    is_comment: bool = False
    is_flow: bool = False
    is_item: bool = False


def _scan(before: str, column: int) -> _Scanned:  # noqa: C901 - a case for each character
    """The keys of a line that are open at its end, and where the last piece begins."""
    keys: list[tuple[int, str]] = []
    stack: list[str] = []
    quote = ""
    start = place = column
    while place < len(before):
        character = before[place]
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'" and place == start:
            quote, start = character, place + 1
        elif character == "#" and (place == 0 or before[place - 1] == " "):
            return _Scanned(place + 1, tuple(key for _, key in keys), is_comment=True)
        elif character in "[{(":
            is_flow = character != "(" and not before[start:place].strip()
            stack.append(character if is_flow else "(")  # within a value it is an expression's
            start = place + 1 if is_flow else start
        elif character in "]})":
            closed = stack.pop() if stack else ""
            keys = [one for one in keys if one[0] <= len(stack)]
            start = start if closed == "(" else place + 1
        elif character == "," and stack and stack[-1] != "(":
            keys = [one for one in keys if one[0] < len(stack)]
            start = place + 1
        elif character == ":" and _is_key(before, start, place) and "(" not in stack:
            keys.append((len(stack), before[start:place].strip()))
            start = place + 1
        place += 1
    start += len(before[start:]) - len(before[start:].lstrip(" "))
    is_flow = bool(stack) and stack[-1] != "("
    items = [one for one in stack if one != "("]
    return _Scanned(
        start,
        tuple(key for _, key in keys),
        is_flow=is_flow,
        is_item=bool(items) and items[-1] == "[",
    )


def _is_key(before: str, start: int, place: int) -> bool:
    """Whether a colon ends a key."""
    return before[place + 1 : place + 2] in {"", " "} and bool(before[start:place].strip())


class Call(Record):
    """A head and the piece of its line that a place is in.

    Attributes:
        head: the head.
        kind: the op that it names, or None.
        block: the block that it names, or None.
        pieces: the pieces behind the head, up to the place.
        current: the piece that is being written; empty where none is begun.
        start: the offset of that piece.
    """

    head: str
    kind: type[Op] | None
    block: Block | None
    pieces: tuple[Piece, ...]
    current: str
    start: int

    @property
    def attributes(self) -> Mapping[str, Attribute]:
        """The attributes of the op; none of a block."""
        return {} if self.kind is None else self.kind.attributes

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all that it takes, those that need none first."""
        if self.block is not None:
            return tuple(one.name for one in self.block.parameters)
        if self.kind is None:
            return ()
        return tuple(key for key in self.kind.attributes if key != self.on_head)

    @property
    def positional(self) -> tuple[str, ...]:
        """The names of what needs no name."""
        if self.block is not None:
            return self.names
        return self.kind.positional if self.kind is not None else ()

    @property
    def on_head(self) -> str | None:
        """What is written on the head."""
        if self.kind is None or self.kind.on_head is None:
            return None
        return self.kind.on_head if self.head != self.kind.name else None

    @property
    def given(self) -> frozenset[str]:
        """What is given before the place."""
        return frozenset(_names_given(self.pieces, self.positional))

    @property
    def active(self) -> str | None:
        """What the current piece sets; None where it is one too many."""
        name = named(self.current)
        if name is not None:
            return name
        free = iter([one for one in self.positional if one not in self.given])
        return next(free, None)


def named(piece: str) -> str | None:
    """The name of `name=value`; None for a value alone."""
    found = re.match(r"([^\W\d]\w*)=(?!=)", piece)
    return found[1] if found else None


def _names_given(pieces: tuple[Piece, ...], positional: tuple[str, ...]) -> list[str]:
    free = iter(positional)
    names = (named(piece.text) or next(free, None) for piece in pieces)
    return [name for name in names if name is not None]


def call_at(document: Document, context: Context) -> Call | None:
    """The call that a context stands in; None while its head is being written."""
    pieces = split_line(context.before)
    last = pieces[-1].text if pieces else ""
    is_open = not context.before.endswith(" ") or last.count("(") > last.count(")")
    if not pieces or (len(pieces) == 1 and is_open):
        return None
    head, rest = pieces[0].text, pieces[1:]
    current = rest.pop() if rest and is_open else Piece("", len(context.before))
    kind, block = callee(document, head)
    return Call(head, kind, block, tuple(rest), current.text, context.start + current.start)


def callee(document: Document, head: str) -> tuple[type[Op] | None, Block | None]:
    """The op or the block that a head means; a variable stands for the block that it holds."""
    spec = document.spec
    blocks = spec.blocks if spec is not None else {}
    if head in blocks:
        return None, blocks[head]
    held = value_of(document, head)
    if isinstance(held, str) and held in blocks:
        return None, blocks[held]
    if isinstance(held, str) and held in OPS:
        return OPS[held], None
    split = split_head(head, _NOWHERE)
    return (split[0] if split and head not in MERGES else None), None


def value_of(document: Document, name: str) -> object:
    """The value that a variable is given in the network that is looked at; None without one."""
    spec = document.spec
    if spec is None or name not in spec.variables:
        return None
    variant = spec.variants.get(document.variant or "")
    own = {one.name: one for one in variant.variables} if variant else {}
    return own.get(name, spec.variables[name]).value
