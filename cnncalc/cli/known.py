"""All that is known of a network that a name means: its text, and what a check says of it."""

from cnncalc.checks.finding import Checked
from cnncalc.checks.networks import SpecRead, check_spec
from cnncalc.cli.checking.settings import plan_for, project_near
from cnncalc.cli.network import Loaded
from cnncalc.report.document import Extras
from cnncalc.spec.bounds import WIDE, Allowance


def extras_of(loaded: Loaded, *, is_inplace: bool = True) -> Extras:
    """What a page tells of a network besides its summary.

    Raises:
        Exit: the project file has faults; they are printed.
    """
    if loaded.source is None or loaded.spec is None:
        return Extras(is_inplace=is_inplace)
    source = loaded.source
    checked = _checked(loaded, SpecRead(loaded.spec, source, (), 0))
    return Extras({source.file: source.text}, checked, is_inplace, loaded.is_as_written)


def _checked(loaded: Loaded, reading: SpecRead) -> Checked:
    """What `check` says of the network, by the project file where there is one.

    What the file expects is said of the network that it has: not of another width or input.
    """
    file = reading.source.file
    plan = plan_for(project_near(file), file, WIDE)
    graph = loaded.graph if loaded.is_as_written else loaded.graph._replace(expect=())
    return check_spec(reading, Allowance(WIDE), plan, graph)
