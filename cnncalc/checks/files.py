"""Which files are specs, and the check of one of them."""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from cnncalc.checks.finding import Checked, Finding
from cnncalc.checks.memo import Memo
from cnncalc.checks.networks import Plan, SpecRead, check_spec
from cnncalc.diagnostics import Diagnostic, Span, SpecError, closest
from cnncalc.facts import read_shape
from cnncalc.files import MODELS
from cnncalc.ops.base import OPS
from cnncalc.records import Record
from cnncalc.spec.bounds import Allowance
from cnncalc.spec.document.read import KEYS, read_spec
from cnncalc.spec.expand import expand
from cnncalc.spec.library import SUFFIXES, Source, find
from cnncalc.spec.yaml_tree import List, Map, Node, Text, read_yaml

if TYPE_CHECKING:
    from cnncalc.interchange.formats import Form

SKIPPED = frozenset({"node_modules", "__pycache__", "venv"})
"""Folders that hold other people's files; those with a dot before their name as well."""

_BESIDE_INPUT = frozenset({"blocks", "vars", "variants", "expect", "budget"})
_BESIDE_LAYERS = _BESIDE_INPUT | {"input", "outputs", "auxiliary"}
"""Keys of a spec, without `name`: maps and pictures have names and layers too."""

_NUMBERS = frozenset({"expect", "budget", "published"})
"""Keys under which numbers are stated; a fault there says nothing of the network."""


class Target(Record):
    """A network's name as given, or a file that a folder holds.

    Attributes:
        is_sure: whether it is checked in any case; if not, only when it has a spec's keys.
        shown: the file that standard input is taken for, where it is for one.
    """

    name: str
    is_sure: bool
    shown: str | None = None

    @property
    def file(self) -> str:
        """The path under which it is reported."""
        return self.name if self.shown is None else self.shown


def targets(
    paths: Iterable[str],
    is_excluded: Callable[[str], bool],
    *,
    specs_only: bool,
    excludes_named: bool = False,
    stdin_name: str | None = None,
) -> tuple[Target, ...]:
    """What is to be checked, each thing once and in order of the names.

    Args:
        paths: files, folders, and names of networks.
        is_excluded: whether a file of a folder is left out.
        specs_only: whether files that are named are checked only where they are specs.
        excludes_named: whether they, too, may be left out.
        stdin_name: the file that standard input is taken for.
    """
    found: dict[tuple[str, str], Target] = {}
    for path in paths:
        shown = stdin_name if is_stdin(path) else None
        if os.path.isdir(path):
            for file in files_below(path, SUFFIXES):
                if not is_excluded(file):
                    _add(found, Target(file, is_sure=False))
        elif not (excludes_named and is_excluded(shown or path)):
            _add(found, Target(path, is_sure=not specs_only, shown=shown))
    kept = (one for (file, part), one in found.items() if not part or (file, "") not in found)
    return tuple(sorted(kept, key=lambda one: one.file))


def is_stdin(name: str) -> bool:
    """Whether a name is that of standard input, or of a variant of what it holds."""
    return name.partition(":")[0] == "-"


def _add(found: dict[tuple[str, str], Target], target: Target) -> None:
    """Add what is not there yet under another name; a relative name is preferred."""
    name = os.path.normpath(target.name) if is_spec_file(target.name) else target.name
    key = _identity(name)
    if key in found:
        known = found[key]
        name = min(known.name, name, key=lambda one: (os.path.isabs(one), one))
        target = target._replace(is_sure=known.is_sure or target.is_sure)
    found[key] = target._replace(name=name)


def _identity(name: str) -> tuple[str, str]:
    """A file, wherever it is seen from, and the variant; links to one file are several."""
    stem, _, variant = ("" if is_spec_file(name) else name).rpartition(":")
    file = stem or name
    if is_spec_file(file):
        folder, base = os.path.split(file)
        file = os.path.join(os.path.realpath(folder or os.curdir), base)
    return file, variant if stem else ""


def is_spec_file(name: str) -> bool:
    """Whether a name is that of a file and no bundled network's, whatever way it is written."""
    return name.lower().endswith(SUFFIXES) and os.path.lexists(name)


def files_below(folder: str, suffixes: tuple[str, ...]) -> Iterator[str]:
    """Every file below a folder that ends so; links to folders are not followed: none can loop."""
    pending = [folder]
    while pending:  # `os.walk` of Python 3.11 calls itself, which ends at a thousand folders
        parent = pending.pop()
        try:
            with os.scandir(parent) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError:  # not ours to read, or too long a path
            continue
        inner = []
        for entry in entries:
            name = entry.name
            if entry.is_dir(follow_symlinks=False):
                if name not in SKIPPED and not name.startswith("."):
                    inner.append(entry.path)
            elif name.lower().endswith(suffixes) and not os.path.isdir(entry.path):
                yield os.path.normpath(entry.path)
        pending += reversed(inner)


def check_target(target: Target, plan: Plan, memo: Memo | None = None) -> Checked | None:
    """Check one file; None when it turns out not to be a spec.

    Args:
        target: the file.
        plan: what to look for.
        memo: what is known of the files checked before.
    """
    if not target.name.lower().endswith(SUFFIXES):
        checked = _check_model(target, plan)
        return checked or _check_text(target, plan, memo)
    # Bytes of a model under the name of a spec have no network as a spec.
    checked = _check_text(target, plan, memo)
    is_open = target.is_sure and (checked is None or not checked.networks)
    return (_check_model(target, plan) if is_open else None) or checked


