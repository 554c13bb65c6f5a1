"""The bundled networks as their files state them: read and not expanded, so that it is quick."""

import re
from collections.abc import Iterable, Iterator, Mapping

from cnncalc.diagnostics import SpecError
from cnncalc.facts import Amount, Fact
from cnncalc.ops.values import Shape
from cnncalc.records import Record
from cnncalc.spec import parse_spec
from cnncalc.spec.library import find
from cnncalc.spec.syntax import Input, Spec, Variant

_YEAR = re.compile(r"\b(?:19|20)\d\d\b(?!\.\d)")
"""A year, and no number of a preprint as 2003.13678."""


class Entry(Record):
    """A network that comes with cnncalc: a spec, or one of its variants.

    Attributes:
        family: the name of its file.
        variant: the variant, or None.
        title: what the file calls its networks.
        inputs: the shape of each input.
        parameters: as the file expects them exactly; None where it does not.
        macs: the same.
        source: the paper or code that it follows.
        reference: what its counts are equal to.
        year: the year in which its source appeared.
    """

    family: str
    variant: str | None
    title: str
    inputs: Mapping[str, Shape]
    parameters: int | None
    macs: int | None
    source: str
    reference: str | None
    year: int | None

    @property
    def name(self) -> str:
        """What it is called on the command line."""
        return f"{self.family}:{self.variant}" if self.variant else self.family


def entries(family: str) -> Iterator[Entry]:
    """Every variant of a bundled spec, and the spec itself where it is a network, too.

    With variants it is one when it states numbers of its own: else it is what they have in common.

    Raises:
        SpecError: the file has faults.
    """
    source = find(f"{family}.yaml" if "/" in family else family)
    spec, faults = parse_spec(source.text, source.file)
    if spec is None or faults:
        raise SpecError(faults, {source.file: source.text})
    if spec.is_whole and (spec.expect or not spec.variants):
        yield _entry(family, spec, None)
    for variant in spec.variants.values():
        yield _entry(family, spec, variant)


def _entry(family: str, spec: Spec, variant: Variant | None) -> Entry:
    own = variant.expect if variant else None
    facts = spec.expect if own is None else own
    source = variant.source if variant else None
    return Entry(
        family=family,
        variant=variant.name if variant else None,
        title=spec.name,
        inputs=_shapes((variant.inputs if variant else None) or spec.inputs),
        parameters=_exact(facts, "parameters"),
        macs=_exact(facts, "macs"),
        source=source or spec.source or "",
        reference=variant.reference if variant else spec.reference,
        year=_year(source) or _year(spec.source),
    )


def _shapes(inputs: Iterable[Input]) -> dict[str, Shape]:
    return {one.label or "input": one.shape for one in inputs}


def _year(source: str | None) -> int | None:
    """The first year that stands in a source."""
    found = _YEAR.search(source or "")
    return int(found[0]) if found else None


def _exact(facts: Iterable[Fact], metric: str) -> int | None:
    """What is expected of the whole network, to the last digit."""
    for fact in facts:
        value = fact.value
        if fact.metric == metric and fact.layer is None and isinstance(value, Amount):
            return value.digits if value.factor == 1 and value.decimals == 0 else None
    return None
