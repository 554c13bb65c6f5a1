"""Estimates for a device by its name, as Python asks for them."""

from os import PathLike, fspath

from cnncalc.graph import Graph
from cnncalc.timing import estimate as module
from cnncalc.timing.device import Device
from cnncalc.timing.devices import find_device


def estimate(
    graph: Graph, device: str | PathLike[str] | Device, batch: int | None = None
) -> module.Estimate:
    """About how long a step of a network takes on a device, and what is known of the error.

    Args:
        graph: the network.
        device: one that `cnncalc estimate --devices` lists, the path of a file that `cnncalc
            calibrate` wrote, or a device that was read already.
        batch: the examples of a step; without it what `load` was given, or else that of most
            timings of the device.

    Raises:
        SpecError: there is no such device, or its file has faults.
        ValueError: the batch is below 1.

    Example:
        >>> from cnncalc import estimate, load
        >>> estimate(load("resnet:50"), "rtx4090")
        <Estimate ResNet:50: about 230 ms for a batch of 1,024 on rtx4090>
    """
    where = device if isinstance(device, Device) else find_device(fspath(device))
    return module.estimate(graph, where, batch)
