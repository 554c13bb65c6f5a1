"""The specs of a project as they were where a branch began, from git."""

import os
from collections.abc import Callable, Collection, Sequence

import click

from cnncalc.analysis.conventions import Basis
from cnncalc.checks.change.compare import compare_texts
from cnncalc.checks.change.records import Change, States
from cnncalc.checks.files import SKIPPED, is_spec_tree
from cnncalc.checks.finding import Report
from cnncalc.cli.revision import content_name, files_at, merge_base, read_content, top_of
from cnncalc.diagnostics import Diagnostic, SpecError
from cnncalc.spec import TIGHT, Allowance
from cnncalc.spec.library import SUFFIXES, decode
from cnncalc.spec.yaml_tree import read_yaml

MOST_SPECS = 10_000
"""Specs of a commit that are compared: a few objects of git may stand for any number."""


def change_since(
    revision: str,
    report: Report,
    paths: Sequence[str],
    is_excluded: Callable[[str], bool],
    basis_of: Callable[[str], Basis],
) -> Change:
    """What differs between the specs of a report and those of the commit where a branch began.

    Raises:
        UsageError: git cannot tell.
    """
    given = [*paths] or [os.curdir]
    top = top_of(given[0])
    base = merge_base(top, revision)
    places = frozenset(map(os.path.realpath, given))
    now = {one.file: one for one in report.files if one.text}
    by_place = {_place_of(file): file for file in now}
    before: dict[str, str] = {}
    texts: dict[str, str | None] = {}
    same = 0
    for path, content in files_at(top, base, places).items():
        place = os.path.join(top, *path.split("/"))
        if not _is_meant(place, path, places) or is_excluded(place):
            continue
        file = by_place.get(place)
        if file is not None and content_name(_bytes(file), content) == content:
            same += len(now.pop(file).networks)
            continue
        named = file or os.path.relpath(place)
        if content not in texts:
            data = read_content(top, content, TIGHT.file_bytes)
            texts[content] = _spec_text(data, named) if data is not None else None
        text = texts[content]
        if text is not None:
            before[named] = text
            if len(before) > MOST_SPECS:
                told = f"more than {MOST_SPECS:,} specs differ from those of `{revision}`"
                raise click.UsageError(f"{told}: name fewer folders")
    after = {file: one.text for file, one in now.items()}
    networks, unchanged, unread = compare_texts(before, after, basis_of)
    states = States(before, after, basis_of)
    return Change(revision, base[:12], tuple(networks), same + unchanged, tuple(unread), states)


def _place_of(file: str) -> str:
    """Where a file is; a folder that became a link has none of the files that it had."""
    folder, name = os.path.split(file)
    return os.path.join(os.path.realpath(folder or os.curdir), name)


def _is_meant(place: str, path: str, places: Collection[str]) -> bool:
    """Whether a file would be checked, were it there: it is in one of some places."""
    folders = path.split("/")[:-1]
    if any(one in SKIPPED or one.startswith(".") for one in folders):
        return False
    if not path.lower().endswith(SUFFIXES):
        return False
    at = place
    while at not in places:
        above = os.path.dirname(at)
        if above == at:
            return False
        at = above
    return True


def _bytes(file: str) -> bytes:
    from cnncalc.spec.library import read_bytes  # noqa: PLC0415 - one use of many

    return read_bytes(file, TIGHT.file_bytes)


def _spec_text(data: bytes, file: str) -> str | None:
    """The text of a spec; None of what is none."""
    faults: list[Diagnostic] = []
    try:
        text = decode(data, file, TIGHT)
    except SpecError:
        return None
    root = read_yaml(text, file, faults, Allowance(TIGHT))
    return text if root is not None and is_spec_tree(root) else None
