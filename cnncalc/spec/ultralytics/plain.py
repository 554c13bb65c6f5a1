"""Rows of PyTorch's own layers, and of what joins rows: each is an op of the spec language."""

from collections.abc import Callable, Mapping
from itertools import accumulate

from cnncalc.spec.ultralytics.arguments import is_none, truth
from cnncalc.spec.ultralytics.body import Translation, label, start
from cnncalc.spec.ultralytics.rows import Row, whole_number
from cnncalc.spec.ultralytics.written import Piece, line, listed, mapping, word
from cnncalc.spec.yaml_nodes import List, Node, Text


def plain_layers(state: Translation, row: Row) -> list[Node]:
    """The layers of such a row."""
    if row.repeats > 1:
        state.fault("E203", f"`{row.module.text}` stands once, not {row.repeats} times", row.span)
        return []
    if row.module.text not in _JOINS and len(row.sources) != 1:
        state.fault("E207", f"`{row.module.text}` reads one row", row.span)
        return []
    body = PLAIN[row.module.text](state, row)
    if body is None:
        return []
    made = mapping([(label(row.number), body)], row.span)
    return [made] if row.module.text in _JOINS else [*start(row), made]


def _given(state: Translation, row: Row, most: int, least: int = 0) -> tuple[Node, ...] | None:
    """The arguments, where there are as many as are understood."""
    count = len(row.arguments)
    if least <= count <= most:
        return row.arguments
    limits = f"{least} to {most}" if least < most else str(most)
    message = f"`{row.module.text}` is understood with {limits} arguments, it has {count}"
    state.fault("E207" if count > most else "E206", message, row.span)
    return None


def _refused(state: Translation, row: Row, node: Node, what: str) -> Node | None:
    state.fault("E212", f"`{row.module.text}` is understood with {what}", node.span)
    return None


def _concat(state: Translation, row: Row) -> Node | None:
    given = _given(state, row, 1)
    if given and whole_number(given[0]) != 1:
        return _refused(state, row, given[0], "the dimension 1, which is channels")
    if given is None:
        return None
    branches = [_tensor(row, source) for source in row.sources]
    if len(branches) == 1:
        return branches[0]
    return mapping([("concat", listed(branches, row.span))], row.span)


def _tensor(row: Row, source: int) -> Text:
    return word("x" if source == row.number - 1 else label(source), row.span)


def _upsample(state: Translation, row: Row) -> Node | None:
    given = _given(state, row, 3, 2)
    if given is None:
        return None
    size, factor, *rest = given
    mode = rest[0].text if rest and isinstance(rest[0], Text) else ""
    if rest and mode not in {"nearest", "bilinear"}:
        return _refused(state, row, rest[0], "the mode `nearest` or `bilinear`")
    sized = [f"mode={mode}"] if mode == "bilinear" else []
    node, name = (factor, "factor") if is_none(size) else (size, "size")
    if name == "size" and not is_none(factor):
        return _refused(state, row, factor, "a size or a factor, not both")
    text = state.expression(node)
    if text is None:
        return None
    pieces = [Piece(f"{name}={text}", node.span), *(Piece(one, rest[0].span) for one in sized)]
    return line([Piece("upsample", row.span), *pieces], row.span)


def _pool(state: Translation, row: Row) -> Node | None:
    names = ("kernel_size", "stride", "padding", "dilation")
    return _named(state, row, "maxpool", names)


def _average(state: Translation, row: Row) -> Node | None:
    return _named(state, row, "avgpool", ("kernel_size", "stride", "padding"))


def _named(state: Translation, row: Row, op: str, names: tuple[str, ...]) -> Node | None:
    given = _given(state, row, len(names), 1)
    if given is None:
        return None
    pieces = [Piece(op, row.span)]
    for name, node in zip(names, given, strict=False):
        if name == "stride" and is_none(node):
            continue
        text = state.expression(node)
        if text is None:
            return None
        pieces.append(Piece(f"{name}={text}", node.span))
    return line(pieces, row.span)


def _identity(state: Translation, row: Row) -> Node | None:
    return word("identity", row.span)  # it takes any arguments, and does nothing with them


def _pad(state: Translation, row: Row) -> Node | None:
    given = _given(state, row, 1, 1)
    if given is None:
        return None
    items = given[0].items if isinstance(given[0], List) else (given[0],) * 4
    amounts = [whole_number(item) for item in items]
    if len(amounts) != 4 or None in amounts:
        return _refused(state, row, given[0], "four whole numbers: left, right, top, bottom")
    left, right, top, bottom = amounts
    amount = Piece(f"(({top},{bottom}),({left},{right}))", given[0].span)
    return line([Piece("pad", row.span), amount], row.span)


def _upconv(state: Translation, row: Row) -> Node | None:
    """Channels, kernel, stride, padding, padding of the output, groups, and bias or none."""
    given = _given(state, row, 7, 2)
    if given is None:
        return None
    first = state.expression(given[0])
    if first is None:
        return None
    pieces = [Piece("upconv", row.span), Piece(state.scaled(first, given[0].span), given[0].span)]
    names = ("kernel_size", "stride", "padding", "output_padding", "groups", "bias")
    for name, node in zip(names, given[1:], strict=False):
        if name == "bias" and truth(node) is None:
            return _refused(state, row, node, "a bias of true or false")
        text = state.expression(node)
        if text is None:
            return None
        pieces.append(Piece(f"{name}={text}", node.span))
    return line(pieces, row.span)


def _batch_norm(state: Translation, row: Row) -> Node | None:
    return line([Piece("bn", row.span), Piece("eps=1e-3", row.span)], row.span)


def _fuse(state: Translation, row: Row) -> Node | None:
    """Of each CBLinear one part, at the size of the last row, and their sum with it."""
    given = _given(state, row, 1, 1)
    items = given[0].items if given and isinstance(given[0], List) else ()
    places = [whole_number(item) for item in items]
    *sources, last = row.sources
    if given is None or not sources or len(places) != len(sources):
        if given is not None:
            message = "a CBFuse lists the part that it takes of each row but the last"
            state.fault("E203", message, given[0].span)
        return None
    branches: list[Node] = []
    for source, place, item in zip(sources, places, items, strict=True):
        parts = state.widths.get(source, ())
        if place is None or not 0 <= place < len(parts):
            has = f"is a CBLinear of {len(parts)} parts" if parts else "is no CBLinear"
            state.fault(
                "E211", f"row {source} {has}, and has no part {item_text(item)}", item.span
            )
            return None
        ends = [0, *accumulate(parts)]
        told = (label(source), str(ends[place]), str(ends[place + 1]), label(last))
        pieces = [Piece("CBFuse_branch", row.span), *(Piece(one, item.span) for one in told)]
        branches.append(line(pieces, row.span))
    state.called.add("CBFuse_branch")
    branches.append(_tensor(row, last))
    return mapping([("add", listed(branches, row.span))], row.span)


def item_text(node: Node) -> str:
    """What is shown of a node in a message."""
    return f"`{node.text}`" if isinstance(node, Text) else "of a list"


_JOINS = frozenset({"Concat", "CBFuse"})

PLAIN: Mapping[str, Callable[[Translation, Row], Node | None]] = {
    "Concat": _concat,
    "CBFuse": _fuse,
    "nn.Upsample": _upsample,
    "nn.MaxPool2d": _pool,
    "nn.AvgPool2d": _average,
    "nn.Identity": _identity,
    "nn.ZeroPad2d": _pad,
    "nn.ConvTranspose2d": _upconv,
    "nn.BatchNorm2d": _batch_norm,
}
"""By the module what makes the body of its row."""
