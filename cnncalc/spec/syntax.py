"""The spec as a tree: what was written, every head resolved, nothing evaluated."""

from collections.abc import Iterator, Mapping
from typing import Union

from cnncalc.diagnostics import Span
from cnncalc.facts import Fact, Published
from cnncalc.ops import Op
from cnncalc.ops.values import Shape, Value
from cnncalc.records import Record
from cnncalc.spec.expression_syntax import Expression
from cnncalc.spec.notation import Argument

Bound = tuple[tuple[str, Expression], ...]
"""The arguments of a call, each with the name of the attribute or parameter that it sets."""


class OpCall(Record):
    """A use of an op."""

    kind: type[Op]
    arguments: Bound
    span: Span


class BlockCall(Record):
    """A use of a block of the file."""

    block: str
    arguments: Bound
    span: Span


class VariableCall(Record):
    """A use of whatever block, op or tensor a variable or parameter holds.

    Attributes:
        is_step: whether it follows another layer in its body.
    """

    variable: str
    arguments: tuple[Argument, ...]
    head_span: Span
    span: Span
    is_step: bool = False


class Reference(Record):
    """A label: its tensor becomes the one that flows on.

    Attributes:
        op: the op of that name, which is meant where the label is out of reach.
        is_pooled: whether what is meant is the map that the labelled pooling read.
    """

    label: str
    span: Span
    op: OpCall | None = None
    is_pooled: bool = False


class Share(Record):
    """The layers of a label once more, with their weights."""

    label: str
    label_span: Span
    span: Span


class Flow(Record):
    """`x`, the tensor that flows in."""

    span: Span


class Merge(Record):
    """Branches that meet, and what the op that joins them is told besides."""

    kind: type[Op]
    branches: tuple["Body", ...]
    span: Span
    arguments: Bound = ()


class Repeat(Record):
    """A body, several times in a row."""

    times: Expression
    body: "Body"
    span: Span


class Name(Record):
    """A name and where it stands."""

    text: str
    span: Span


class Loop(Record):
    """A body for each value of a list, in a row or as branches of the merge around it.

    Attributes:
        names: its variables: one for each value, or one for each entry of a value.
    """

    names: tuple[Name, ...]
    values: Expression
    body: "Body"
    is_parallel: bool
    span: Span


class Case(Record):
    """A body under a condition."""

    condition: Expression
    body: "Body"
    span: Span


class Choice(Record):
    """The body of the first case that holds; without an `else` the tensor flows on as it is."""

    cases: tuple[Case, ...]
    otherwise: "Body"
    span: Span


class Labelled(Record):
    """A label and what it names; `labels` are those that its own scope would hold."""

    label: str
    body: "Body"
    is_list: bool
    labels: frozenset[str]
    span: Span


class Broken(Record):
    """A layer whose fault is reported already; it gives no tensor."""

    span: Span


Call = OpCall | BlockCall | VariableCall
Node = Union[Call, Reference, Share, Flow, Merge, Repeat, Loop, Choice, Labelled, Broken]  # noqa: UP007
Body = tuple[Node, ...]


class Parameter(Record):
    """A parameter of a block."""

    name: str
    default: Expression | None
    span: Span


class Block(Record):
    """A reusable group; its body sees variables and parameters, no label from outside."""

    name: str
    parameters: tuple[Parameter, ...]
    body: Body
    labels: frozenset[str]
    span: Span


Formula = Value | Expression | tuple["Formula", ...]
"""A value, an expression of variables that gives one, or a list of these."""


def formulas_in(formula: Formula) -> Iterator[Expression]:
    """The expressions of a formula."""
    if isinstance(formula, Expression):
        yield formula
    elif isinstance(formula, tuple):
        for part in formula:
            yield from formulas_in(part)


class Variable(Record):
    """A variable.

    Attributes:
        value: its value; None where a formula gives it, or a variant or `--set` must.
        formula: how other variables give its value, or None.
        place: where a file has the value.
    """

    name: str
    value: Value
    span: Span
    formula: Formula = None
    place: Span | None = None

    @property
    def is_open(self) -> bool:
        """Whether a variant or `--set` must give it a value."""
        return self.value is None and self.formula is None


class Requirement(Record):
    """A condition that the variables must fulfil, and what is said where they do not."""

    condition: Expression
    message: str
    span: Span


class StatedWeights(Record):
    """The values of a tensor of a layer.

    Attributes:
        layer: the layer's path.
        tensor: what the tensor is called, as `weight`.
        formula: its values, with expressions of variables in it; None where it has a fault.
    """

    layer: str
    layer_span: Span
    tensor: str
    tensor_span: Span
    formula: Formula
    span: Span


class Input(Record):
    """An input; the label is None when it is the only one and has none."""

    label: str | None
    shape: Shape
    span: Span


class Head(Record):
    """An output or auxiliary head: a body that starts from a label."""

    name: str
    body: Body
    labels: frozenset[str]
    span: Span


class Variant(Record):
    """What a variant lays over the file."""

    name: str
    variables: tuple[Variable, ...]
    inputs: tuple[Input, ...] | None
    expect: tuple[Fact, ...] | None
    budget: tuple[Fact, ...] | None
    published: tuple[Published, ...]
    source: str | None
    reference: str | None
    requirements: tuple[Requirement, ...]
    span: Span
    weights: tuple[StatedWeights, ...] | None = None


class Spec(Record):
    """A whole file; without sound definitions its layers cannot be told.

    Attributes:
        is_translated: whether the file is written in another form, and blocks are not its own.
    """

    file: str
    name: str
    source: str | None
    reference: str | None
    description: str | None
    inputs: tuple[Input, ...]
    variables: Mapping[str, Variable]
    blocks: Mapping[str, Block]
    layers: Body
    labels: frozenset[str]
    outputs: tuple[Head, ...]
    auxiliary: tuple[Head, ...]
    variants: Mapping[str, Variant]
    expect: tuple[Fact, ...]
    budget: tuple[Fact, ...]
    published: tuple[Published, ...]
    requirements: tuple[Requirement, ...]
    places: Mapping[str, Span]
    is_sound: bool
    is_translated: bool = False
    weights: tuple[StatedWeights, ...] = ()

    def stated_weights(self) -> Iterator[StatedWeights]:
        """The values of weights that the file or one of its variants states."""
        yield from self.weights
        for variant in self.variants.values():
            yield from variant.weights or ()

    @property
    def is_whole(self) -> bool:
        """Whether it is a network without a variant."""
        return not any(variable.is_open for variable in self.variables.values())


def labels_of(body: Body) -> frozenset[str]:
    """The labels that a body puts into its own scope: those of inner groups stay inside."""
    found: set[str] = set()
    for node in body:
        if isinstance(node, Labelled):
            found.add(node.label)
        elif isinstance(node, Merge):
            found.update(*map(labels_of, node.branches))
        elif isinstance(node, Repeat | Loop):
            found |= labels_of(node.body)
        elif isinstance(node, Choice):
            found |= labels_of(node.otherwise)
            found.update(*(labels_of(case.body) for case in node.cases))
    return frozenset(found)
