"""A check of many files, of which those that have not changed are not looked into again."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from cnncalc.checks.cache.folder import read_results, write_results
from cnncalc.checks.cache.key import digest, key_of
from cnncalc.checks.cache.records import from_json, to_json
from cnncalc.checks.files import Target, is_spec_file
from cnncalc.checks.finding import Checked
from cnncalc.checks.run import Job, check_each
from cnncalc.diagnostics import SpecError
from cnncalc.records import Record
from cnncalc.spec.bounds import Bounds
from cnncalc.spec.library import decode, read_kept


class Known(Record):
    """A result of an earlier run; None for a file that is not a spec."""

    checked: Checked | None


def check_with_cache(
    folder: str,
    pairs: Sequence[Job],
    project_of: Callable[[str], str],
    *,
    jobs: int | None = None,
) -> Iterator[Checked | None]:
    """As `check_each`, with the results of earlier runs; those of this one are kept.

    Args:
        folder: where they are kept.
        pairs: what to check, and what to look for in it.
        project_of: the text of the project file that holds for a file, with the name of that.
        jobs: processes.

    Raises:
        WorkerLostError: as `check_each`.
        OSError: the folder that we are in is gone.
    """
    key = key_of(plan for _, plan in pairs)
    kept = read_results(folder, key)
    texts = [_text_of(target, plan.bounds) for target, plan in pairs]
    digests = [
        None if text is None else digest(target, text, plan, project_of(target.file))
        for (target, plan), text in zip(pairs, texts, strict=True)
    ]
    known = [
        _known(kept, target, text, stated)
        for (target, _), text, stated in zip(pairs, texts, digests, strict=True)
    ]
    changed = [pair for pair, one in zip(pairs, known, strict=True) if one is None]
    results = check_each(changed, jobs)
    is_new = False
    for (target, plan), text, stated, one in zip(pairs, texts, digests, known, strict=True):
        if one is not None:
            yield one.checked
            continue
        checked = next(results)
        if stated is not None and text == _text_of(target, plan.bounds):  # the text that was read
            kept[target.name] = [stated, bool(checked and checked.text), _told(checked)]
            is_new = True
        yield checked
    if is_new:
        there = {name: one for name, one in kept.items() if os.path.lexists(name)}
        with suppress(OSError):  # a full disk, or one that is only read: the check is done
            write_results(folder, key, there)


def _text_of(target: Target, bounds: Bounds) -> bytes | None:
    """The text of a spec's file; None for what is none, or cannot be read: that is told anew."""
    if not is_spec_file(target.name):
        return None
    try:
        data: bytes = read_kept(target.name, bounds.file_bytes)
    except SpecError:
        return None
    return data


def _told(checked: Checked | None) -> Any:
    return None if checked is None else to_json(checked)


def _known(
    kept: Mapping[str, Any], target: Target, text: bytes | None, stated: str | None
) -> Known | None:
    """What an earlier run found in the same text."""
    found = kept.get(target.name)
    if text is None or not isinstance(found, list) or len(found) != 3 or found[0] != stated:
        return None
    try:
        checked = None if found[2] is None else from_json(found[2])
        if checked is not None and found[1]:
            checked = checked._replace(text=decode(text, target.name))
    except (SpecError, TypeError, ValueError):
        return None  # what is kept is broken
    return Known(checked)
