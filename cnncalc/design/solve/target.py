"""Another network, which a design is to cost as much as."""

from cnncalc.analysis.conventions import Basis
from cnncalc.checks.counts import Counts, NoFigureError
from cnncalc.design.conditions import Condition
from cnncalc.design.figures import as_number, check_metric, figure
from cnncalc.facts import Amount
from cnncalc.graph import Graph
from cnncalc.records import Record


class Target(Record):
    """A network that a design is to cost as much as, and by what metric."""

    graph: Graph
    metric: str

    def cost(self, basis: Basis) -> int:
        """What the other network costs.

        Raises:
            ValueError: there is no such metric, or it has no such figure.
        """
        check_metric(self.metric)
        try:
            return as_number(figure(Counts(self.graph, basis), self.metric))
        except NoFigureError as fault:
            raise ValueError(f"{self.graph.title}: {fault}") from None

    def limit(self, cost: int) -> Condition:
        """That a design costs no more than that."""
        return Condition(self.metric, "<=", Amount(cost, 0, 1), f"{self.metric} <= {cost}")
