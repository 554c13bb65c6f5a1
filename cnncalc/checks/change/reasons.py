"""What was written otherwise, and which layers changed for it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from cnncalc.analysis.changes import COSTS, Diff, Entry
from cnncalc.checks.change.lines import Lines, compare_lines
from cnncalc.checks.change.values import changed_inputs, changed_variables
from cnncalc.checks.reason import Reason
from cnncalc.checks.sites import Site, Sites, sites_of
from cnncalc.diagnostics import LONGEST, Note, Span, shortened
from cnncalc.graph import Layer
from cnncalc.spec import Spec
from cnncalc.spec.yaml_nodes import LINE_BREAK

MOST_REASONS = 4
"""Reasons of one layer, and of one network, that are told."""

MOST_LAYERS = 20
"""Layers and groups that are kept of a reason."""

LEADING = ("repeat", "for", "if", "elif")
"""The words with which a line begins that leads others."""

FOLLOWING = {"moved", "reshaped"}
"""What became of a layer that is as it was written, unless it reads other layers."""


class Side(NamedTuple):
    """A spec as it was or is, with its text."""

    spec: Spec
    text: str


class Compared:
    """One spec before and after: what the reasons of all its networks are found by."""

    def __init__(self, old: Side, new: Side) -> None:
        self.old, self.new = old.spec, new.spec
        self.texts = old.text, new.text

    @cached_property
    def lines(self) -> Lines:
        """What became of the lines."""
        return compare_lines(*self.texts)

    @cached_property
    def sites_before(self) -> Sites:
        """Where the lines stood."""
        return sites_of(self.old)

    @cached_property
    def sites(self) -> Sites:
        """Where the lines stand."""
        return sites_of(self.new)

    @cached_property
    def said_before(self) -> list[str]:
        """The lines of the text as it was."""
        return re.split(LINE_BREAK, self.texts[0])

    @cached_property
    def said(self) -> list[str]:
        """The lines of the text as it is now."""
        return re.split(LINE_BREAK, self.texts[1])

    def place(self, line: int) -> Span:
        """The place of a whole line of the text as it is now."""
        text = self.said[line - 1]
        start = len(text) - len(text.lstrip())
        return Span(self.new.file, line, start + 1, line, max(len(text.rstrip()), start + 1) + 1)

    def placed(self, before: Sequence[Span], now: Sequence[Span]) -> Span:
        """Where a value is another that begins at some places; the first, if it is in its line.

        Of a value of many lines it is the first that is another, or that one stood behind.
        """
        lines = self.lines
        for start in now:
            for line in _reach(self.said, start):
                if line in lines.new:
                    return start if line == start.line else self.place(line)
        for line in (one for start in before for one in _reach(self.said_before, start)):
            if line in lines.gone:
                return self.place(lines.gone[line][1])
            if lines.moved.get(line) in lines.new:
                return self.place(lines.moved[line])
        return now[0]


def _reach(lines: Sequence[str], start: Span) -> Iterator[int]:
    """The lines of what begins at a place: those behind it that are further in, or its items."""
    yield start.line
    first = lines[start.line - 1]
    column = len(first) - len(first.lstrip())
    for number, line in enumerate(lines[start.line :], start.line + 1):
        said = line.lstrip()
        indent = len(line) - len(said)
        if said and indent <= column and not (indent == column and said.startswith("- ")):
            return
        yield number


def reasons_of(
    compared: Compared, found: Diff, variant_before: str | None, variant: str | None
) -> tuple[Reason, ...]:
    """What was written otherwise of which the change of a network follows, the most costly first.

    A layer changed for a line that makes it: its own, that of a call, a repeat, a condition or a
    signature around it; else for a variable that these read. Where it is as it was written, it
    changed for what it reads.
    """
    tracing = _Tracing(compared, found, variant_before, variant)
    tracing.run()
    ranked = sorted(tracing.found.values(), key=lambda one: -max(map(abs, one.by.values())))
    return tuple(ranked[:MOST_REASONS])


Key = tuple[str, object]
"""What a reason is kept under."""

Keys = tuple[Key, ...]


class _Tracing:
    """Follows changes through one network; `found` has the reasons so far."""

    def __init__(
        self, compared: Compared, found: Diff, variant_before: str | None, variant: str | None
    ) -> None:
        self.compared = compared
        variants = variant_before, variant
        sides = compared.old, compared.new
        self.variables = changed_variables(*sides, variants, compared.placed)
        self.inputs = changed_inputs(*sides, variants, compared.placed)
        self.layers = [row.layer for row in found.new.rows]
        self.entries = {one.new.layer.name: one for one in found.entries if one.new}
        self.removed = {one.layer.name: one for one in found.entries if one.new is None}
        pairs = (one for one in found.entries if one.new and one.old)
        self.names = {one.old.layer.name: one.layer.name for one in pairs if one.old}
        self.found: dict[Key, Reason] = {}
        self.flowing: dict[str, Keys] = {
            name: (self.keep(("input", name), reason),) for name, reason in self.inputs.items()
        }
        self.known: dict[tuple[object, ...], Keys] = {}

    def run(self) -> None:
        """Find the reasons of every layer."""
        for entry in self.removed.values():
            self.credit(entry, self.direct(entry), is_own=True)
        for layer in self.layers:
            if layer.name not in self.entries:
                continue
            entry = self.entries[layer.name]
            own = () if _follows(entry) else self.direct(entry)
            keys = own or self.followed(entry) or self.direct(entry)
            self.credit(entry, keys, is_own=bool(own))
            if entry.old is None or entry.old.layer.output_shape != layer.output_shape:
                self.flowing[layer.name] = keys
        self.found = {key: one for key, one in self.found.items() if one.by}

    def keep(self, key: Key, reason: Reason) -> Key:
        """Keep a reason, unless it is kept; its key."""
        self.found.setdefault(key, reason)
        return key

    def credit(self, entry: Entry, keys: Keys, *, is_own: bool) -> None:
        """Add the growth of a layer to its reasons."""
        layer = entry.layer
        outermost = layer.outermost
        for key in keys:
            one = self.found[key]
            by = {cost: one.by.get(cost, 0) + entry.change(cost) for cost in COSTS}
            has_room = is_own and len(one.layers) < MOST_LAYERS
            is_new = has_room and outermost not in one.layers
            layers = (*one.layers, outermost) if is_new else one.layers
            self.found[key] = one._replace(by=by, layers=layers)

    def followed(self, entry: Entry) -> Keys:
        """The reasons of what a layer reads, and of what it does not read any more."""
        keys: dict[Key, None] = {}
        inputs = entry.layer.inputs
        for name in inputs:
            keys |= dict.fromkeys(self.flowing.get(name, ()))
        for name in entry.old.layer.inputs if entry.old else ():
            now = self.names.get(name, name)
            other = self.removed.get(name) or self.entries.get(now)
            if other is not None and (other.new is None or now not in inputs):
                keys |= dict.fromkeys(self.direct(other))
        return tuple(keys)[:MOST_REASONS]

    def direct(self, entry: Entry) -> Keys:
        """The reasons that lie in the lines which make a layer."""
        layer, is_gone = entry.layer, entry.new is None
        key = is_gone, layer.origin
        if key not in self.known:
            self.known[key] = tuple(dict.fromkeys(self.reasons(layer, is_gone=is_gone)))
        return self.known[key]

    def reasons(self, layer: Layer, *, is_gone: bool) -> Iterator[Key]:
        """The innermost line that is another, and the variables that all of the lines read."""
        sites = self.compared.sites_before if is_gone else self.compared.sites
        chain: list[Site] = []
        for span in reversed(layer.origin):
            site = sites.get(span)
            chain += [Site((span,), (), None, None)] if site is None else site.outwards()
        line = next(self.lines_of(chain, layer, is_gone=is_gone), None)
        read = (name for site in chain for name in site.names if name in self.variables)
        variables = [
            self.keep(("variable", one.span), one)
            for one in (self.variables[name] for name in dict.fromkeys(read))
        ][:MOST_REASONS]
        if line is not None and not self.are_beside(line, variables):
            yield line
        yield from variables

    def are_beside(self, line: Key, variables: Iterable[Key]) -> bool:
        """Whether a variable stands in the line that is another: then it is the reason."""
        place = self.found[line].span.line
        return any(self.found[one].span.line == place for one in variables)

    def lines_of(self, chain: Iterable[Site], layer: Layer, *, is_gone: bool) -> Iterator[Key]:
        """The lines of a chain that are not as before."""
        lines = self.compared.lines
        for site in chain:
            for span in site.spans:
                if is_gone and span.line in lines.gone:
                    yield self.removal(span.line, site)
                    continue
                line = lines.moved.get(span.line) if is_gone else span.line
                if line is not None and line in lines.new:
                    place = self.compared.place(line) if is_gone else span
                    yield self.rewriting(line, site, layer, place)

    def rewriting(self, line: int, site: Site, layer: Layer, place: Span) -> Key:
        """The reason that is a line which is another, or new."""
        lines, name = self.compared.lines, layer.outermost
        before = lines.new[line]
        notes = () if before is None else (Note(f"was `{shortened(before)}`"),)
        if before is not None and line in lines.shifted:
            stood = Note("stood behind this line", self.compared.place(lines.shifted[line]))
            reason = Reason("layer", f"by moving `{_named(before)}`", place, None, (stood,))
        elif site.block is not None:
            reason = Reason("block", f"by the block `{site.block}`", place, None, notes)
        else:
            said = self.compared.said[line - 1]
            words = f"by `{_head(said) or name}`"
            reason = Reason("layer", words, place, name, notes)
        return self.keep(("line", line), reason)

    def removal(self, line: int, site: Site) -> Key:
        """The reason that is a line which is gone."""
        text, behind = self.compared.lines.gone[line]
        where = "" if site.block is None else f" in the block `{site.block}`"
        words = f"by the removal of `{_named(text)}`{where}"
        notes = (Note("it stood behind this line"),)
        reason = Reason("removed", words, self.compared.place(behind), None, notes)
        return self.keep(("removed", line), reason)


def _follows(entry: Entry) -> bool:
    """Whether a layer is as it was written, and only what it reads is another."""
    return entry.status in FOLLOWING and not entry.is_rewired


def _named(line: str) -> str:
    """A layer by the line that makes it."""
    return shortened(line.removeprefix("- "))


def _head(line: str) -> str | None:
    """What stands before the colon of a line that leads others; None for any other line."""
    said = line.partition("#")[0].lstrip("- \t").rstrip()
    is_leading = said.partition(" ")[0].rstrip(":") in LEADING and said.endswith(":")
    return said[:-1].rstrip() if is_leading and len(said) <= LONGEST else None
