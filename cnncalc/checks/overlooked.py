"""Files beside specs that are most likely meant as specs, and are not taken for any."""

import os
from collections.abc import Iterable, Sequence

from cnncalc.checks.files import Target, is_spec_tree
from cnncalc.checks.finding import Checked, Finding
from cnncalc.checks.layers_in_yaml import Entry, entries_of, names_layers, names_shape
from cnncalc.checks.networks import Plan
from cnncalc.diagnostics import Diagnostic, Note, Remedy, SpecError, closest, rename
from cnncalc.spec.bounds import Allowance
from cnncalc.spec.document.read import KEYS
from cnncalc.spec.library import SUFFIXES, find
from cnncalc.spec.yaml_tree import Map, Node, read_yaml

OVERLOOKED = "W627"


def with_overlooked(
    jobs: Iterable[tuple[Target, Plan]], files: Sequence[Checked]
) -> tuple[Checked, ...]:
    """The files of a run, and those that were passed over and stand in a folder with a spec.

    Args:
        jobs: all that was to be checked, each with what to look for.
        files: what was checked of it.
    """
    known = {one.file for one in files}
    folders = {os.path.dirname(one.file) for one in files if one.networks}
    passed = [
        (one.name, plan)
        for one, plan in jobs
        if OVERLOOKED in plan.codes
        and not one.is_sure
        and one.name not in known
        and os.path.dirname(one.name) in folders
        and one.name.lower().endswith(SUFFIXES)
    ]
    if not passed:
        return tuple(files)
    found = (_looked_at(name, plan) for name, plan in passed)
    return tuple(sorted([*files, *filter(None, found)], key=lambda one: one.file))


def _looked_at(name: str, plan: Plan) -> Checked | None:
    """A file that was passed over, where there is something to say of it."""
    try:
        source = find(name, plan.bounds)
    except SpecError:  # it has gone since
        return None
    fault = overlooked(source.text, source.file, Allowance(plan.bounds))
    if fault is None:
        return None
    from cnncalc.checks.suppression import find_ignores, silence  # noqa: PLC0415 - it is rare

    ignores, _ = find_ignores(source.text, source.file)
    findings = tuple(silence([Finding(fault)], ignores, ()))
    return Checked(source.file, source.text, (), findings) if findings else None


def overlooked(text: str, file: str, allowance: Allowance) -> Diagnostic | None:
    """What makes a text no spec that is most likely meant as one; None for any other.

    Args:
        text: a text that is no spec.
        file: what it is called in messages.
        allowance: what reading it may cost.
    """
    faults: list[Diagnostic] = []
    root = read_yaml(text, file, faults, allowance)
    notes = tuple(Note(f"it is no YAML either: {one.message}", one.span) for one in faults[:1])
    if root is not None:
        inner = _inner(root)
        if inner is not None:
            return inner
        notes = ()
    entries = entries_of(root, text, file)
    told = _told(entries)
    if told is None:
        return None
    entry, message, remedy = told
    return Diagnostic(OVERLOOKED, message, entry.span, notes, remedy, "warning")


_PASSED = "which is no key of a spec: the file is not taken for one"


def _told(entries: Sequence[Entry]) -> tuple[Entry, str, Remedy] | None:
    """The key that is at fault, what is wrong with it, and what helps."""
    body = next((one for one in entries if names_layers(one.value)), None)
    shape = next(filter(_is_shape, entries), None)
    if body is None and shape is not None:
        # Layers that none of ours begins are layers where the input is written as ours is.
        body = next((one for one in entries if _meant(one.key) == "layers"), None)
    if body is None:
        return None
    if body.key != "layers":
        if any(one.key == "layers" for one in entries):
            return None  # these layers are another part of what the file is
        return body, f"the layers are under `{body.key}`, {_PASSED}", _renamed(body, "layers")
    if shape is not None and shape.key != "input":
        return shape, f"the input is under `{shape.key}`, {_PASSED}", _renamed(shape, "input")
    message = "these layers have no `input`: the file is not taken for a spec"
    return body, message, "write `input:` with a shape, as in `input: 3x224x224`"


def _inner(root: Node) -> Diagnostic | None:
    """What is said of a spec that stands below the only key of a file."""
    if not isinstance(root, Map) or len(root.entries) != 1:
        return None
    [(key, value)] = root.entries
    if not is_spec_tree(value) or not any(names_layers(one) for _, one in value.entries):
        return None
    message = f"a spec stands below `{key.text}`: the file is not taken for one"
    hint = f"remove `{key.text}:`, and begin the keys below it at the start of the line"
    return Diagnostic(OVERLOOKED, message, key.span, (), hint, "warning")


def _is_shape(entry: Entry) -> bool:
    return names_shape(entry.value) and _meant(entry.key) == "input"


def _meant(key: str) -> str | None:
    """The key of a spec that another one means."""
    return key.lower() if key.lower() in KEYS else closest(key.lower(), KEYS)


def _renamed(entry: Entry, key: str) -> Remedy:
    if _meant(entry.key) != key:
        return f"a spec calls it `{key}`"
    return rename(entry.key, key, entry.span, is_sure=True)
