"""What the marks of documents should say, every network read once."""

import os
from collections.abc import Callable

from cnncalc.analysis.conventions import Basis
from cnncalc.checks.counts import Counts, Figure
from cnncalc.checks.documents.networks import locate, refuse_outside, split_name
from cnncalc.checks.documents.records import Mark
from cnncalc.checks.statements import figure_of
from cnncalc.diagnostics import Diagnostic, SpecError
from cnncalc.graph import Graph
from cnncalc.spec.library import SUFFIXES

MOST_LAYERS = 20_000
"""Layers of the networks that one document names, each network once."""

CHARACTERS_A_LAYER = 50
"""Characters of a spec with faults that take as long as a layer."""

LAYERS_A_NAME = 30
"""Layers that take as long as finding a file, or finding that there is none."""


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
        key = mark.span.file, mark.network
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
