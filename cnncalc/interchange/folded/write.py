"""A graph as a spec that a person might have written: blocks, rounds, branches and few labels.

The layers, their order, numbers and wiring are those of the graph, their names may be others. The
text is read again and compared before it is handed out; where it does not hold, or where nothing
is gained, the spec is the resolved one, which says every layer by its name.
"""

from collections.abc import Iterator
from fractions import Fraction

from cnncalc.graph import Graph
from cnncalc.interchange.alike import reads_back
from cnncalc.interchange.folded.fold import Folding
from cnncalc.interchange.folded.formal import Formal, formals
from cnncalc.interchange.folded.lines import Lines, block_lines
from cnncalc.interchange.folded.modules import put_modules
from cnncalc.interchange.folded.names import Names, name_all
from cnncalc.interchange.folded.nested import nested
from cnncalc.interchange.folded.nodes import Block, Body, Ref, Unit, calls_in
from cnncalc.interchange.folded.origins import Origins
from cnncalc.interchange.folded.places import Places
from cnncalc.interchange.folded.series import TooEntangledError
from cnncalc.interchange.folded.units import Units
from cnncalc.interchange.resolved.checked import checked
from cnncalc.interchange.resolved.facts import fact_lines, title
from cnncalc.interchange.resolved.tree import identifier
from cnncalc.interchange.resolved.write import render_resolved
from cnncalc.ops.values import show_shape

MOST_IN_A_LABEL = 4
"""Lines that are one under the name of a module."""

MOST_TRIED_TWICE = 5_000
"""Layers of a network that is folded in two ways, of which the shorter is taken."""

WORTH = Fraction(2, 3)
"""Of the lines of the graph's own concatenations those of nested ones that are taken instead."""

NESTED = "# A concat reads the one before it, where the model joins all parts of that anew."
"""What is said of a spec with other concatenations than its model's."""


def render_folded(graph: Graph) -> str:
    """The text of the spec.

    Raises:
        UnwritableError: a layer is none of the spec language, or no spec of it could be read.
    """
    flat, text = render_resolved(graph), shortest_text(graph)
    is_short = text is not None and text.count("\n") < flat.count("\n")
    return text if text and is_short and reads_back(text, graph) else checked(flat, graph)


def shortest_text(graph: Graph) -> str | None:
    """The folded spec, with nested concatenations where it is much shorter so.

    They give the same tensors with the same layers, yet are not what each layer reads.
    """
    text, other = folded_text(graph), nested(graph)
    if other is graph or text is None:
        return text
    short = folded_text(other, NESTED)
    is_worth = short is not None and short.count("\n") < WORTH * text.count("\n")
    return short if is_worth else text


def folded_text(graph: Graph, remark: str = "") -> str | None:
    """The folded spec, not compared yet; None where the graph has no such form.

    A remark stands above it.
    """
    if graph.auxiliary or not graph.layers or any(one.shares for one in graph.layers):
        return None
    texts = []
    for has_chains in (False, True) if len(graph.layers) <= MOST_TRIED_TWICE else (False,):
        try:
            units = Units(graph)
        except TooEntangledError:
            return None
        kept = {id(mark) for mark in units.outputs.values()}
        folding = Folding(units.body, kept, has_chains=has_chains)
        put_modules(folding.body, folding.forms, kept, folding.blocks)
        texts.append(text_of(graph, units, folding))
    text = min(texts, key=lambda text: (text.count("\n"), len(text)))
    return f"{remark}\n{text}" if remark else text


def text_of(graph: Graph, units: Units, folding: Folding) -> str:
    """The lines of the whole spec."""
    body, blocks = folding.body, ordered(folding.body)
    inputs = {name: identifier(name) for name in graph.inputs}
    for name, mark in units.marks.items():
        if mark.is_input:
            mark.label = inputs[name]
    names, told, places = Names(inputs.values()), Origins(graph), Places(body)
    name_all(body, blocks, names, lambda block: told.names(places.blocks.get(id(block), [])))
    inner = formals(blocks)
    lines = list(header(graph, inputs, units))
    if blocks:
        lines += ["", "blocks:"]
        for block in blocks:
            lines += block_lines(block, inner)
    lines += ["", "layers:"]
    writer = Lines(Formal(body, inner), inner)
    plain: list[Unit] = []
    for start, end, label in labelled(body, places, told, names):
        run = body.units[start:end]
        own = writer.labelled(run, label, "  ") if label else []
        if own:
            lines += [*writer.body(plain, "  "), *own]
        plain = [] if own else [*plain, *run]
    lines += writer.body(plain, "  ")
    lines += ends(units)
    facts = list(fact_lines(of_the_whole(graph)))
    return "\n".join([*lines, *(["", *facts] if facts else []), ""])


def labelled(
    body: Body, places: Places, told: Origins, names: Names
) -> Iterator[tuple[int, int, str]]:
    """The units of the network in runs, each that is one module of the model with its label."""
    start = 0
    while start < len(body.units):
        end, label = start + 1, ""
        for stop in range(min(len(body.units), start + MOST_IN_A_LABEL), start, -1):
            units = body.units[start:stop]
            is_open = any(unit.mark or any(isinstance(one, Ref) for one in unit.items)
                          for unit in units)  # fmt: skip
            word = (
                "" if is_open else told.label((places.units[start][0], places.units[stop - 1][1]))
            )
            if word and word not in names.taken:
                end, label = stop, word
                names.taken.add(word)
                break
        yield start, end, label
        start = end


def of_the_whole(graph: Graph) -> Graph:
    """The graph with what is stated of the network alone: layers may have other names."""
    expect = tuple(fact for fact in graph.expect if fact.layer is None)
    budget = tuple(fact for fact in graph.budget if fact.layer is None)
    published = tuple(figure for figure in graph.published if figure.layer is None)
    return graph._replace(expect=expect, budget=budget, published=published)


def ordered(body: Body) -> list[Block]:
    """The blocks that a body needs, each before those that call it."""
    found: dict[int, Block] = {}

    def visit(one: Body) -> None:
        for call in calls_in(one.units):
            if id(call.block) not in found:
                visit(call.block.body)
                found[id(call.block)] = call.block

    visit(body)
    return list(found.values())


def header(graph: Graph, inputs: dict[str, str], units: Units) -> list[str]:
    """What stands above the blocks."""
    name = graph.name if graph.variant is None else f"{graph.name}:{graph.variant}"
    told = {"name": name, "source": graph.source, "reference": graph.reference,
            "description": graph.description}  # fmt: skip
    lines = [f"{key}: {title(text)}" for key, text in told.items() if text]
    shapes = {inputs[one]: show_shape(shape) for one, shape in graph.inputs.items()}
    is_read = any(mark.is_input for mark in units.marks.values())
    if len(shapes) == 1 and not is_read:
        return [*lines, f"input: {next(iter(shapes.values()))}"]
    return [*lines, f"input: {{{', '.join(f'{one}: {shape}' for one, shape in shapes.items())}}}"]


def ends(units: Units) -> list[str]:
    """The outputs, where they are not the last layer alone."""
    if not units.outputs:
        return []
    names = Names()
    told = [f"  {names.give(identifier(name).strip('_') or 'out')}: {mark.name}"
            for name, mark in units.outputs.items()]  # fmt: skip
    return ["", "outputs:", *told]
