"""`cnncalc estimate`: about how long networks take on a device."""

import click

from cnncalc.cli import options
from cnncalc.cli.networks import load_networks, with_variants
from cnncalc.cli.output import deliver, fail, is_ascii, page_width
from cnncalc.diagnostics import SpecError


@options.command()
@options.network_argument("networks", metavar="[NET]...", nargs=-1)
@click.option(
    "--device",
    metavar="NAME",
    help="A device that `--devices` lists, or a file that `calibrate` wrote.",
    shell_complete=options.completed("devices"),
)
@click.option("--devices", "lists", is_flag=True, help="List the devices, with their errors.")
@options.set_option
@options.input_option
@click.option(
    "--batch",
    type=click.IntRange(1, 10**9),
    metavar="N",
    help="Examples of a step; else as most timings of the device had.",
)
@click.option("--layers", "has_layers", is_flag=True, help="Also show each layer's share.")
@options.format_option(("table", "json", "csv", "markdown"))
@options.output_option
def estimate(
    networks: tuple[str, ...],
    device: str | None,
    lists: bool,
    settings: tuple[str, ...],
    inputs: tuple[str, ...],
    batch: int | None,
    has_layers: bool,
    form: str,
    output: str | None,
) -> None:
    """Estimate the time of a step of NET on a DEVICE.

    The time is that of a fit to published timings, and its error stands beside it: how far the fit
    misses networks of families that it had not seen.
    """
    from cnncalc.render.estimate import (  # noqa: PLC0415 - the start of others loads none of it
        render_devices,
        render_estimates,
    )
    from cnncalc.timing.devices import device_names, find_device  # noqa: PLC0415 - as above
    from cnncalc.timing.estimate import estimate as estimated  # noqa: PLC0415

    width, ascii_only = page_width(output), is_ascii(output)
    try:
        if lists:
            _refuse_beside_list(networks)
            known = [find_device(name) for name in device_names()]
            return deliver(render_devices(known, form, width, is_ascii=ascii_only), output)
        if not networks:
            raise click.UsageError("name a network, or write `--devices` to see the devices")
        if device is None:
            listed = ", ".join(device_names())
            raise click.UsageError(f"--device is missing: it is a file, or one of {listed}")
        where = find_device(device)
        names = with_variants(networks)
        graphs = load_networks(names, settings, inputs)
    except SpecError as error:
        fail(error)
    found = [estimated(graph, where, batch) for graph in graphs]
    text = render_estimates(found, form, width, has_layers=has_layers, is_ascii=ascii_only)
    return deliver(text, output)


def _refuse_beside_list(networks: tuple[str, ...]) -> None:
    if networks:
        raise click.UsageError("--devices lists devices: write it without a network")
    unused = ("device", "settings", "inputs", "batch", "has_layers")
    options.refuse_unused(unused, "--devices")
