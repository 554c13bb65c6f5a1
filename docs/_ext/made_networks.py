"""The bundled networks, from their specs."""

from itertools import groupby

from cnncalc.cli.library import counted
from cnncalc.ops.values import show_shape
from cnncalc.render.grid import markdown_table
from cnncalc.render.markdown_text import code, escaped
from cnncalc.spec.catalogue import Entry, entries
from cnncalc.spec.library import STUDIES, bundled_names

HEADS = ("Network", "Parameters", "MACs", "Input", "Equal to")


def by_year() -> str:
    """A part for each year, in it one for each family with a table of its variants."""
    families = [_counted(name) for name in bundled_names()]
    families.sort(key=_first_year)
    total = sum(map(len, families))
    parts = [f"{total} networks in {len(families)} families."]
    for year, those in groupby(families, key=_first_year):
        parts.append(f"## {year}")
        parts.extend(map(_family, those))
    return "\n\n".join(parts)


def studies() -> str:
    """The studies of the lecture, a table each."""
    return "\n\n".join(_family(_counted(name)) for name in bundled_names(STUDIES))


def _counted(family: str) -> tuple[Entry, ...]:
    return tuple(map(counted, entries(family)))


def _first_year(family: tuple[Entry, ...]) -> int:
    return min(one.year or 0 for one in family)


def _family(family: tuple[Entry, ...]) -> str:
    sources = dict.fromkeys(one.source for one in family)
    rows = [
        (
            code(one.name),
            f"{one.parameters:,}",
            f"{one.macs:,}",
            ", ".join(map(show_shape, one.inputs.values())),
            code(one.reference) if one.reference else "",
        )
        for one in family
    ]
    table = "\n".join(markdown_table(HEADS, rows, numbers=(1, 2)))
    told = [f"{escaped(one)}." for one in sources if one]
    if len(told) > 1:
        told = ["\n".join(f"- {_named(family, one)}: {escaped(one)}." for one in sources if one)]
    return "\n\n".join([f"### {family[0].family}", *told, table])


def _named(family: tuple[Entry, ...], source: str) -> str:
    return ", ".join(code(one.name) for one in family if one.source == source)
