"""Names and groups of layers, from the scopes that exporters write.

TorchScript names a node `/layer1/layer1.0/conv1/Conv`; the newer exporter of PyTorch keeps the
scopes in the node's metadata; TensorFlow's converter writes `model/conv1/Conv2D`. All become
`layer1.0.conv1`: a scope with one layer in it is that layer.
"""

import re
from ast import literal_eval
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from cnncalc.graph import Layer

Path = tuple[str, ...]

_METADATA = "pkg.torch.onnx.name_scopes"
_PLAIN = re.compile(r"[^\w.-]+")
_TENSOR = re.compile(r"\w{1,100}(\.\w{1,100}){0,63}")
MOST = 100
"""Characters of a part of a name."""

DEEPEST = 64
"""Groups within groups that a name may stand in."""


def scopes_of(name: str, metadata: Mapping[str, str]) -> Path:
    """The groups that a node stands in, outermost first."""
    told = metadata.get(_METADATA)
    if told is not None:
        return _from_metadata(told)
    parts = [part for part in name.split("/") if part]
    found: list[str] = []
    before = ""
    for part in parts[:-1]:
        inner = part.removeprefix(f"{before}.") if before else part
        found += [clean(one) for one in inner.split(".") if one]
        before = part
    return tuple(found[:DEEPEST])


def module_of(weights: Iterable[str]) -> Path:
    """The module whose weights these are: `layer1.0.conv1` of `layer1.0.conv1.weight`."""
    first = next((name for name in weights if "." in name and "/" not in name), "")
    return tuple(clean(part) for part in first.split(".")[:-1] if part)


def scopes_of_tensor(name: str) -> Path:
    """What a tensor that is a layer of its own is called: `layer1.0.gamma`, or as its module."""
    parts = name.removesuffix(".weight").split(".") if _TENSOR.fullmatch(name) else []
    return tuple(parts[:DEEPEST])


def scopes_by_weights(modules: Sequence[Path]) -> list[Path]:
    """Groups for a model whose exporter wrote none: those that the weights are named for.

    A layer without weights stands in the group of the layer before it.
    """
    found: list[Path] = []
    before: Path = ()
    for module in modules:
        before = module[:-1] if module else before
        found.append(module or before)
    return found


def within(groups: Path, scope: Path) -> Path:
    """A scope of a node in a body, which may repeat those that the body stands in."""
    same = 0
    while same < min(len(groups), len(scope)) and groups[same] == scope[same]:
        same += 1
    return (*groups, *scope[same:])[:DEEPEST] if groups else scope


def _from_metadata(told: str) -> Path:
    """The innermost module of `['', 'layer1', 'layer1.0', 'layer1.0.conv1', 'conv2d']`."""
    if len(told) > 10_000:
        return ()
    try:
        scopes = literal_eval(told)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return ()
    if not isinstance(scopes, list) or len(scopes) < 2:
        return ()
    return tuple(clean(part) for part in str(scopes[-2]).split(".") if part)[:DEEPEST]


def clean(part: str) -> str:
    """A part of a name without what would break it: points and blanks."""
    return _PLAIN.sub("_", part).replace(".", "_")[:MOST] or "_"


def label_of(op: str) -> str:
    """What a layer is called that has no scope of its own."""
    return clean(op.rpartition(":")[2].lower())


def name_layers(
    scopes: Sequence[Path], labels: Sequence[str], taken: Iterable[str]
) -> list[tuple[str, Path]]:
    """For each layer its name and the groups that it stands in; no two names are the same."""
    inside = Counter(scopes)
    groups = {scope[:depth] for scope in scopes for depth in range(1, len(scope))}
    named: list[tuple[str, Path]] = []
    used = {*taken}
    is_group = {".".join(scope) for scope in scopes if inside[scope] > 1} | {
        ".".join(group) for group in groups
    }
    alike = Counter(zip(scopes, labels, strict=True))
    counts: dict[tuple[Path, str], int] = {}
    for scope, label in zip(scopes, labels, strict=True):
        if scope and inside[scope] == 1 and scope not in groups:
            name, own = ".".join(scope), scope[:-1]
        else:
            name, own = ".".join((*scope, label)), scope
            if alike[scope, label] > 1:
                counts[scope, label] = counts.get((scope, label), 0) + 1
                name += str(counts[scope, label])
        free, times = name, 2
        while free in used or free in is_group:
            free, times = f"{name}_{times}", times + 1
        used.add(free)
        named.append((free, own))
    return named


def groups_of(layers: Iterable[Layer]) -> dict[Path, None]:
    """Every group that a layer stands in, in order of appearance."""
    found: dict[Path, None] = {}
    for layer in layers:
        for depth in range(1, len(layer.scope) + 1):
            found[layer.scope[:depth]] = None
    return found
