"""A file's tree to its Spec: definitions first, so that bodies know every name."""

from collections.abc import Mapping

from cnncalc.diagnostics import Diagnostic
from cnncalc.spec.bodies.read import body_reader
from cnncalc.spec.bounds import Allowance, gathered
from cnncalc.spec.document.definitions import (
    SHAPE_HINT,
    read_inputs,
    read_names,
    read_signatures,
)
from cnncalc.spec.document.heads import read_blocks, read_heads, read_layers
from cnncalc.spec.document.top import Document
from cnncalc.spec.document.variables import read_requirements, read_variables, variable_names
from cnncalc.spec.document.weights import read_weights
from cnncalc.spec.stated import FactReader
from cnncalc.spec.syntax import Spec, Variable, Variant, labels_of
from cnncalc.spec.yaml_tree import EMPTY_HINT, Map, Node, Text

VARIANT_KEYS = (
    "vars", "input", "weights", "expect", "budget", "published", "source", "reference", "require",
)  # fmt: skip


def read_variants(
    top: Document, variables: Mapping[str, Variable], facts: FactReader
) -> dict[str, Variant]:
    """What each variant lays over the file."""
    node = top.mapping("variants", top.root)
    found = {}
    for key, value in node.entries if node else ():
        if isinstance(value, Text) and value.is_null:
            value = Map((), key.span)  # noqa: PLW2901 - a variant that changes nothing
        if not isinstance(value, Map):
            top.fault("E203", f"the variant `{key.text}` must be a mapping", value.span)
            continue
        top.check_length("the name of a variant", key)
        top.check_keys(value, VARIANT_KEYS, f"the variant `{key.text}`")
        own = read_variables(top, value, variables)
        for variable in own:
            if variable.name not in variables:
                message = f"the spec has no variable `{variable.name}`"
                near = top.faults.did_you_mean(variable.name, variables, variable.span)
                hint = near or "declare it under `vars`"
                top.fault("E211", message, variable.span, hint)
        found[key.text] = Variant(
            name=key.text,
            variables=tuple(own),
            inputs=read_inputs(top, value),
            expect=facts.read(value.get("expect"), "expect"),
            budget=facts.read(value.get("budget"), "budget"),
            published=facts.published(value.get("published")),
            source=top.text("source", value),
            reference=top.text("reference", value),
            requirements=read_requirements(top, value, variables),
            span=key.span,
            weights=read_weights(top, value, variables),
        )
    return found


KEYS = (
    "name", "source", "reference", "description", "input", "vars", "require", "blocks", "layers",
    "outputs", "auxiliary", "weights", "variants", "expect", "budget", "published",
)  # fmt: skip


def read_spec(
    root: Node, file: str, faults: list[Diagnostic], allowance: Allowance | None = None
) -> Spec | None:
    """Read a file's tree; None when it is no mapping, or exceeds a bound."""
    spec = None
    with gathered(faults, allowance or Allowance()) as found:
        if isinstance(root, Map) and _is_ultralytics(root):
            from cnncalc.spec.ultralytics.translate import translated  # noqa: PLC0415 - few are

            tree = translated(root, file, found)
            if tree is not None:
                spec = _spec(Document(tree, file, found))._replace(is_translated=True)
        elif isinstance(root, Map):
            spec = _spec(Document(root, file, found))
        elif isinstance(root, Text) and root.is_null:
            found.append(Diagnostic("E105", "the spec is empty", root.span, (), EMPTY_HINT))
        else:
            message = "a spec is a mapping with `name`, `input` and `layers`"
            place = root.span._replace(end_column=root.span.column + 1)
            found.append(Diagnostic("E203", message, place))
    return spec


def _is_ultralytics(root: Map) -> bool:
    """Whether the rows of a model file of Ultralytics stand in it; a spec has `layers`."""
    if root.get("layers") is not None:
        return False
    from cnncalc.spec.ultralytics.form import is_ultralytics  # noqa: PLC0415 - few lack layers

    return is_ultralytics(root)


def _spec(top: Document) -> Spec:
    meant = top.check_keys(top.root, KEYS, "a spec")
    if "layers" not in {*top.parts, *meant}:
        hint = "`layers:` holds the body of the network"
        top.fault("E202", "the spec has no `layers`", top.start(), hint)
    if "input" not in {*top.parts, *meant}:
        top.fault("E202", "the spec has no `input`", top.start(), SHAPE_HINT)
    known = variable_names(top)
    variables = {variable.name: variable for variable in read_variables(top, top.root, known)}
    signatures = read_signatures(top)
    names = read_names(top, variables, signatures)
    inputs = read_inputs(top, top.root) or ()
    is_sound = not top.faults
    facts = FactReader(top.faults)
    reader = body_reader(names, top.faults)
    layers = read_layers(top, reader)
    name = top.text("name")
    if name:
        top.check_length("the name of a network", top.parts["name"])
    return Spec(
        file=top.file,
        name=name or "network",
        source=top.text("source"),
        reference=top.text("reference"),
        description=top.text("description"),
        inputs=inputs,
        variables=variables,
        blocks=read_blocks(top, names, signatures),
        layers=layers,
        labels=labels_of(layers),
        outputs=read_heads(top, "outputs", reader),
        auxiliary=read_heads(top, "auxiliary", reader),
        variants=read_variants(top, variables, facts),
        expect=facts.read(top.root.get("expect"), "expect") or (),
        budget=facts.read(top.root.get("budget"), "budget") or (),
        published=facts.published(top.root.get("published")),
        requirements=read_requirements(top, top.root, variables),
        places=top.label_places,
        is_sound=is_sound,
        weights=read_weights(top, top.root, variables) or (),
    )
