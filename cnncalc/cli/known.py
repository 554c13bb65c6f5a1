"""All that is known of a network that a name means: its text, and what a check says of it."""

from cnncalc.checks.finding import Checked
from cnncalc.checks.networks import Plan, SpecRead, check_spec
from cnncalc.cli.network import Loaded
from cnncalc.report.document import Extras
from cnncalc.spec.bounds import WIDE, Allowance


def extras_of(loaded: Loaded, *, is_inplace: bool = True) -> Extras:
    """What a page tells of a network besides its summary."""
    if loaded.source is None:
        return Extras(is_inplace=is_inplace)
    source = loaded.source
    return Extras({source.file: source.text}, _checked(loaded), is_inplace)


def _checked(loaded: Loaded) -> Checked | None:
    if loaded.spec is None or loaded.source is None:
        return None
    reading = SpecRead(loaded.spec, loaded.source, (), 0)
    return check_spec(reading, Allowance(WIDE), Plan(bounds=WIDE), loaded.graph)
