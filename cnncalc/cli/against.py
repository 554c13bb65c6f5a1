"""The specs of a project as they were where a branch began, from git."""

import os
from collections.abc import Callable, Sequence

from cnncalc.analysis.conventions import Basis
from cnncalc.checks.change.compare import compare_texts
from cnncalc.checks.change.records import Change, States
from cnncalc.checks.files import SKIPPED, is_spec_tree
from cnncalc.checks.finding import Report
from cnncalc.cli.revision import content_name, files_at, merge_base, read_content, top_of
from cnncalc.diagnostics import Diagnostic, SpecError
from cnncalc.files import is_within
from cnncalc.spec import TIGHT, Allowance
from cnncalc.spec.library import SUFFIXES, decode
from cnncalc.spec.yaml_tree import read_yaml


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
    stored = files_at(top, base)
    now = {one.file: one for one in report.files if one.text}
    by_place = {os.path.realpath(file): file for file in now}
    before: dict[str, str] = {}
    same = 0
    for path, content in stored.items():
        place = os.path.join(top, *path.split("/"))
        if not _is_meant(place, path, given) or is_excluded(place):
            continue
        file = by_place.get(os.path.realpath(place))
        if file is not None and content_name(_bytes(file), content) == content:
            same += len(now.pop(file).networks)
            continue
        data = read_content(top, content, TIGHT.file_bytes)
        named = file or os.path.relpath(place)
        text = _spec_text(data, named) if data is not None else None
        if text is not None:
            before[named] = text
    after = {file: one.text for file, one in now.items()}
    networks, unchanged, unread = compare_texts(before, after, basis_of)
    states = States(before, after, basis_of)
    return Change(revision, base[:12], tuple(networks), same + unchanged, tuple(unread), states)


def _is_meant(place: str, path: str, given: Sequence[str]) -> bool:
    """Whether a file would be checked, were it there."""
    folders = path.split("/")[:-1]
    if any(one in SKIPPED or one.startswith(".") for one in folders):
        return False
    reals = [os.path.realpath(one) for one in given]
    return path.lower().endswith(SUFFIXES) and any(
        place == one or is_within(place, one) for one in reals
    )


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
