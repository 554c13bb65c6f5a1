"""A Spec to a Graph: the network that a variant, values and inputs select."""

from collections.abc import Iterator, Mapping

from cnncalc.diagnostics import Diagnostic
from cnncalc.graph import Graph, Layer, Weights
from cnncalc.ops.values import Shape, Value
from cnncalc.records import Record
from cnncalc.spec.bounds import (
    EXPANSION_STEPS,
    FACT_STEPS,
    LONGEST_NAME,
    Allowance,
    Faults,
    gathered,
    name_steps,
)
from cnncalc.spec.expansion.run import expansion_of, run
from cnncalc.spec.expansion.state import Expansion
from cnncalc.spec.expansion.store import Store
from cnncalc.spec.names import listed_names
from cnncalc.spec.syntax import Spec, StatedWeights, Variable

_CHOOSES = ("scale", "variant")
"""What others call what a variant chooses; to set it is to choose one."""


class Selection(Record):
    """Which network of a spec is meant: its variant, and values and inputs put in its place."""

    variant: str | None = None
    values: Mapping[str, Value] = {}
    inputs: Mapping[str | None, Shape] = {}


def expand(  # noqa: PLR0913 - most have two of them
    spec: Spec,
    selection: Selection,
    faults: list[Diagnostic],
    allowance: Allowance | None = None,
    *,
    made: list[Layer] | None = None,
    store: Store | None = None,
) -> Graph | None:
    """The graph of the selected network; None when `faults` were found on the way.

    The networks of one file share its allowance; once it is spent, and a fault says so, those
    that are left are None as well, without a fault of their own.

    Args:
        spec: what is expanded.
        selection: which network of it.
        faults: those of the file; those found are added.
        allowance: what expanding may cost.
        made: where the layers go that could be made, those of a network with faults too.
        store: what is made already, for other networks; what is made is added.
    """
    allowance = allowance or Allowance()
    if allowance.is_spent:
        return None
    graph = None
    with gathered(faults, allowance) as found:
        graph = _expand(spec, selection, found, made, store=store)
    return _at_home(spec, graph, faults)


def _at_home(spec: Spec, graph: Graph | None, faults: list[Diagnostic]) -> Graph | None:
    """The graph; where blocks are not of this file, places are those of the calls in it."""
    if not spec.is_translated:
        return graph
    from cnncalc.spec.ultralytics.home import (  # noqa: PLC0415 - few specs have such blocks
        faults_at_rows,
        graph_at_rows,
    )

    faults[:] = faults_at_rows(faults)
    return None if graph is None else graph_at_rows(graph)


def _expand(
    spec: Spec,
    selection: Selection,
    faults: Faults,
    made: list[Layer] | None,
    *,
    store: Store | None,
) -> Graph | None:
    before = len(faults)
    variant = spec.variants.get(selection.variant or "")
    if selection.variant is not None and variant is None:
        known = f"its variants are {listed_names([*spec.variants])}" if spec.variants else ""
        hint = faults.did_you_mean(selection.variant, spec.variants) or known or "it has none"
        message = f"`{spec.file}` has no variant `{selection.variant}`"
        faults.append(Diagnostic("E213", message, None, (), hint))
        return None
    values = _variables(spec, selection, faults)
    inputs = _inputs(spec, selection, faults)
    if len(faults) == before:
        requirements = (*spec.requirements, *(variant.requirements if variant else ()))
        if requirements:
            from cnncalc.spec.derivation import check_requirements  # noqa: PLC0415 - as below

            check_requirements(requirements, values, faults)
    if len(faults) > before:
        return None
    source = variant.source if variant and variant.source else spec.source
    reference = variant.reference if variant else spec.reference
    expect = variant.expect if variant and variant.expect is not None else spec.expect
    budget = variant.budget if variant and variant.budget is not None else spec.budget
    published = variant.published if variant else spec.published
    expansion = expansion_of(spec, values, faults, store=store)
    steps = EXPANSION_STEPS + len(values) // 8 + len(spec.outputs) + len(spec.auxiliary)
    steps += sum(FACT_STEPS + name_steps(one.layer or "") for one in (*expect, *budget))
    expansion.meter.steps = steps + FACT_STEPS * len(published)
    try:
        outputs, auxiliary_outputs = run(expansion, inputs)
    finally:
        if made is not None:
            made += [*expansion.draft.layers, *expansion.draft.auxiliary]
    stated = variant.weights if variant and variant.weights is not None else spec.weights
    is_whole = spec.is_sound and not expansion.has_broken and len(faults) == before
    weights = _weights(stated, expansion, faults) if stated and is_whole else {}
    if len(faults) > before:
        return None
    return Graph(
        name=spec.name,
        source=source,
        description=spec.description,
        variant=selection.variant,
        inputs=inputs,
        layers=tuple(expansion.draft.layers),
        outputs=outputs,
        auxiliary=tuple(expansion.draft.auxiliary),
        auxiliary_outputs=auxiliary_outputs,
        groups=expansion.draft.groups,
        expect=expect,
        budget=budget,
        published=published,
        reference=reference,
        weights=weights,
    )


