"""The classes of a model's modules, from the metadata that PyTorch's newer exporter writes."""

from ast import literal_eval
from collections.abc import Iterable
from typing import Any

from cnncalc.interchange.onnx.read.names import DEEPEST, Path, clean

_SCOPES, _CLASSES = "pkg.torch.onnx.name_scopes", "pkg.torch.onnx.class_hierarchy"
_LONGEST = 10_000


def classes_of(nodes: Iterable[Any]) -> dict[Path, str]:
    """For each scope the class of its module."""
    found: dict[Path, str] = {}
    seen: set[tuple[str, str]] = set()
    for node in nodes:
        told = {one.key: one.value for one in node.metadata_props}
        both = told.get(_SCOPES, ""), told.get(_CLASSES, "")
        if all(both) and both not in seen:
            seen.add(both)
            scopes, classes = map(_listed, both)
            if len(scopes) == len(classes):
                for scope, name in zip(scopes[:-1], classes, strict=False):
                    path = tuple(clean(part) for part in scope.split(".") if part)[:DEEPEST]
                    found.setdefault(path, name.rpartition(".")[2])
    return found


def _listed(text: str) -> list[str]:
    """A list of texts as Python writes it; nothing where it is none."""
    if len(text) > _LONGEST:
        return []
    try:
        found = literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return []
    return [str(one) for one in found] if isinstance(found, list) else []
