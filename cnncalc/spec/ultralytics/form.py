"""By what a model file of Ultralytics is told from a spec."""

from cnncalc.spec.yaml_nodes import List, Map, Node

PARTS = ("backbone", "head")
"""The lists of rows, one behind the other."""


def is_ultralytics(root: Node | None) -> bool:
    """Whether a file lists rows under `backbone` or `head`, and has no `layers`.

    Example:
        >>> from cnncalc.spec.yaml_tree import read_yaml
        >>> rows = "backbone: [[-1, 1, Conv, [64, 3, 2]]]"
        >>> [is_ultralytics(read_yaml(text, "net.yaml", [])) for text in (rows, "layers: [relu]")]
        [True, False]
    """
    if not isinstance(root, Map) or root.get("layers") is not None:
        return False
    parts = [root.get(part) for part in PARTS]
    return any(isinstance(part, List) and any(map(_is_row, part.items)) for part in parts)


def _is_row(node: Node) -> bool:
    """Whether a node is a list that begins with a number, or with a list of numbers."""
    if not isinstance(node, List) or not 2 <= len(node.items) <= 5:
        return False
    return not isinstance(node.items[0], Map) and not isinstance(node.items[-2], Map)