def _weights(stated: tuple[StatedWeights, ...], expansion: Expansion, faults: Faults) -> Weights:
    """The values of weights that a spec states, of an expansion that has ended."""
    from cnncalc.spec.stated_weights import weights_of  # noqa: PLC0415 - few specs state some

    layers = [*expansion.draft.layers, *expansion.draft.auxiliary]
    return weights_of(stated, layers, expansion.values, faults)


def selected(spec: Spec, selection: Selection) -> tuple[dict[str, Value], dict[str, Shape]]:
    """The variables and inputs of a network that is known to be sound."""
    faults = Faults(Allowance())
    return _variables(spec, selection, faults), _inputs(spec, selection, faults)


def _variables(spec: Spec, selection: Selection, faults: Faults) -> dict[str, Value]:
    given = dict(spec.variables)
    if selection.variant is not None:
        own = spec.variants[selection.variant].variables
        given |= {one.name: one for one in own if one.name in given}
    for name, value in selection.values.items():
        if name not in given:
            known = f"its variables are {listed_names([*given])}" if given else "it has none"
            hint = faults.did_you_mean(name, given) or known
            if spec.variants and (name in _CHOOSES or value in spec.variants):
                first = f"`{spec.file}:{next(iter(spec.variants))}`"
                hint = f"its variants are {listed_names([*spec.variants])}: name one, as {first}"
            message = f"`{spec.file}` has no variable `{name}`"
            faults.append(Diagnostic("E211", message, None, (), hint))
        else:
            given[name] = Variable(name, value, given[name].span)
            faults.extend(_vain(spec, name))
    missing = [name for name, one in given.items() if one.is_open]
    if missing:
        listed = listed_names([f"`{name}`" for name in missing])
        plural = "variables have" if len(missing) > 1 else "variable has"
        hint = f"give it: `--set {missing[0]}=...`"
        if spec.variants and selection.variant is None:
            named = f"{spec.file}:{next(iter(spec.variants))}"
            shown = f", as in `{named}`" if len(named) <= LONGEST_NAME and named[0] != "<" else ""
            hint = f"choose a variant{shown}: {listed_names([*spec.variants])}"
        place = spec.variables[missing[0]].span
        faults.append(Diagnostic("E214", f"the {plural} no value: {listed}", place, (), hint))
    if all(one.formula is None for one in given.values()):
        return {name: one.value for name, one in given.items() if one.value is not None}
    from cnncalc.spec.derivation import derived  # noqa: PLC0415 - few networks need it

    return derived(given, faults)


def _vain(spec: Spec, name: str) -> Iterator[Diagnostic]:
    """What is said of a value that is put in for a variable which nothing reads."""
    from cnncalc.spec.mentions import names_read  # noqa: PLC0415 - only where one is put in

    read = names_read(spec)
    if name not in read:
        others = [other for other in spec.variables if other in read]
        hint = f"set one of {listed_names(others)}" if others else "leave it as it is"
        message = f"nothing reads the variable `{name}`: to set it changes nothing"
        yield Diagnostic("E224", message, spec.variables[name].span, (), hint)


def _inputs(spec: Spec, selection: Selection, faults: list[Diagnostic]) -> dict[str, Shape]:
    stated = spec.inputs
    if selection.variant is not None:
        own = spec.variants[selection.variant].inputs
        stated = stated if own is None else own
    inputs = {item.label or "input": item.shape for item in stated}
    for label, shape in selection.inputs.items():
        if label is None and len(inputs) == 1:
            label = next(iter(inputs))  # noqa: PLW2901 - the only one there is
            inputs[label] = shape
        elif label in inputs:
            inputs[label or "input"] = shape
        else:
            listed = listed_names([*inputs])
            message = (
                f"`{spec.file}` has no input `{label}`" if label else "missing name of the input"
            )
            hint = f"name one of {listed}: `{next(iter(inputs), 'input')}=3x224x224`"
            faults.append(Diagnostic("E211", message, None, (), hint))
            continue
        from cnncalc.spec.slips import input_slip  # noqa: PLC0415 - few give an input

        for item in stated or ():
            slip = input_slip(shape, item.shape) if item.label in {label, None} else None
            faults.extend([slip] if slip else [])
    return inputs
