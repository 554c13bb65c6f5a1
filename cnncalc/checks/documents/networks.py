"""The network that a mark names: which names are allowed, where it is, and its figures."""

import os
from collections.abc import Callable

from cnncalc.analysis.conventions import Basis
from cnncalc.checks.counts import Counts, Figure
from cnncalc.checks.documents.numbers import Mark, short
from cnncalc.checks.statements import figure_of
from cnncalc.diagnostics import Diagnostic, SpecError
from cnncalc.files import is_within, tree_of
from cnncalc.graph import Graph
from cnncalc.spec.library import STUDIES, SUFFIXES, bundled_names

MOST_LAYERS = 20_000
"""Layers of the networks that one document names, each network once."""

CHARACTERS_A_LAYER = 50
"""Characters of a spec with faults that take as long as a layer."""

LAYERS_A_NAME = 30
"""Layers that take as long as finding a file, or finding that there is none."""

PATHS = "name a bundled network, or a path that ends in .yaml or .yml"
"""What to name instead of a network that is refused."""


def refusal(network: str) -> str | None:
    """Why a document must not name a network so; it may be a stranger's."""
    path, _ = split_name(network)
    if not path:
        return "the mark names no network"
    if path == "-":
        return "a document cannot name standard input"
    is_bundled = path.startswith(f"{STUDIES}/") and ".." not in path
    if ("/" in path or os.sep in path) and not path.endswith(SUFFIXES) and not is_bundled:
        return f"`{short(network)}` is not the path of a spec"
    return None


def split_name(network: str) -> tuple[str, str]:
    """A name without its variant, and the variant with its colon."""
    if network.endswith(SUFFIXES):
        return network, ""
    path, colon, variant = network.rpartition(":")
    return (path, colon + variant) if path else (network, "")


def locate(mark: Mark, is_file: Callable[[str], bool] = os.path.isfile) -> str:
    """The name that a mark's network has for `library.find`: a path is from the document.

    Only a file beside the document counts, so that it does not matter where a check is started.
    """
    stem, variant = split_name(mark.network)
    if not stem.endswith(SUFFIXES):
        return mark.network
    path = os.path.join(os.path.dirname(mark.fact.span.file), stem)
    name = stem.rpartition(".")[0]
    is_bundled = name in bundled_names() or name in bundled_names(STUDIES)
    return name + variant if is_bundled and not is_file(path) else path + variant


def refuse_outside(name: str, mark: Mark) -> None:
    """Refuse a name that `locate` gives where it leads elsewhere: a document may be a stranger's.

    Raises:
        SpecError: it leads out of the document's repository, and of the folder that we are in.
    """
    path, _ = split_name(name)
    if not path.endswith(SUFFIXES):
        return
    folder = os.path.realpath(os.path.dirname(mark.fact.span.file) or os.curdir)
    place = os.path.realpath(os.path.abspath(path)) if "\0" not in path else ""
    if not any(is_within(place, one) for one in (tree_of(folder), os.path.realpath(os.curdir))):
        message = f"`{short(mark.network)}` is outside the document's repository"
        hint = "run the check from a folder that contains both"
        raise SpecError([Diagnostic("E001", message, None, (), hint)], {})


class Figures:
    """What the marks of documents should say; every network is read once.

    Args:
        load: gives the network of a name that `locate` gives; raises `SpecError`.
        basis: what the metrics assume.
    """

    def __init__(self, load: Callable[[str], Graph], basis: Basis | None = None) -> None:
        self.load = load
        self.basis = basis or Basis()
        self.names: dict[tuple[str, str], str] = {}
        self.known: dict[str, Counts | SpecError] = {}
        self.layers = 0

    def begin(self) -> None:
        """Another document; networks are kept for it as long as they leave it enough."""
        self.names.clear()
        if self.layers > MOST_LAYERS // 2:
            self.known.clear()
            self.layers = 0

    def __call__(self, mark: Mark) -> Figure:
        """The figure of one mark.

        Raises:
            SpecError: there is no such network, or its spec has faults.
            NoFigureError: it has no such layer, or the layer no such metric.
        """
        key = mark.fact.span.file, mark.network
        if key not in self.names:
            name = locate(mark)
            refuse_outside(name, mark)
            self.names[key] = name
        return figure_of(mark.fact, self.counts(self.names[key]))

    def counts(self, name: str) -> Counts:
        """The figures of a network.

        Raises:
            SpecError: there is none, or its spec has faults.
        """
        key = _one_name(name)
        if key not in self.known:
            if self.layers >= MOST_LAYERS:
                raise SpecError((_TOO_MANY,), {})
            self.layers += LAYERS_A_NAME
            try:
                graph = self.load(name)
            except SpecError as error:
                length = sum(map(len, error.sources.values()))
                self.layers += length // CHARACTERS_A_LAYER
                self.known[key] = error
            else:
                self.layers += len(graph.layers) + len(graph.auxiliary)
                self.known[key] = Counts(graph, self.basis)
        known = self.known[key]
        if isinstance(known, SpecError):
            raise known
        return known


_TOO_MANY = Diagnostic(
    "E504",
    f"the networks that this document names have more than {MOST_LAYERS:,} layers in all",
    None,
    (),
    "split the document",
)


def _one_name(name: str) -> str:
    """The same name for every path that leads to a file: `n.yaml`, `./n.yaml`, a link to it."""
    path, variant = split_name(name)
    return os.path.realpath(path) + variant if path.endswith(SUFFIXES) else name
