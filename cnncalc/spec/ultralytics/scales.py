"""The variables that a model file gives, and what each scale makes of them."""

import os
import re
from collections.abc import Iterator, Mapping

from cnncalc.diagnostics import Span
from cnncalc.records import Record
from cnncalc.spec.bounds import LONGEST_NAME, Faults
from cnncalc.spec.ultralytics.arguments import expression, truth
from cnncalc.spec.ultralytics.modules import LARGE, LARGEST
from cnncalc.spec.ultralytics.rows import fault
from cnncalc.spec.ultralytics.written import mapping, word
from cnncalc.spec.yaml_nodes import List, Map, Node, Text

MOST_SCALES = 100
"""Scales of a file; the most known are 5."""

_NAMED = re.compile(r"yolo(?:e-)?v?[0-9]+([nslmx])", re.IGNORECASE)
"""A scale in the name of a file, as `yolov8n.yaml` has it."""

_ACTIVATIONS = {
    "SiLU": "silu", "ReLU": "relu", "ReLU6": "relu6", "GELU": "gelu", "Mish": "mish",
    "LeakyReLU": "leaky_relu", "Hardswish": "hardswish", "Identity": "identity", "ELU": "elu",
}  # fmt: skip
_ACTIVATION = re.compile(r"(?:torch\.)?nn\.([A-Za-z0-9]+)\((?:inplace=(?:True|False))?\)")


class Scale(Record):
    """What a scale multiplies repeats and channels by, and the most channels before that."""

    name: str
    depth: str
    width: str
    most: str | None
    span: Span


class Scales(Record):
    """The scales of a file; without any, the factors that it states.

    Attributes:
        chosen: the one that counts where none is named.
        others: all of them by their names.
    """

    chosen: Scale
    others: Mapping[str, Scale]

    @property
    def has_most(self) -> bool:
        """Whether there is a bound of channels."""
        return self.chosen.most is not None

    def variables(self, scale: Scale, used: frozenset[str]) -> Iterator[tuple[str, str]]:
        """What variables of the factors hold at a scale, of those that are used."""
        held = {"depth_multiple": scale.depth, "width_multiple": scale.width}
        held |= {"max_channels": scale.most} if scale.most else {}
        held["is_large"] = "true" if scale.name in LARGE else "false"
        held["is_largest"] = "true" if scale.name in LARGEST else "false"
        for name, text in held.items():
            if name in used:
                yield name, text

    def variants(self, used: frozenset[str]) -> Map | None:
        """A variant for each scale."""
        if not self.others:
            return None
        span = self.chosen.span
        return Map(
            tuple(
                (word(name, scale.span), mapping([("vars", self._own(scale, used))], scale.span))
                for name, scale in self.others.items()
            ),
            span,
        )

    def _own(self, scale: Scale, used: frozenset[str]) -> Map:
        entries = [(name, word(text, scale.span)) for name, text in self.variables(scale, used)]
        return mapping(entries, scale.span)


def read_scales(root: Map, file: str, faults: Faults) -> Scales | None:
    """The scales of a file; None when they are at fault."""
    node = root.get("scales")
    if node is None or (isinstance(node, Text) and node.is_null):
        depth, width = (_factor(root, f"{name}_multiple", faults) for name in ("depth", "width"))
        if depth is None or width is None:
            return None
        return Scales(Scale("", depth, width, None, root.span), {})
    if not isinstance(node, Map) or not node.entries or len(node.entries) > MOST_SCALES:
        message = f"`scales` maps 1 to {MOST_SCALES} names to factors"
        fault(faults, "E203", message, node.span, hint="write `n: [depth, width, most channels]`")
        return None
    found = {key.text: _read_scale(key, value, faults) for key, value in node.entries}
    known = {name: scale for name, scale in found.items() if scale is not None}
    if len(known) < len(found):
        return None
    return Scales(known[_chosen(root, known, file)], known)


def _chosen(root: Map, known: Mapping[str, Scale], file: str) -> str:
    """The scale that the file says, else the one in its name, else the first."""
    said = root.get("scale")
    if isinstance(said, Text) and said.text in known:
        return said.text
    stem = os.path.splitext(os.path.basename(file))[0]
    named = _NAMED.search(stem[:LONGEST_NAME])
    if named and named[1].lower() in known:
        return named[1].lower()
    return next(iter(known))


def _read_scale(key: Text, node: Node, faults: Faults) -> Scale | None:
    items = node.items if isinstance(node, List) else ()
    if len(items) != 3:
        message = f"the scale `{key.text}` is no list of three factors"
        fault(faults, "E203", message, node.span, hint="write `[depth, width, most channels]`")
        return None
    texts = [_number(item, faults) for item in items]
    depth, width, most = texts
    if depth is None or width is None or most is None:
        return None
    return Scale(key.text, depth, width, most, key.span)


def _factor(root: Map, key: str, faults: Faults) -> str | None:
    node = root.get(key)
    return "1.0" if node is None else _number(node, faults)


def _number(node: Node, faults: Faults) -> str | None:
    text = expression(node, frozenset(), faults) if isinstance(node, Text) else None
    if text is None or truth(node) is not None or not 0 < float(text) <= 1e9:
        if text is not None or not isinstance(node, Text):
            fault(faults, "E203", "a factor is a number above 0", node.span)
        return None
    return text


def activation(root: Map, faults: Faults) -> str:
    """The activation of the whole file, as an op of the spec language."""
    node = root.get("activation")
    if node is None or (isinstance(node, Text) and node.is_null):
        return "silu"
    found = _ACTIVATION.fullmatch(node.text[:LONGEST_NAME]) if isinstance(node, Text) else None
    op = _ACTIVATIONS.get(found[1]) if found else None
    if op is None:
        shown = f"`{node.text}`" if isinstance(node, Text) else "this"
        known = ", ".join(f"`nn.{name}()`" for name in _ACTIVATIONS)
        fault(faults, "E211", f"{shown} is no known activation", node.span, hint=f"one of {known}")
    return op or "silu"
