"""Rows to layers: each row becomes a label, `model4`, over the call of a block or op."""

from cnncalc.diagnostics import Span
from cnncalc.spec.bounds import Faults
from cnncalc.spec.ultralytics.arguments import expression, is_none, truth
from cnncalc.spec.ultralytics.modules import MODULES, NEW, Module
from cnncalc.spec.ultralytics.rows import Row, fault, whole_number
from cnncalc.spec.ultralytics.scales import Scales
from cnncalc.spec.ultralytics.written import Piece, line, listed, mapping, word
from cnncalc.spec.yaml_nodes import List, Node


class Translation:
    """What is gathered while rows are translated.

    Attributes:
        known: the variables that an argument may name.
        derived: by its name each variable that is made of a scale's factors, and its place.
        used: the factors that these are made of.
        called: the blocks that are called.
        widths: by its row the parts that a CBLinear gives.
    """

    def __init__(self, known: frozenset[str], scales: Scales, faults: Faults) -> None:
        self.known = known
        self.scales = scales
        self.faults = faults
        self.derived: dict[str, tuple[str, Span]] = {}
        self.used: set[str] = set()
        self.called: set[str] = set()
        self.widths: dict[int, tuple[int, ...]] = {}
        self.is_new = False

    def scaled(self, text: str, span: Span) -> str:
        """A number of channels as a scale has it: a variable that is made of its factors."""
        most = "max_channels" if self.scales.has_most else None
        least = f"min({text},{most})" if most else text
        formula = f"ceil({least}*width_multiple/8)*8"
        self.used |= {"width_multiple", *([most] if most else [])}
        if not text.isdecimal():
            return formula
        self.derived.setdefault(f"c{text}", (formula, span))
        return f"c{text}"

    def repeats(self, row: Row) -> str:
        """The repeats of a row as a scale has them."""
        if row.repeats == 1:
            return "1"
        self.used.add("depth_multiple")
        formula = f"max(1,round({row.repeats}*depth_multiple))"
        self.derived.setdefault(f"n{row.repeats}", (formula, row.span))
        return f"n{row.repeats}"

    def fault(self, code: str, message: str, span: Span, hint: str | None = None) -> None:
        """Report a fault at a place."""
        fault(self.faults, code, message, span, hint=hint)

    def expression(self, node: Node) -> str | None:
        """An argument as an expression; None when it is none, which is reported."""
        return expression(node, self.known, self.faults)


def label(index: int) -> str:
    """What a row is called; the input of the network has no label."""
    return f"model{index}" if index >= 0 else "input"


def layers_of(state: Translation, row: Row) -> list[Node]:
    """The layers of a row with a module that has one input."""
    module = MODULES[row.module.text]
    pieces = call(state, row, module)
    if pieces is None:
        return []
    state.called.add(row.module.text)
    state.is_new = state.is_new or row.module.text in NEW
    body: Node = line(pieces, row.span)
    if row.repeats > 1 and module.repeats_at is None:
        body = mapping([(f"repeat {state.repeats(row)}", body)], row.span)
        body = listed([body], row.span)
    return [*start(row), mapping([(label(row.number), body)], row.span)]


def start(row: Row) -> list[Node]:
    """What a row begins from: nothing is said where that is the row before it."""
    if row.sources[0] == row.number - 1:
        return []
    return [word(label(row.sources[0]), row.span)]


