"""The names that a spec defines: blocks, parameters, variables, labels and inputs, and their uses.

A loop defines variables too, which its body alone can use.

An editor asks this, to go from a use to the definition, to rename, and to colour.
"""

import re
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from cnncalc.diagnostics import Span
from cnncalc.records import Record
from cnncalc.spec.expression_syntax import Expression
from cnncalc.spec.syntax import (
    Block,
    BlockCall,
    Body,
    Labelled,
    Loop,
    Node,
    Reference,
    Requirement,
    Share,
    Spec,
    Variable,
    VariableCall,
    formulas_in,
)
from cnncalc.spec.walk import bodies_of, expressions_of


class Symbol(Record):
    """A name that a spec defines.

    Attributes:
        kind: `block`, `parameter`, `variable`, `label` or `input`.
        block: the block that a parameter, or a label or a loop's variable within it, belongs to.
        definition: where the name stands that defines it.
        uses: where else it stands, in the order of the file; a variant that gives a variable
            another value uses it.
    """

    kind: str
    name: str
    block: str | None
    definition: Span
    uses: tuple[Span, ...]


def symbols_of(spec: Spec) -> tuple[Symbol, ...]:
    """Every name that a spec defines, in the order of the file.

    Example:
        >>> from cnncalc.spec import parse_spec
        >>> text = "{input: 3, vars: {n: 4}, layers: [a: linear n, relu, add: [a, x]]}"
        >>> spec, faults = parse_spec(text, "tiny.yaml")
        >>> [(one.kind, one.name, len(one.uses)) for one in symbols_of(spec)]
        [('variable', 'n', 1), ('label', 'a', 1)]
    """
    finder = _Finder(spec)
    finder.read_network()
    for block in spec.blocks.values():
        finder.read_block(block)
    finder.read_paths()
    found = [
        Symbol(*key[:3], key[3], tuple(sorted(set(uses), key=lambda span: span[1:])))
        for key, uses in finder.found.items()
    ]
    return tuple(sorted(found, key=lambda one: one.definition[1:]))


_Key = tuple[str, str, str | None, Span]


_Labels = ChainMap[str, _Key]
"""The labels of one scope, and those of the scopes around it."""


