"""Labels and variants of a spec in the project file, and what to write there instead."""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from cnncalc.checks.project.values import Project, project_path
from cnncalc.checks.settings.places import EveryPlace, Path, Stretch, every_toml_place
from cnncalc.diagnostics import Edit
from cnncalc.editor.document import Document
from cnncalc.editor.names import RenameError, apply

LAYERS, SPECS = "layers", "specs"
"""The keys of a table that has labels, and of the networks that the table is about."""

MARKS = re.compile(r"[*?\[]")
"""What a glob has that may mean further files."""

BARE = re.compile(r"[A-Za-z0-9_-]+")
"""A key of TOML that needs no quotes."""

UNFIT = re.compile(r"[\"'\\*?\[\]:/]")
"""What in a variant's name would end a string of TOML, or mean something else in a glob."""


def edits_in_project(
    document: Document, edits: tuple[Edit, ...], project: Project, text: str
) -> tuple[Edit, ...]:
    """The edits of a project file that follow from those of a spec in which a name is another.

    Only tables are looked at that name this file and no other, without a glob: another file may
    have a label of that name as well, which stays.

    Raises:
        RenameError: a glob names a variant whose new name cannot stand in one.

    Args:
        document: the spec before its edits.
        edits: what `editor.names.rename` gave.
        project: the project file that holds for it.
        text: the text of that.
    """
    after = Document(apply(document, edits), document.file, document.plan, wanted=document.wanted)
    places = every_toml_place(text, project.file)
    path = project_path(project, document.file)
    data = tomllib.loads(text)
    variants = dict(zip(document.variants, after.variants, strict=True))
    found = [
        *_of_labels(places, data, path, _paths(document, after)),
        *_of_variants(places, path, variants),
    ]
    return tuple(Edit(places.span(*stretch), new) for stretch, new in sorted(found))


def _paths(before: Document, after: Document) -> Mapping[str, str]:
    """The path that each layer and group has now, by the one it had, where that is another."""
    found: dict[str, str] = {}
    for old, new in zip(before.variants, after.variants, strict=True):
        pairs = zip(before.network(old).layers, after.network(new).layers, strict=True)
        for one, other in pairs:
            found[one.name] = other.name
            for depth in range(1, len(one.scope) + 1):
                found[".".join(one.scope[:depth])] = ".".join(other.scope[:depth])
    return {old: new for old, new in found.items() if old != new}


def _of_labels(
    places: EveryPlace, data: Any, path: str, renamed: Mapping[str, str]
) -> Iterator[tuple[Stretch, str]]:
    """The keys that are, or end with, a label which has another name now."""
    for keys, stretch in places.written_at:
        if LAYERS not in keys or not _is_about(data, keys[: keys.index(LAYERS)], path):
            continue
        labels = [str(key) for key in keys[keys.index(LAYERS) + 1 :]]
        new = renamed.get(".".join(labels))
        if new is None:
            continue
        own = new.split(".")[-len(labels[-1].split(".")) :]
        written = places.text[slice(*stretch)]
        quote = written[0] if written[0] in "\"'" else ""
        name = ".".join(own)
        if f"{quote}{labels[-1]}{quote}" == written and name != labels[-1]:
            quote = quote or ("" if BARE.fullmatch(name) else '"')
            yield stretch, f"{quote}{name}{quote}"


def _is_about(data: Any, keys: Path, path: str) -> bool:
    """Whether a table names a file, and no other."""
    for key in keys:
        data = data[key]
    specs = data.get(SPECS)
    named = [specs] if isinstance(specs, str) else specs or []
    files = {one if one == path else one.rpartition(":")[0] or one for one in named}
    return {os.path.normpath(one) for one in files} == {path} and not MARKS.search(path)


def _of_variants(
    places: EveryPlace, path: str, variants: Mapping[str | None, str | None]
) -> Iterator[tuple[Stretch, str]]:
    """The globs that name a variant which has another name now."""
    for keys, (start, end) in places.values.items():
        if SPECS not in keys[-2:] or len(keys) < 2:
            continue
        written = places.text[start + 1 : end - 1]
        file, _, variant = written.rpartition(":")
        new = variants.get(variant)
        if new is not None and new != variant and os.path.normpath(file) == path:
            if UNFIT.search(new) or not new.isprintable():
                raise RenameError(f"`{new}` cannot stand in a glob of `{places.file}`")
            yield (end - 1 - len(variant), end - 1), new
