"""What may stand outside of bodies: keys, stated numbers, variables, shapes, comments."""

from collections.abc import Iterator

from cnncalc.checks.counts import Counts, NoFigureError, Share
from cnncalc.checks.lint import ENTRIES
from cnncalc.diagnostics import CODES
from cnncalc.editor.context import NUMBERS, Context
from cnncalc.editor.document import Document
from cnncalc.editor.proposals import Proposal, hole
from cnncalc.facts import BYTE_UNITS, COUNT_UNITS, STATED
from cnncalc.metrics import METRICS
from cnncalc.ops.values import show_shape
from cnncalc.spec.document.read import KEYS, VARIANT_KEYS
from cnncalc.spec.kernels import KERNELS, listed
from cnncalc.spec.schema import KEY_TEXTS
from cnncalc.spec.yaml_tree import Map

INPUTS = (
    ("3x224x224", "channels x height x width"),
    ("3x32x32", "channels x height x width"),
    ("1x28x28", "channels x height x width"),
    ("2x100", "channels x length"),
    ("784", "features"),
)
"""Shapes that inputs often have."""

_FORMS = {
    "input": "input: ${1:3x224x224}",
    "layers": "layers:\n  - $0",
    "vars": "vars:\n  ${1:width}: ${2:64}",
    "blocks": "blocks:\n  ${1:unit} ${2:width}:\n    - $0",
    "variants": "variants:\n  ${1:small}:\n    vars: {$2}",
    "weights": "weights:\n  ${1:conv1}: [[$2]]",
    "expect": "expect: {${1:parameters}: $2}",
    "budget": "budget: {${1:parameters}: $2}",
}
"""What is written of a key, where more than its value follows."""


def of_top(document: Document) -> Iterator[Proposal]:
    """The keys that the file does not have yet."""
    root = document.root
    given = {key.text for key, _ in root.entries} if isinstance(root, Map) else set()
    for key in KEYS:
        if key not in given:
            form = _FORMS.get(key, f"{key}: ")
            yield Proposal(key, "key", "", KEY_TEXTS[key], form, is_snippet="$" in form)


def of_comment(context: Context) -> Iterator[Proposal]:
    """The rules that a comment can silence."""
    told = context.before.strip()
    if "ignore[" in told:
        for code in ENTRIES:
            yield Proposal(code, "rule", CODES[code])
    elif not told or "cnncalc".startswith(told) or told.startswith("cnncalc"):
        form = "cnncalc: ignore[${1:W601}] ${2:reason}"
        yield Proposal("cnncalc: ignore", "rule", "silence a rule here", "", form, is_snippet=True)


def of_section(document: Document, context: Context) -> Iterator[Proposal]:
    """What stands in sections that hold no layers and no numbers."""
    path = context.path
    if context.section == "variants":
        yield from _of_variant(path)
        path = path[2:]
    section = path[0] if path else ""
    if section == "input":
        yield from (Proposal(shape, "value", sentence) for shape, sentence in INPUTS)
    elif section == "vars":
        yield from _of_vars(document, context, is_value=len(path) > 1)
    elif section == "outputs":
        yield from (Proposal(name, "label", "a label") for name in _labels(document))
    elif section == "weights":
        yield from _of_weights(document, is_value=len(path) > 1)
    elif section in {"require", "blocks"}:
        yield from _variables(document)


def _of_variant(path: tuple[str, ...]) -> Iterator[Proposal]:
    """The keys of a variant."""
    for key in VARIANT_KEYS if len(path) == 2 else ():
        yield Proposal(key, "key", "", KEY_TEXTS[key], f"{key}: ")


def _labels(document: Document) -> Iterator[str]:
    """The labels outside of blocks."""
    for one in document.symbols:
        if one.kind == "label" and one.block is None:
            yield one.name


def _of_vars(document: Document, context: Context, *, is_value: bool) -> Iterator[Proposal]:
    if is_value:
        spec = document.spec
        for name in spec.blocks if spec is not None else ():
            yield Proposal(name, "block", "a block")
        for word in ("true", "false", "null"):
            yield Proposal(word, "value")
        yield from _variables(document)
    elif context.section == "variants":
        for one in _variables(document):
            yield one._replace(insert=f"{one.label}: ")


def _of_weights(document: Document, *, is_value: bool) -> Iterator[Proposal]:
    """Labels of layers, and below one kernels that have a name."""
    if is_value:
        for name, kernel in KERNELS.items():
            yield Proposal(name, "value", listed(kernel))
        yield from _variables(document)
        return
    for name in _labels(document):
        yield Proposal(name, "label", "a label", "", f"{name}: ")


def _variables(document: Document) -> Iterator[Proposal]:
    for one in document.symbols:
        if one.kind == "variable" and one.block is None:
            yield Proposal(one.name, "variable", "a variable")


# Stated numbers


def of_numbers(document: Document, context: Context) -> Iterator[Proposal]:
    """Metrics, labels, and what a metric is."""
    path = context.numbers or ()
    last = path[-1]
    if last in METRICS and len(path) > 1:
        label = path[-2] if path[-2] not in NUMBERS else None
        own = context.path[1] if context.section == "variants" else document.variant
        yield from _figures(document, own, (label, last), path[0])
        return
    for name in STATED:
        if name != "share" or len(path) > 1:
            metric = METRICS[name]
            yield Proposal(name, "metric", metric.unit, metric.description, f"{name}: ")
    if len(path) == 1:
        for label in _labels(document):
            form = f"{label}: {{{hole(1, 'parameters')}: $2}}"
            yield Proposal(label, "label", "a layer or group", "", form, is_snippet=True)


def _figures(
    document: Document, variant: str | None, told: tuple[str | None, str], section: str
) -> Iterator[Proposal]:
    """The count itself, and the units of its metric."""
    metric = METRICS[told[1]]
    counted = _counted(document, variant, told)
    if counted:
        yield Proposal(counted, "value", "as it is counted", "", counted)
    units = BYTE_UNITS if metric.is_bytes else COUNT_UNITS
    if metric.unit in {"values", "bytes"}:
        yield from (
            Proposal(unit, "unit", f"{factor:,}") for unit, factor in units.items() if unit
        )
    if section == "budget":
        for sign in ("<=", ">="):
            yield Proposal(f'"{sign} "', "value", "a limit", "", f'"{sign} $1"', is_snippet=True)


def _counted(document: Document, variant: str | None, told: tuple[str | None, str]) -> str:
    """A metric of a label or of the whole, as it would be stated; empty where it has none."""
    label, metric = told
    graph = document.network(variant).graph if variant in document.variants else None
    if graph is None or metric == "share":
        return ""
    try:
        figure = Counts(graph, document.plan.basis).figure(label, metric)
    except NoFigureError:
        return ""
    if isinstance(figure, Share):
        return ""
    if isinstance(figure, int):
        return f"{figure:_} B" if METRICS[metric].is_bytes else f"{figure:_}"
    return show_shape(figure)
