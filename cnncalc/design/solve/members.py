"""The networks that may be chosen of: variants of specs, and models."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from os import PathLike, fspath

from cnncalc.checks.networks import networks_of
from cnncalc.diagnostics import SpecError, shortened
from cnncalc.graph import Graph
from cnncalc.interchange.networks import model_form, read_model
from cnncalc.records import Record
from cnncalc.spec import Selection, network_of, parse_spec
from cnncalc.spec.library import find

ALL = ":*"
"""What may stand behind the name of a family, as of all variants in a sweep."""

MOST_MEMBERS = 1_000
"""Networks that are chosen of."""


class Member(Record):
    """A network that may be chosen.

    Attributes:
        name: what it is called.
        build: gives the network, or the faults that it has.
        is_named: whether it was asked for by itself, so that its faults are those of the question.
    """

    name: str
    build: Callable[[], Graph]
    is_named: bool = False


class Members(Record):
    """Some networks, and what they are called together."""

    title: str
    each: tuple[Member, ...]


def members_of(names: Iterable[str | PathLike[str]], selection: Selection) -> Members:
    """The networks that some names mean: of a spec every variant, unless one is named.

    Args:
        names: specs, bundled networks and models.
        selection: the variables and inputs that all of them get.

    Raises:
        SpecError: there is no such network, or its spec has faults.
        ValueError: a network is named twice, or there are too many.
    """
    found: dict[str, Member] = {}
    given = [fspath(one) for one in names]
    for name in given:
        for one in _members(name, selection):
            if one.name in found:
                raise ValueError(f"`{one.name}` is named twice")
            found[one.name] = one
            if len(found) > MOST_MEMBERS:
                raise ValueError(f"more than {MOST_MEMBERS:,} networks: name fewer")
    title = ", ".join(one.removesuffix(ALL) for one in given)
    return Members(shortened(title), tuple(found.values()))


def _members(name: str, selection: Selection) -> Iterator[Member]:
    stem = name.removesuffix(ALL)
    form = None if stem.partition(":")[0] == "-" else model_form(stem)
    if form is not None:
        if selection.values:
            raise ValueError(f"`{stem}` is a model, which has no variables to set")
        yield Member(stem, partial(read_model, stem, form, selection.inputs), is_named=True)
        return
    source = find(stem)
    spec, faults = parse_spec(source.text, source.file)
    if spec is None or faults or not spec.is_sound:
        raise SpecError(faults, {source.file: source.text})
    if source.variant is not None:
        own = selection._replace(variant=source.variant)
        yield Member(stem, partial(network_of, spec, source.text, own), is_named=True)
        return
    variants = networks_of(spec)
    for variant in variants:
        own = selection._replace(variant=variant)
        title = stem if variant is None else f"{stem}:{variant}"
        build = partial(network_of, spec, source.text, own)
        yield Member(title, build, is_named=len(variants) == 1)
