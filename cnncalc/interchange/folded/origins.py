"""The modules of a model that runs of layers are: their classes, and their words in the scopes."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from cnncalc.graph import Graph
from cnncalc.interchange.folded.names import plain
from cnncalc.interchange.folded.places import Run
from cnncalc.ops import OPS

Path = tuple[str, ...]

CONTAINERS = frozenset({"sequential", "module_list", "module_dict", "module"})
"""Classes that say nothing of what is in them."""

VAGUE = frozenset({"layer", "layers", "block", "features", "module", "modules", "model", "net",
                   "stage", "stages", "body", "branch", "branches", "unit", "seq", "fn",
                   "pre", "post"})  # fmt: skip
"""Words in scopes that are no name for a block."""

NO_LABELS = frozenset({"gemm", "matmul", "reshape", "transpose", "batchnormalization", "dense",
                       "globalaveragepool", "convtranspose", "relu", "conv", "norm", "act", "bn",
                       "model", "module", "net", "x"})  # fmt: skip
"""Words in scopes that only repeat what an op is."""

_STEM = re.compile(r"([a-z_]+?)(?:_?\d{1,4}[a-z]?)?")
_ORDINAL = "0123456789_"


class Origins:
    """Knows how many layers stand in each scope of a graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.sizes: Counter[Path] = Counter()
        for layer in graph.layers:
            own = tuple(layer.name.split("."))
            paths = {layer.scope[: depth + 1] for depth in range(len(layer.scope))}
            self.sizes.update(paths | {own})

    def modules(self, run: Run) -> Iterator[Path]:
        """The scopes that hold these layers and no others, innermost first."""
        layers = self.graph.layers[slice(*run)]
        if not layers:
            return
        first = layers[0]
        common: Path = tuple(first.name.split(".")) if len(layers) == 1 else first.scope
        for layer in layers:
            same = 0
            inner = tuple(layer.name.split("."))
            while same < min(len(common), len(inner)) and common[same] == inner[same]:
                same += 1
            common = common[:same]
        for depth in range(len(common), 0, -1):
            if self.sizes[common[:depth]] == len(layers):
                yield common[:depth]

    def class_name(self, runs: Sequence[Run]) -> str:
        """The class whose modules all these runs are, as a plain word; nothing else."""
        found: set[str] = set()
        for run in runs:
            words = (plain(self.graph.classes.get(path, "").strip("_")) for path in
                     self.modules(run))  # fmt: skip
            found.add(next((word for word in words if word and word not in CONTAINERS), ""))
            if len(found) > 1:
                return ""
        return found.pop() if found else ""

    def scope_word(self, runs: Sequence[Run]) -> str:
        """The word that all these runs have in their scopes: `inception` of `inception3a`."""
        words: list[str] | None = None
        for run in runs:
            own = [word for path in self.modules(run) if (word := stem(path[-1]))]
            words = own if words is None else [word for word in words if word in own]
            if not words:
                return ""
        return words[0] if words else ""

    def names(self, runs: Sequence[Run]) -> list[str]:
        """What a block of these uses is called in the model: after its class, or in scopes."""
        return [word for word in (self.class_name(runs), self.scope_word(runs)) if word]

    def label(self, run: Run) -> str:
        """What the one module is called that these layers are; nothing where it has no word."""
        layers = self.graph.layers[slice(*run)]
        if not any(layer.parameters for layer in layers):
            return ""
        for path in reversed([*self.modules(run)]):
            word = plain(path[-1])
            if word and not is_op_like(word):
                return word
        return ""


def stem(part: str) -> str:
    """A part of a scope without its number, where that is a name for a block."""
    word = plain(part)
    match = _STEM.fullmatch(word) if word else None
    found = match[1] if match else ""
    is_one = len(found) > 2 and found not in VAGUE and not is_op_like(found)
    return plain(found) if is_one else ""


def is_op_like(word: str) -> bool:
    """Whether a word is that of an op, as `conv2d_1a` and `batchnormalization_3` are."""
    bare = word.rstrip(_ORDINAL)
    first = re.split(r"[_\d]", word, maxsplit=1)[0]
    return any(one in NO_LABELS or one in OPS for one in (word, bare, first))
