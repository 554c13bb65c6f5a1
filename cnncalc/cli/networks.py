"""Several networks that are named at once."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from cnncalc.cli.network import Loaded, load_whole, read_source
from cnncalc.graph import Graph

if TYPE_CHECKING:
    from cnncalc.spec import Selection, Spec
    from cnncalc.spec.library import Source


def with_variants(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names of networks, `NAME:*` as one for every variant.

    Raises:
        SpecError: there is no such spec, or it has faults.
        UsageError: it has no variants.
    """
    if not any(name.endswith(":*") for name in names):
        return names
    from cnncalc.design.sweep.plan import networks_of  # noqa: PLC0415 - few ask for all variants

    try:
        found = [networks_of([name]) if name.endswith(":*") else [name] for name in names]
    except ValueError as fault:
        raise click.UsageError(str(fault)) from None
    return tuple(one if isinstance(one, str) else one.name for each in found for one in each)


def load_networks(
    names: Sequence[str], settings: tuple[str, ...], inputs: tuple[str, ...]
) -> list[Graph]:
    """The graphs of several names; of a spec that follows itself the text is read once.

    Raises:
        SpecError: there is no such network, or its spec has faults.
        BadParameter: an option is malformed.
    """
    read = _ReadOnce()
    return [load_whole(name, settings, inputs, read).graph for name in names]


class _ReadOnce:
    """Reads networks as `read_source` does, those of one text after another from one spec."""

    def __init__(self) -> None:
        self.known: tuple[tuple[str, str], Spec] | None = None

    def __call__(self, source: "Source", selection: "Selection") -> Loaded:
        said = source.file, source.text
        if self.known is None or self.known[0] != said:
            loaded = read_source(source, selection)
            self.known = None if loaded.spec is None else (said, loaded.spec)
            return loaded
        from cnncalc.spec import network_of  # noqa: PLC0415 - as in `read_source`

        return Loaded(network_of(self.known[1], source.text, selection))
