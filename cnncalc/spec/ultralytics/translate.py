"""A model file of Ultralytics to the tree of a spec."""

import os

from cnncalc.diagnostics import rename
from cnncalc.spec.bounds import Faults
from cnncalc.spec.ultralytics.arguments import expression, is_none
from cnncalc.spec.ultralytics.blocks import blocks_called
from cnncalc.spec.ultralytics.body import Translation, layers_of
from cnncalc.spec.ultralytics.heads import HEADS, Ends, head_layers
from cnncalc.spec.ultralytics.modules import MODULES
from cnncalc.spec.ultralytics.plain import PLAIN, plain_layers
from cnncalc.spec.ultralytics.rows import Row, fault, read_rows, whole_number
from cnncalc.spec.ultralytics.scales import activation, read_scales
from cnncalc.spec.ultralytics.written import listed, mapping, word
from cnncalc.spec.yaml_nodes import List, Map, Node, Text

VALUES = ("nc", "kpt_shape", "reg_max", "anchors")
"""Keys whose values a row may name."""

KEYS = (
    *VALUES, "scales", "scale", "depth_multiple", "width_multiple", "activation", "end2end",
    "channels", "ch", "names", "task", "backbone", "head",
)  # fmt: skip

IMAGE, CLASSIFIED = 640, 224
"""Rows and columns of the input: of whatever detects, and of what ends in Classify."""


def translated(root: Map, file: str, faults: Faults) -> Map | None:
    """The tree of a spec; None when the file is at fault, which is reported."""
    before = len(faults)
    for key, _ in root.entries:
        if key.text not in KEYS:
            near = faults.closest(key.text, KEYS)
            hint = rename(key.text, near, key.span) if near else f"the keys are {', '.join(KEYS)}"
            message = f"a model file of Ultralytics has no key `{key.text}` that is understood"
            fault(faults, "E201", message, key.span, hint=hint)
    rows = read_rows(root, faults)
    scales = read_scales(root, file, faults)
    if not rows and len(faults) == before:
        fault(faults, "E202", "the file has no rows", root.span, hint="list them under `backbone`")
    if scales is None or len(faults) > before:
        return None
    known = frozenset(name for name in VALUES if root.get(name) is not None)
    state = Translation(known, scales, faults)
    act = activation(root, faults)
    layers, ends = _layers(state, [row for row in rows if row is not None], root)
    values = {name: _value(root, name, faults) for name in VALUES if name in known}
    shape = _input(root, rows, faults)
    if len(faults) > before:
        return None
    held = {**values, "activation": word(act, root.span)}
    entries: list[tuple[str, Node]] = [
        ("name", word(os.path.splitext(os.path.basename(file))[0] or "network", root.span)),
        ("input", shape),
        ("vars", _variables(state, held)),
        ("blocks", Map(blocks_called(state.called), root.span)),
        ("layers", listed(layers, root.span)),
        *(ends.entries if ends else ()),
    ]
    variants = scales.variants(frozenset(state.used))
    return mapping([*entries, *([("variants", variants)] if variants else [])], root.span)


def _variables(state: Translation, held: dict[str, Text]) -> Map:
    """What the file gives, the factors of the scale that is chosen, and what is made of these."""
    chosen = state.scales.chosen
    factors = state.scales.variables(chosen, frozenset(state.used))
    made = {name: word(text, chosen.span) for name, text in factors}
    made |= {name: word(text, place) for name, (text, place) in state.derived.items()}
    return mapping([*held.items(), *made.items()], chosen.span)


def _layers(state: Translation, rows: list[Row], root: Map) -> tuple[list[Node], Ends | None]:
    layers: list[Node] = []
    ends: Ends | None = None
    for row in rows:
        name = row.module.text
        if name in MODULES:
            layers += layers_of(state, row)
        elif name in PLAIN:
            layers += plain_layers(state, row)
        elif name not in HEADS:
            hint = state.faults.did_you_mean(name, [*MODULES, *PLAIN, *HEADS])
            message = f"the module `{name}` of row {row.number} is not known"
            fault(state.faults, "E204", message, row.module.span, hint=hint)
        elif row is not rows[-1]:
            message = f"`{name}` ends a network, and rows follow"
            fault(state.faults, "E204", message, row.module.span, hint="make it the last row")
        else:
            made = head_layers(state, row, root)
            layers, ends = (layers + made[0], made[1]) if made else (layers, None)
    return layers, ends


def _value(root: Map, name: str, faults: Faults) -> Text:
    node = root.get(name)
    if name == "anchors":
        return _anchors(node, faults)
    text = None if is_none(node) else expression(node, frozenset(), faults)
    if is_none(node):
        fault(faults, "E203", f"`{name}` has no value", node.span)
    return word(text or "1", node.span)


def _anchors(node: Node, faults: Faults) -> Text:
    """The number of anchors at each place: stated, or half the numbers listed for a map."""
    first = node.items[0] if isinstance(node, List) and node.items else node
    count = len(first.items) // 2 if isinstance(first, List) else whole_number(node)
    if not count or count < 1:
        message = "`anchors` lists the anchors of each map, or is their number"
        fault(faults, "E203", message, node.span, hint="write `[[10,13, 16,30, 33,23], ...]`")
    return word(str(count or 1), node.span)


def _input(root: Map, rows: list[Row | None], faults: Faults) -> Text:
    node = root.get("channels") or root.get("ch")
    channels = "3" if node is None else (expression(node, frozenset(), faults) or "3")
    last = rows[-1] if rows else None
    side = CLASSIFIED if last is not None and last.module.text == "Classify" else IMAGE
    span = root.span if node is None else node.span
    return word(f"{channels}x{side}x{side}", span)