def _check_text(target: Target, plan: Plan, memo: Memo | None) -> Checked | None:
    """Check a file as the text of a spec."""
    try:
        source = find(target.name, plan.bounds)
    except SpecError as error:
        return Checked(target.file, "", (), tuple(map(Finding, error.diagnostics)))
    if target.shown is not None:
        source = source._replace(file=target.shown)
    return check_source(source, plan, is_sure=target.is_sure, memo=memo)


def _check_model(target: Target, plan: Plan) -> Checked | None:
    """Check a file as a model, or tell of what other kind it is; None where it may be a spec."""
    try:
        form = _model_form(target)
    except SpecError as error:
        return Checked(target.name, "", (), tuple(map(Finding, error.diagnostics)))
    if form is None:
        return None
    from cnncalc.checks.models import check_model  # noqa: PLC0415 - only for a model

    return check_model(target.name, form, plan)


def check_source(
    source: Source, plan: Plan, *, is_sure: bool, memo: Memo | None = None
) -> Checked | None:
    """Check a text that stands for a file; None when it turns out not to be a spec.

    Args:
        source: the text.
        plan: what to look for.
        is_sure: whether it is checked in any case.
        memo: what is known of the files checked before.
    """
    allowance = Allowance(plan.bounds)
    faults: list[Diagnostic] = []
    root = read_yaml(source.text, source.file, faults, allowance)
    if not is_sure and not _is_meant(source.text, root):
        return None
    before = len(faults)
    spec = None if root is None else read_spec(root, source.file, faults, allowance)
    if spec is None or root is None:
        return Checked(source.file, source.text, (), tuple(map(Finding, faults)))
    stated = faults_of_numbers(root, faults[before:])
    memo = memo or Memo()
    memo.begin_file()
    reading = SpecRead(spec, source, faults, stated, partial(expand, store=memo.store))
    return check_spec(reading, allowance, plan, memo=memo)


def _model_form(target: Target) -> "Form | None":
    """The form of a model; files that folders hold are specs, and not looked into."""
    is_file = target.is_sure and os.path.isfile(target.name)
    if not is_file and not target.name.lower().endswith(MODELS):
        return None
    from cnncalc.interchange.networks import model_form  # noqa: PLC0415 - for files alone

    return model_form(target.name)


def faults_of_numbers(root: Node, faults: Sequence[Diagnostic]) -> int:
    """How many faults are of stated numbers alone, and leave the network as it is."""
    if not faults:
        return 0
    variants = root.get("variants") if isinstance(root, Map) else None
    changed = [value for _, value in variants.entries] if isinstance(variants, Map) else []
    places = {
        span
        for owner in (root, *changed)
        if isinstance(owner, Map)
        for key, value in owner.entries
        if key.text in _NUMBERS
        for span in _places(value, 2)
    }
    return sum(fault.span in places for fault in faults)


def _places(node: Node, depth: int) -> Iterator[Span]:
    """The places of a node, and of each key and value below it."""
    yield node.span
    if isinstance(node, Map) and depth:
        for key, value in node.entries:
            yield key.span
            yield from _places(value, depth - 1)


def _is_meant(text: str, root: Node | None) -> bool:
    """Whether a text is a spec: by its keys, which lines begin with where it is not YAML."""
    if root is not None:
        return is_spec_tree(root)
    keys = set(re.findall(r"^(input|layers|backbone|head)[ ]*:", text, re.MULTILINE))
    return keys in ({"input", "layers"}, {"backbone", "head"})


def is_spec(target: Target, plan: Plan) -> bool:
    """Whether a target would be checked."""
    if target.is_sure:
        return True
    try:
        source = find(target.name, plan.bounds)
    except SpecError:  # which a check tells
        return True
    return _is_meant(source.text, read_yaml(source.text, source.file, [], Allowance(plan.bounds)))


def is_spec_tree(root: Node) -> bool:
    """Whether a file has the keys of a spec: `layers` or `input`, and another beside it.

    A model file of Ultralytics is one in another form.
    """
    from cnncalc.spec.ultralytics.form import is_ultralytics  # noqa: PLC0415 - what is named is sure

    if is_ultralytics(root):
        return True
    keys = {key.text for key, _ in root.entries} if isinstance(root, Map) else set()
    has_layers = "layers" in keys and bool(keys & _BESIDE_LAYERS)
    has_input = "input" in keys and bool(keys & _BESIDE_INPUT)
    return has_layers or has_input or (isinstance(root, Map) and _is_misspelt(root, keys))


def _is_misspelt(root: Map, keys: set[str]) -> bool:
    """Whether a file would be a spec, had it not `layer` or `inputt` for one of the two keys."""
    if "name" not in keys or len(keys) > len(KEYS):
        return False
    shape, layers = root.get("input"), root.get("layers")
    if isinstance(shape, Text) and read_shape(shape.text) is not None:
        missing = "layers"
    elif isinstance(layers, List) and layers.items and _names_op(layers.items[0]):
        missing = "input"
    else:
        return False
    unknown = [key for key in keys.difference(KEYS) if len(key) <= 2 * len(missing)]
    return missing not in keys and any(closest(key.lower(), KEYS) == missing for key in unknown)


def _names_op(node: Node) -> bool:
    """Whether a layer begins with an operation: `relu`, `conv3x3 8`."""
    head = re.match("[a-z]+", node.text) if isinstance(node, Text) else None
    return head is not None and head[0] in OPS
