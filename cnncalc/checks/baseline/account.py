"""What an update of the baseline has stored, for people to read."""

from collections.abc import Iterator

from cnncalc.checks.baseline.compare import gone_from, networks_of
from cnncalc.checks.baseline.network import Network
from cnncalc.checks.baseline.records import Baseline, Run, name_of
from cnncalc.checks.finding import counted
from cnncalc.checks.project.tolerances import Tolerances
from cnncalc.checks.stored import layer_of
from cnncalc.records import Record

MOST_LINES = 20
"""Networks that are told one by one."""


class Update(Record):
    """The networks of which something else is stored than before, and how many are as they were.

    Attributes:
        grown: those that cost more than was allowed.
        fallen: those that cost less.
        other: those that differ in what is no cost.
        new: the names of those that were not stored.
        gone: the names of those that were dropped.
        same: how many are stored as they were.
    """

    grown: tuple[Network, ...]
    fallen: tuple[Network, ...]
    other: tuple[Network, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]
    same: int


def update_of(stored: Baseline | None, run: Run, tolerances: Tolerances) -> Update:
    """What storing a run changes."""
    names = sorted(map(name_of, run.figures))
    if stored is None:
        return Update((), (), (), tuple(names), (), 0)
    networks = networks_of(stored, run, tolerances)
    grown = tuple(one for one in networks if one.grown)
    fallen = tuple(one for one in networks if not one.grown and one.fallen)
    other = tuple(
        one for one in networks if not (one.grown or one.fallen) and any(one.differences())
    )
    new = tuple(name for name in names if name not in stored.figures)
    gone = tuple(name for name, *_ in gone_from(stored, run))
    same = len(networks) - len(grown) - len(fallen) - len(other)
    return Update(grown, fallen, other, new, gone, same)


def account(stored: Baseline | None, run: Run, tolerances: Tolerances) -> str:
    """A line for each network that is stored otherwise than before, and a line for all.

    Example:
        >>> from cnncalc.analysis.conventions import Basis
        >>> run = Run(Basis(), {("a.yaml", None): {"macs": 1}})
        >>> print(account(None, run, Tolerances()), end="")
        new `a.yaml`
        stored: 1 new
    """
    found = update_of(stored, run, tolerances)
    lines = [*_lines(found)]
    left = len(lines) - MOST_LINES
    told = lines[:MOST_LINES] + ([f"and {counted(left, 'more network')}"] if left > 0 else [])
    counts = (
        (len(found.grown), "grown"),
        (len(found.fallen), "smaller"),
        (len(found.other), "changed"),
        (len(found.new), "new"),
        (len(found.gone), "dropped"),
        (found.same, "as before"),
    )
    summary = ", ".join(f"{count:,} {word}" for count, word in counts if count) or "nothing"
    return "".join(f"{line}\n" for line in (*told, f"stored: {summary}"))


def _lines(found: Update) -> Iterator[str]:
    for one in found.grown:
        changes = [f"{key} {_pair(one, key)}" for key in one.told]
        row = one.growth_row
        word = "near" if one.is_mostly_unlabelled else "most by" if len(row) == 1 else "from"
        cause = f", {word} `{row[0]}`" if row else ""
        cause += " on" if word == "from" else ""
        yield f"grown `{one.name}`: {'; '.join(changes)}{cause}"
    for one in found.fallen:
        changes = [f"{key} {_pair(one, key)}" for key in one.fallen if layer_of(key) is None]
        yield f"smaller `{one.name}`: {'; '.join(changes)}"
    for one in found.other:
        yield f"changed `{one.name}`: {'; '.join(one.differences())}"
    yield from (f"new `{name}`" for name in found.new)
    yield from (f"dropped `{name}`" for name in found.gone)


def _pair(network: Network, key: str) -> str:
    stored, now = network.stored[key], network.now[key]
    return f"{stored:,} to {now:,}" if isinstance(stored, int) else f"{stored} to {now}"
