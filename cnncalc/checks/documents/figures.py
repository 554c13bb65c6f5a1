"""What the marks of documents should say, every network read once."""

from collections.abc import Callable

from cnncalc.checks.counts import Basis, Counts, Figure
from cnncalc.checks.documents.networks import locate, refuse_outside
from cnncalc.checks.documents.records import Mark
from cnncalc.diagnostics import SpecError
from cnncalc.graph import Graph


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

    def __call__(self, mark: Mark) -> Figure:
        """The figure of one mark.

        Raises:
            SpecError: there is no such network, or its spec has faults.
            UntoldError: it has no such layer, or the layer no such metric.
        """
        key = mark.span.file, mark.network
        if key not in self.names:
            name = locate(mark)
            refuse_outside(name, mark)
            self.names[key] = name
        counts = self.counts(self.names[key])
        if mark.fact.is_share and mark.metric != "share" and mark.layer is not None:
            return counts.share(mark.layer, mark.metric)
        return counts.figure(mark.layer, mark.metric)

    def counts(self, name: str) -> Counts:
        """The figures of a network.

        Raises:
            SpecError: there is none, or its spec has faults.
        """
        if name not in self.known:
            try:
                self.known[name] = Counts(self.load(name), self.basis)
            except SpecError as error:
                self.known[name] = error
        known = self.known[name]
        if isinstance(known, SpecError):
            raise known
        return known
