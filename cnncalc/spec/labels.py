"""Which keys of a body are labels, by what follows them: a file's own names win over ops."""

from collections.abc import Iterator

from cnncalc.ops import OPS
from cnncalc.spec.names import KEYWORDS, MERGES, STRUCTURE, split_kernel
from cnncalc.spec.yaml_tree import List, Map, Node, Text

FIRST_OPS = frozenset(
    [
        "relu",
        "relu6",
        "elu",
        "gelu",
        "silu",
        "sigmoid",
        "tanh",
        "hardswish",
        "hardsigmoid",
        "softmax",
        "prelu",
        "leaky_relu",
        "dropout",
        "scale",
        "conv",
        "dwconv",
        "upconv",
        "linear",
        "add",
        "mul",
        "concat",
        "bn",
        "instance_norm",
        "layer_norm",
        "group_norm",
        "lrn",
        "maxpool",
        "avgpool",
        "globalavgpool",
        "globalmaxpool",
        "adaptive_avgpool",
        "adaptive_maxpool",
        "flatten",
        "pad",
        "crop",
        "slice",
        "upsample",
        "pixel_shuffle",
        "pixel_unshuffle",
        "channel_shuffle",
    ]
)
"""The ops that the language began with; older files may have the name of any that came later."""


def collect_labels(node: Node | None) -> Iterator[Text]:
    """Every key in a body that could be a label: no head of a long form, no keyword, one name."""
    if isinstance(node, List):
        for item in node.items:
            yield from collect_labels(item)
    elif isinstance(node, Map):
        for key, value in node.entries:
            if is_op_form(key.text, value):
                continue
            yield from collect_labels(value)
            is_taken = key.text in KEYWORDS or key.text in OPS
            if key.text.isidentifier() and (not is_taken or may_label(key.text, value)):
                yield key


def may_label(key: str, value: Node) -> bool:
    """Whether a key that is the name of an op is a label all the same, by what follows it.

    An op takes no layers. Over one layer on a line it is a label only if the op came later than
    the language: `bn: relu` is a slip in any file, `blur: dwconv3x3` was no slip in an old one.
    """
    op = split_kernel(key)[0] if key not in OPS else key
    if key in STRUCTURE or op not in OPS:
        return False
    if isinstance(value, List):
        return key not in MERGES
    if op in FIRST_OPS:
        return False
    if isinstance(value, Map):
        names = [name.text for name, _ in value.entries]
        return bool(names) and not any(name in OPS[op].attributes for name in names)
    return value.text.lstrip()[:1].isalpha()


def is_op_form(key: str, value: Node) -> bool:
    """Whether a key is an op whose attributes follow in a mapping, and no label.

    `conv3: {out_channels: 8}` is the op, `conv3: {add: [...]}` a label.
    """
    if key in MERGES or not isinstance(value, Map):
        return False
    op, kernel = split_kernel(key)
    kind = OPS.get(key) or (OPS.get(op) if kernel else None)
    return kind is not None and (
        (key in OPS and not (value.entries and may_label(key, value)))
        or not value.entries
        or any(name.text in kind.attributes for name, _ in value.entries)
    )