def call(state: Translation, row: Row, module: Module) -> list[Piece] | None:
    """The call of a block: its name and arguments; None when they are at fault."""
    name = row.module
    if len(row.sources) != 1:
        message = f"`{name.text}` reads one row, this one reads {len(row.sources)}"
        state.fault("E207", message, name.span, "join them by a `Concat` before it")
        return None
    needed = module.repeats_at or int(module.is_scaled)
    if len(row.arguments) < needed:
        count = f"{needed} argument{'s' if needed > 1 else ''}"
        state.fault("E206", f"`{name.text}` needs {count} or more", name.span)
        return None
    pieces = [_argument(state, row, place) for place in range(len(row.arguments))]
    if any(piece is None for piece in pieces):
        return None
    found = [piece for piece in pieces if piece is not None]
    if module.repeats_at is not None:
        found.insert(module.repeats_at, Piece(state.repeats(row), row.span))
    special = _SPECIAL.get(name.text)
    if special is not None and not special(state, row, found):
        return None
    return [Piece(name.text, name.span), *found]


def _argument(state: Translation, row: Row, place: int) -> Piece | None:
    node, module = row.arguments[place], MODULES[row.module.text]
    if _is_activation(row.module.text, place):
        value = truth(node)
        if value is not None:
            return Piece("activation" if value else "none", node.span)
    if is_none(node) and place:
        if _is_padding(row.module.text, place):
            return Piece("half", node.span)
        message = f"`{row.module.text}` has no default for its argument {place + 1}"
        state.fault("E203", message, node.span, "write its value")
        return None
    text = state.expression(node)
    if text is None:
        return None
    if module.is_scaled and not place:
        text = state.scaled(text, node.span)
    return Piece(text, node.span)


_PADDINGS = {"Conv": 3, "Focus": 3, "Classify": 3, "CBLinear": 3}
"""Where a module takes a padding; without one it is half the kernel."""

_ACTIVATIONS = {"Conv": 6, "DWConv": 4, "ConvTranspose": 5, "Focus": 5, "GhostConv": 4}
"""Where a module takes whether it has an activation."""


def _is_padding(module: str, place: int) -> bool:
    return _PADDINGS.get(module) == place


def _is_activation(module: str, place: int) -> bool:
    return _ACTIVATIONS.get(module) == place


# Modules with rules of their own


def _c3k2(state: Translation, row: Row, pieces: list[Piece]) -> bool:
    """At some scales each unit is a C3k, whatever the row says."""
    if state.scales.others:
        state.used.add("is_large")
        if len(pieces) < 3:
            pieces.append(Piece("is_large", row.span))
        elif pieces[2].text != "true":
            pieces[2] = pieces[2]._replace(text=f"({pieces[2].text} or is_large)")
            if pieces[2].text == "(false or is_large)":
                pieces[2] = pieces[2]._replace(text="is_large")
    return True


def _a2c2f(state: Translation, row: Row, pieces: list[Piece]) -> bool:
    """At the largest scales two arguments come behind those of the row."""
    if not state.scales.others:
        return True
    if len(pieces) != 4:
        message = "how scales change an `A2C2f` is known where its row has three arguments"
        state.fault("E207" if len(pieces) > 4 else "E206", message, row.span)
        return False
    state.used.add("is_largest")
    span = row.span
    pieces += [Piece("is_largest", span), Piece("(1.2 if is_largest else 2.0)", span)]
    return True


def _sppf(state: Translation, row: Row, pieces: list[Piece]) -> bool:
    """Rows without repeats of the pooling have an activation before it."""
    if len(pieces) <= 2:
        pieces.append(Piece("act=activation", row.span))
    return True


def _cblinear(state: Translation, row: Row, pieces: list[Piece]) -> bool:
    """The parts that it gives are remembered: a CBFuse takes some of them."""
    node = row.arguments[0]
    parts = [whole_number(item) for item in node.items] if isinstance(node, List) else []
    found = tuple(part for part in parts if part is not None and part > 0)
    if not found or len(found) < len(parts) or row.repeats > 1:
        message = "a CBLinear stands once and lists the channels of its parts"
        state.fault("E203", message, node.span, "write `[[64, 128]]`")
        return False
    state.widths[row.number] = found
    return True


_SPECIAL = {"C3k2": _c3k2, "A2C2f": _a2c2f, "SPPF": _sppf, "CBLinear": _cblinear}
