"""The time that a network takes on a device, with what is known of its error."""

from collections.abc import Iterator
from math import floor, log10

from cnncalc.graph import Graph
from cnncalc.records import Record
from cnncalc.shown import Shown
from cnncalc.timing.device import FAMILIES, Device
from cnncalc.timing.features import amounts, by_layer, kinds, total

LARGEST_BATCH = 10**9
"""As on the command line."""

BEYOND = 2
"""How many times fewer or more MACs than any timed network has are still within what was timed."""


class Share(Record):
    """A layer, and the part of the whole time that the fit gives to it.

    A step was timed as a whole: this is no time of the layer.
    """

    name: str
    op: str
    part: float


class Estimate(Shown):
    """About how long a step of a network takes on a device.

    Attributes:
        network: what the network is called.
        device: the device, with the errors of its fit.
        batch: the examples of a step.
        milliseconds: the time of a step.
        outside: what of it was never timed, as sentences in lower case; the error of the fit says
            nothing of such a network.
        layers: each layer's share of the time, in order.

    Example:
        >>> from cnncalc import estimate, load
        >>> found = estimate(load("resnet:50"), "rtx4090")
        >>> found.batch, round(found.milliseconds, -1), found.outside
        (1024, 230.0, ())
    """

    network: str
    device: Device
    batch: int
    milliseconds: float
    outside: tuple[str, ...]
    layers: tuple[Share, ...]

    def _line(self) -> str:
        name = self.device.name
        return f"{self.network}: {about(self)} for a batch of {self.batch:,} on {name}"

    @property
    def is_within(self) -> bool:
        """Whether networks of this kind, at such a batch, were timed."""
        return not self.outside

    @property
    def milliseconds_per_example(self) -> float:
        """The time of a step, divided by its examples."""
        return float(self.milliseconds / self.batch)

    @property
    def rows(self) -> list[dict[str, object]]:
        """A row for each layer, as pandas and polars take them."""
        return [{"name": one.name, "op": one.op, "share": one.part} for one in self.layers]

    def to_dict(self) -> dict[str, object]:
        """The estimate as JSON has it, without its layers."""
        missed = self.device.errors
        return {
            "network": self.network,
            "batch": self.batch,
            "milliseconds": float(f"{self.milliseconds:.4g}"),
            "milliseconds_per_example": float(f"{self.milliseconds_per_example:.4g}"),
            "error": {"half": missed.half, "nine_of_ten": missed.nine_of_ten}
            if self.is_within
            else None,
            "outside": list(self.outside),
        }


def milliseconds(graph: Graph, device: Device, batch: int | None = None) -> float:
    """The time of a step alone, for those who ask of many networks.

    Args:
        graph: the network.
        device: where it runs, as `find_device` gives it.
        batch: the examples of a step; without it that of most timings.
    """
    return device.milliseconds(amounts(graph), device.usual_batch if batch is None else batch)


def estimate(graph: Graph, device: Device, batch: int | None = None) -> Estimate:
    """About how long a step takes, what is outside of what was timed, and shares of layers.

    Raises:
        ValueError: the batch is below 1 or too large.
    """
    if batch is None:
        batch = graph.batch if graph.batch > 1 else device.usual_batch
    if not 1 <= batch <= LARGEST_BATCH:
        raise ValueError(f"a batch is a number from 1 to {LARGEST_BATCH:,}, not {batch}")
    pairs = list(by_layer(graph))
    whole = total(found for _, found in pairs)
    spent = device.milliseconds(whole, batch)
    parts = (
        Share(layer.name, layer.op.name, device.milliseconds(found, batch) / spent if spent else 0)
        for layer, found in pairs
    )
    outside = tuple(_outside(graph, device, batch, whole.get("macs", 0)))
    return Estimate(graph.title, device, batch, spent, outside, tuple(parts))


def _outside(graph: Graph, device: Device, batch: int, macs: int) -> Iterator[str]:
    """What of a network at a batch no timing tells of."""
    new = {one: count for one, count in kinds(graph).items() if one not in device.kinds}
    if new:
        layers = sum(new.values())
        listed = ", ".join(_kind_text(one) for one in list(new)[:4])
        more = f" and {len(new) - 4} more" if len(new) > 4 else ""
        yield f"{layers:,} layer{'s' * (layers > 1)} of kinds that were not timed: {listed}{more}"
    if any(not layer.is_shaped or not layer.op.is_counted for layer in graph.layers):
        yield "layers whose work is not known"
    least, most = device.batches
    if not least <= batch <= most:
        timed = f"{least:,} to {most:,}" if least < most else f"{least:,}"
        yield f"a batch of {batch:,}, where nearly all timings had {timed}"
    if not device.macs[0] / BEYOND <= macs <= device.macs[1] * BEYOND:
        side = "fewer" if macs < device.macs[0] else "more"
        bound = device.macs[0] if macs < device.macs[0] else device.macs[1]
        yield f"{macs:,} MACs, far {side} than the {bound:,} of any timed network"


def _kind_text(one: str) -> str:
    """A kind as people read it: `conv on 3 axes`."""
    name, _, axes = one.rpartition("@")
    return f"{name} on {axes} ax{'i' if axes == '1' else 'e'}s" if axes != "0" else f"flat {name}"


def about(one: Estimate) -> str:
    """The time as far as it is known: `about 4.1 ms`."""
    return f"about {time_text(one.milliseconds)}"


def time_text(time: float) -> str:
    """Some milliseconds with two digits that matter, as seconds from ten of them on.

    Example:
        >>> time_text(0.00412), time_text(4.123), time_text(412.3), time_text(41234)
        ('0.0041 ms', '4.1 ms', '410 ms', '41 s')
    """
    size, unit = (1000, "s") if time >= 9950 else (1, "ms")
    return f"{two_digits(time / size)} {unit}"


def two_digits(number: float) -> str:
    """A number with the two digits that matter.

    Example:
        >>> two_digits(4321.0), two_digits(12.6), two_digits(1.0), two_digits(0.0123)
        ('4,300', '13', '1.0', '0.012')
    """
    if not number:
        return "0"
    value = float(f"{number:.1e}")
    places = max(1 - floor(log10(value)), 0)
    return f"{value:,.{places}f}"


def error_text(device: Device) -> str:
    """What is known of the error: `half of all unseen families within 10 %, nine of ten ...`."""
    missed = device.errors
    whole = "unseen families"
    if device.left_out != FAMILIES:
        whole = f"{device.groups:,} networks left out"
    half, nine = percent(missed.half), percent(missed.nine_of_ten)
    each = "all " if device.left_out == FAMILIES else ""
    return f"half of {each}{whole} within {half}, nine of ten within {nine}"


def percent(part: float) -> str:
    """A part as whole percent, rounded up: an error is not made smaller.

    Example:
        >>> percent(0.0471), percent(0.31)
        ('5 %', '31 %')
    """
    hundredths = round(part * 100, 6)
    whole = int(hundredths)
    return f"{whole + (hundredths > whole):,} %"
