"""The program `cnncalc`."""

import gc

import click

from cnncalc.cli.library import list_networks, show
from cnncalc.cli.summarize import summarize


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cnncalc")
def main() -> None:
    """Exact shapes, parameters and MACs of convolutional networks, read from YAML specs."""
    # A run makes its values and ends: looking for cycles among them costs a tenth of its time.
    gc.disable()


main.add_command(summarize)
main.add_command(list_networks)
main.add_command(show)
