"""What a spec says that its graph does not: the blocks' parameters, and what they stood for.

It helps to write code as its author would, and nothing depends on it: every expression taken from
here is held against the values of all layers that it is to give.
"""

from collections.abc import Mapping

from cnncalc.diagnostics import Span
from cnncalc.ops.values import Value
from cnncalc.records import Record
from cnncalc.spec import parse_spec
from cnncalc.spec.bounds import Allowance, Faults
from cnncalc.spec.expand import Selection, selected
from cnncalc.spec.expansion.run import expansion_of, run
from cnncalc.spec.expression_syntax import Expression
from cnncalc.spec.expressions import Values
from cnncalc.spec.syntax import BlockCall, Case, Choice, OpCall, Parameter
from cnncalc.spec.tensor_words import TensorWord
from cnncalc.spec.walk import walk

Path = tuple[str, ...]


class Hints(Record):
    """What is known of the spec.

    Attributes:
        parameters: those of each block.
        values: the values of the parameters in each call of a block, by the scope it opened.
        calls: the place of the head of each such call.
        variables: the values of the spec's variables.
        bound: the expressions that each call gave, by the place of its head.
        choices: in each block the conditions, with the heads under them and those under `else`.
    """

    parameters: Mapping[str, tuple[Parameter, ...]] = {}
    values: Mapping[Path, Mapping[str, Value]] = {}
    calls: Mapping[Path, Span] = {}
    variables: Mapping[str, Value] = {}
    bound: Mapping[Span, Mapping[str, Expression]] = {}
    choices: Mapping[str, tuple[Case, ...]] = {}


def hints_of(text: str, file: str, selection: Selection) -> Hints:
    """The hints of a spec that is known to be sound."""
    spec, _ = parse_spec(text, file)
    if spec is None:
        return Hints()
    values, inputs = selected(spec, selection)
    found: dict[Path, Mapping[str, Value]] = {}
    places: dict[Path, Span] = {}

    def note(path: Path, place: Span, parameters: Values) -> None:
        values = {
            key: value for key, value in parameters.items() if not isinstance(value, TensorWord)
        }
        found[path], places[path] = values, place

    run(expansion_of(spec, values, Faults(Allowance()), note), inputs)
    bodies = [spec.layers, *(block.body for block in spec.blocks.values())]
    bodies += [head.body for head in (*spec.outputs, *spec.auxiliary)]
    calls = [node for body in bodies for node in walk(body)]
    return Hints(
        {name: block.parameters for name, block in spec.blocks.items()},
        found,
        places,
        values,
        {
            node.span: dict(node.arguments)
            for node in calls
            if isinstance(node, OpCall | BlockCall)
        },
        {
            name: tuple(
                case
                for node in walk(block.body)
                if isinstance(node, Choice)
                for case in node.cases
            )
            for name, block in spec.blocks.items()
        },
    )
