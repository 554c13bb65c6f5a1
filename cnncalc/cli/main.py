"""The program `cnncalc`."""

import click

from cnncalc.cli.library import list_networks, show
from cnncalc.cli.summarize import summarize


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cnncalc")
def main() -> None:
    """Exact shapes, parameters and MACs of convolutional networks, read from YAML specs."""


main.add_command(summarize)
main.add_command(list_networks)
main.add_command(show)
