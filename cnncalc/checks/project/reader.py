"""What reads the values of a project file one by one, and refuses those that will not do."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from cnncalc.checks.settings.places import Path, Places
from cnncalc.checks.settings.source import Faults
from cnncalc.diagnostics import Span, closest, rename

MOST_ENTRIES = 1000
"""Entries of a list, and tables: each is held against every network."""

Read = TypeVar("Read")


class Reader:
    """Reads values; faults gather in `faults`. Paths lead from the root of the document."""

    def __init__(self, places: Places, below: Path) -> None:
        self.places = places
        self.faults = Faults("E901")
        self.below = below
        self.start = "".join(f"{key}." for key in below)
        """What the headers of our tables begin with."""

    def check_keys(
        self, path: Path, table: Mapping[str, Any], known: Sequence[str], homes: Mapping[str, str]
    ) -> set[str]:
        """Report unknown keys; gives the known ones that are there, or most likely meant.

        `homes` says where those belong that are in the wrong table.
        """
        names = [key for key in path[len(self.below) :] if isinstance(key, str)]
        title = f"`{names[-1]}`" if names else "a project file"
        meant = set()
        for key in table:
            near = key if key in known or self.faults.is_full else closest(key, known)
            meant |= {near} if near else set()
            if key not in known:
                span = self.places.key((*path, key))
                listed = f"its keys are {', '.join(known)}"
                hint = rename(key, near, span) if near else listed
                self.faults.add(f"{title} has no key `{key}`", span, homes.get(key, hint))
        return meant

    def table(self, within: Mapping[str, Any], path: Path) -> dict[str, Any] | None:
        value = within.get(str(path[-1]))
        if isinstance(value, dict | None):
            return value
        is_several = isinstance(value, list) and path[-1] == "budget"
        hint = f"write `[[{self.start}budgets]]` for networks by glob" if is_several else None
        self.refuse(path, f"`{path[-1]}` must be a table", hint)
        return None

    def each(
        self, value: Any, path: Path, read: Callable[[str, Span], Read], hint: str | None = None
    ) -> tuple[Read, ...]:
        """What a text says, or every text of a list; those that are not read are refused."""
        items = [(value, path)]
        if isinstance(value, list):
            items = [(item, (*path, place)) for place, item in enumerate(value)]
        elif not isinstance(value, str):
            self.refuse(path, f"`{path[-1]}` must be a string or a list of strings")
            return ()
        if len(items) > MOST_ENTRIES:
            self.refuse(path, f"`{path[-1]}` has {len(items):,} entries, over {MOST_ENTRIES:,}")
            return ()
        found = []
        for text, at in items:
            if isinstance(text, str):
                found += self.attempt(at, read, text, hint)
            else:
                self.refuse(at, f"an entry of `{path[-1]}` must be a string")
        return tuple(found)

    def attempt(
        self, path: Path, read: Callable[[str, Span], Read], text: str, hint: str | None
    ) -> list[Read]:
        """What a text says; nothing, with a fault, where it is refused."""
        try:
            return [read(text, self.places.value(path))]
        except ValueError as fault:
            self.refuse(path, str(fault), hint)
            return []

    def attempt_key(
        self,
        path: Path,
        read: Callable[[str, Span], Read],
        text: str,
        hint: str | None = None,
    ) -> list[Read]:
        """What a key says; nothing, with a fault, where it is refused."""
        span = self.places.key(path)
        try:
            return [read(text, span)]
        except ValueError as fault:
            self.faults.add(str(fault), span, hint)
            return []

    def written(self, value: Any, path: Path) -> str | None:
        """A text, or a number as it is written; None for what is neither."""
        if isinstance(value, int | float) and not isinstance(value, bool):
            return self.places.written(path)
        return value if isinstance(value, str) else None

    def refuse(self, path: Path, message: str, hint: str | None = None) -> None:
        """A value that will not do."""
        self.faults.add(message, self.places.value(path), hint)

    def choice(self, value: Any, path: Path, known: Sequence[str]) -> str | None:
        if isinstance(value, str) and value in known:
            return value
        if isinstance(value, str):
            message = f"`{path[-1]}` cannot be `{value}`"
            self.faults.unknown(message, self.places.value(path), name=value, known=known)
        else:
            self.refuse(path, f"`{path[-1]}` must be a string", f'write `"{known[0]}"`')
        return None

    def flag(self, table: Mapping[str, Any], path: Path) -> bool:
        """Whether `allow_empty` is set: that the globs of a table may match nothing."""
        if not isinstance(value := table.get("allow_empty", False), bool):
            self.refuse((*path, "allow_empty"), "`allow_empty` must be true or false")
        return value is True

    def tables(
        self,
        root: Mapping[str, Any],
        path: Path,
        read: "Callable[[Reader, Mapping[str, Any], Path], Read]",
    ) -> tuple[Read, ...]:
        """What each table of an array says; those that are none are refused."""
        name = str(path[-1])
        value = root.get(name, [])
        if not isinstance(value, list):
            hint = f"write `[[{self.start}{name}]]`"
            self.refuse(path, f"`{name}` must be an array of tables", hint)
            return ()
        if len(value) > MOST_ENTRIES:
            self.refuse(path, f"there are {len(value):,} tables of {name}, over {MOST_ENTRIES:,}")
            return ()
        tables = [(table, (*path, place)) for place, table in enumerate(value)]
        for table, at in tables:
            if not isinstance(table, dict):
                self.refuse(at, f"an entry of `{name}` must be a table")
        return tuple(read(self, table, at) for table, at in tables if isinstance(table, dict))


def leaves(value: Any, path: Path) -> Iterator[tuple[tuple[str, ...], Any, Path]]:
    """The values in tables within tables, each with the keys that lead to it and its path."""
    pending: list[tuple[tuple[str, ...], Any, Path]] = [((), value, path)]
    while pending:
        names, value, at = pending.pop()
        if isinstance(value, dict):
            items = [((*names, key), inner, (*at, key)) for key, inner in value.items()]
            pending.extend(reversed(items))
        else:
            yield names, value, at