class _Finder:
    """Walks a spec; `found` holds the uses by what defines the name.

    Attributes:
        inside: by a label what is labelled in it, or the block that it calls.
        labels: what is labelled in each block.
        paths: dotted labels, each with what its first part is, and its place.
    """

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.inside: dict[_Key, Mapping[str, _Key] | str] = {}
        self.labels: dict[str, Mapping[str, _Key]] = {}
        self.paths: list[tuple[_Key, str, Span]] = []
        self.found: dict[_Key, list[Span]] = {}
        self.variables = {
            name: self.define("variable", name, None, one.span)
            for name, one in spec.variables.items()
        }
        self.blocks = {
            name: self.define("block", name, None, one.span) for name, one in spec.blocks.items()
        }

    def define(self, kind: str, name: str, block: str | None, place: Span) -> _Key:
        """The key of a definition."""
        key = (kind, name, block, place)
        self.found.setdefault(key, [])
        return key

    def read_network(self) -> None:
        """What stands outside of blocks."""
        spec = self.spec
        named = [(one.label, one.span) for one in spec.inputs if one.label is not None]
        labels = _Labels({name: self.define("input", name, None, span) for name, span in named})
        self.body(spec.layers, labels, {}, None)
        for head in (*spec.outputs, *spec.auxiliary):
            self.body(head.body, labels.new_child(), {}, None)
        self.variables_of(spec.variables.values(), spec.requirements)
        stated = [*spec.expect, *spec.budget]
        for variant in spec.variants.values():
            stated += [*(variant.expect or ()), *(variant.budget or ())]
            self.variables_of(variant.variables, variant.requirements)
            for variable in variant.variables:
                if variable.name in self.variables:
                    self.found[self.variables[variable.name]].append(variable.span)
        for fact in stated:
            key = labels.get(fact.layer or "")
            if key is not None and fact.layer_span is not None:
                self.found[key].append(fact.layer_span)
        self.weights_of(labels)

    def weights_of(self, labels: _Labels) -> None:
        """The layers whose weights are stated, and what their values are made of."""
        weights = [*self.spec.stated_weights()]
        for layer, place in dict.fromkeys((one.layer, one.layer_span) for one in weights):
            key = labels.get(layer)
            if key is not None:
                self.found[key].append(place)
        for expression in (part for one in weights for part in formulas_in(one.formula)):
            self.expression(expression, {}, {})

    def variables_of(
        self, variables: Iterable[Variable], requirements: Iterable[Requirement]
    ) -> None:
        """What variables are made of, and what they must fulfil."""
        formulas = [formula for one in variables for formula in formulas_in(one.formula)]
        for expression in (*formulas, *(one.condition for one in requirements)):
            self.expression(expression, {}, {})

    def read_block(self, block: Block) -> None:
        """A block: its parameters, their defaults, and its body."""
        own = {
            one.name: self.define("parameter", one.name, block.name, one.span)
            for one in block.parameters
        }
        for parameter in block.parameters:
            if parameter.default is not None:
                self.expression(parameter.default, own, {})
        labels = _Labels()
        self.body(block.body, labels, own, block.name)
        self.labels[block.name] = labels

    def read_paths(self) -> None:
        """What stands behind the first dot of dotted labels."""
        for first, path, place in self.paths:
            key: _Key | None = first
            column = place.column
            names = path.split(".")
            for before, part in pairwise(names):
                inside = self.inside.get(key) if key else None
                labels = self.labels.get(inside, {}) if isinstance(inside, str) else inside
                key = labels.get(part) if labels else None
                column += len(before) + 1
                if key is None:
                    break
                span = place._replace(column=column, end_column=column + len(part))
                self.found[key].append(span)

    def body(
        self, body: Body, labels: _Labels, parameters: dict[str, _Key], block: str | None
    ) -> None:
        """A body, its labels within reach from where they stand on."""
        for node in body:
            self.node(node, labels, parameters)
            inner = labels
            if isinstance(node, Labelled):
                key = self.define("label", node.label, block, node.span)
                inner = labels.new_child()
            within = parameters
            if isinstance(node, Loop):
                own = {
                    one.text: self.define("variable", one.text, block, one.span)
                    for one in node.names
                }
                within = parameters | own
            for each in bodies_of(node):
                self.body(each, inner, within, block)
            if isinstance(node, Labelled):
                labels[node.label] = key
                call = node.body[0]
                is_call = isinstance(call, BlockCall) and not node.is_list
                self.inside[key] = call.block if is_call else inner.maps[0]  # type: ignore[union-attr]

    def node(self, node: Node, labels: _Labels, parameters: dict[str, _Key]) -> None:
        """The uses that a node itself makes."""
        key = None
        if isinstance(node, Reference | Share):
            first = node.label.partition(".")[0]
            key = labels.get(first)
            place = node.label_span if isinstance(node, Share) else node.span
            if first != node.label and place.line == place.end_line:
                self.paths += [(key, node.label, place)] if key else []
                place = place._replace(end_column=place.column + len(first))
        elif isinstance(node, BlockCall):
            key, place = self.blocks.get(node.block), node.span
        elif isinstance(node, VariableCall):
            key = parameters.get(node.variable) or self.variables.get(node.variable)
            place = node.head_span
        if key is not None:
            self.found[key].append(place)
        is_block = isinstance(node, BlockCall | VariableCall | Loop)
        for expression in expressions_of(node):
            self.expression(expression, parameters, labels if is_block else {})

    def expression(
        self, expression: Expression, parameters: Mapping[str, _Key], labels: Mapping[str, _Key]
    ) -> None:
        """The uses in an expression; an argument of a block may be a label in reach."""
        for path in expression.names:
            name = path.partition(".")[0]
            key = parameters.get(name) or self.variables.get(name) or self.blocks.get(name)
            label = labels.get(name)
            key = key or label
            if label is not None and label is key and path != name:
                self.paths += [(label, path, place) for place in _places(expression, path)]
            if key is not None:
                self.found[key].extend(_places(expression, name))


def _places(expression: Expression, name: str) -> Iterator[Span]:
    """Where a name stands; the whole expression where its text was written otherwise."""
    text, span = expression.text, expression.span
    if span.line != span.end_line or span.end_column - span.column != len(text):
        yield span
        return
    for found in re.finditer(rf"(?<![\w.]){re.escape(name)}(?!\w)", text):
        column = span.column + found.start()
        yield span._replace(column=column, end_column=column + len(name))
