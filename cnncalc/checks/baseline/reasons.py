"""Why networks are more than what is stored: by the change at hand, else by what is stored."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from cnncalc.checks.baseline.network import Network
from cnncalc.checks.baseline.records import Run
from cnncalc.checks.baseline.told import words_of
from cnncalc.checks.reason import Reason
from cnncalc.diagnostics import Note

if TYPE_CHECKING:
    from cnncalc.checks.baseline.variables import Variables

ALONE = "a baseline has counts alone; `--against` a commit before finds the line that is another"
"""The note of a reason that is only the first label which has grown."""

MOST_SOUGHT = 8
"""Specs of which a variable is looked for: a network of each is built some dozens of times."""


class Reasons:
    """Why figures have grown, each found when it is asked for, and kept."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.variables: dict[str, Variables] = {}
        self.stored: Callable[[Network], Reason | None] = cache(self._stored)

    def of(self, network: Network, key: str) -> Reason | None:
        """Why a figure has grown; None where its spec cannot be read."""
        known = self.run.reason_of((network.spec, network.variant), key)
        return known or self.stored(network)

    def _stored(self, network: Network) -> Reason | None:
        """The reason by what is stored alone: a variable, or the first label that has grown."""
        row = network.growth_row or next(filter(None, map(network.row_to, network.keys)), [])
        layer = row[0] if row else None
        place = self.run.place_of((network.spec, network.variant), layer)
        if place is None:
            return None
        known = self._variable(network)
        return known or Reason("layer", words_of(network, row), place, layer, (Note(ALONE),))

    def _variable(self, network: Network) -> Reason | None:
        if network.spec not in self.variables:
            found = self.run.text_of(network.spec)
            if found is None or len(self.variables) >= MOST_SOUGHT:
                return None
            from cnncalc.checks.baseline.variables import Variables  # noqa: PLC0415 - it is rare

            self.variables[network.spec] = Variables(*found, self.run.basis)
        return self.variables[network.spec].behind(network)
