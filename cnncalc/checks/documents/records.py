"""A marked number, and what its mark says of it."""

from typing import NamedTuple

from cnncalc.diagnostics import Span
from cnncalc.facts import Fact


class Form(NamedTuple):
    """How a number is written, beside its digits.

    Attributes:
        thousands: what stands between its thousands; empty when nothing does.
        gap: what stands before the unit.
        unit: the unit behind the number; empty when it has none, or the mark names it.
        times: what stands between the lengths of a shape.
    """

    thousands: str = ""
    gap: str = ""
    unit: str = ""
    times: str = "x"


class Mark(NamedTuple):
    """A marked number.

    Attributes:
        network: the name of a network as on the command line; a path is from the document.
        fact: the metric, the layer, the value that is stated, and the place of the number.
        form: how the number is written.
        start: where the number begins in the text.
        end: where it ends.
    """

    network: str
    fact: Fact
    form: Form
    start: int
    end: int
    network_span: Span
    metric_span: Span
    layer_span: Span | None = None

    @property
    def metric(self) -> str:
        """What the number counts."""
        metric: str = self.fact.metric
        return metric

    @property
    def layer(self) -> str | None:
        """The label that it is about, or None for the whole network."""
        layer: str | None = self.fact.layer
        return layer

    @property
    def text(self) -> str:
        """The number as it is written."""
        text: str = self.fact.text
        return text

    @property
    def span(self) -> Span:
        """The place of the number."""
        span: Span = self.fact.span
        return span


class Word(NamedTuple):
    """A word of a mark and its place in the text."""

    text: str
    start: int
    end: int


class Said(NamedTuple):
    """What an opening comment says of the number behind it."""

    network: Word
    metric: Word
    layer: Word | None
    unit: str

    @property
    def label(self) -> str | None:
        """The layer's label."""
        return None if self.layer is None else self.layer.text


def short(text: str) -> str:
    """As much of a text as a message quotes."""
    return text if len(text) <= 40 else f"{text[:36]} ..."
