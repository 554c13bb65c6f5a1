"""What variants lay over a file."""

from collections.abc import Mapping

from cnncalc.spec.bounds import LONGEST_NAME
from cnncalc.spec.document.definitions import read_variables
from cnncalc.spec.document.inputs import read_inputs
from cnncalc.spec.document.top import Document
from cnncalc.spec.stated import FactReader
from cnncalc.spec.syntax import Variable, Variant
from cnncalc.spec.yaml_tree import Map, Text

VARIANT_KEYS = ("vars", "input", "expect", "budget", "published", "source")


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
        if len(key.text) > LONGEST_NAME:
            top.check_length("the name of a variant", key)
        top.check_keys(value, VARIANT_KEYS, f"the variant `{key.text}`")
        own = read_variables(top, value)
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
            span=key.span,
        )
    return found
