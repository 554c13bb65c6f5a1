"""W611: a parameter that its block never reads."""

from collections.abc import Iterator

from cnncalc.checks.lint.mentions import mentions_of_block
from cnncalc.checks.lint.rule import Mark, Rule
from cnncalc.spec.syntax import Spec


def _check(spec: Spec) -> Iterator[Mark]:
    for block in spec.blocks.values():
        if not block.parameters:
            continue
        read = mentions_of_block(block).names
        for parameter in block.parameters:
            if parameter.name not in read:
                message = f"the block `{block.name}` never reads its parameter `{parameter.name}`"
                yield Mark(parameter.span, message, None, "remove it, here and in the calls")


RULE = Rule(
    code="W611",
    severity="warning",
    about=(
        "A block does not read one of its parameters.\n\n"
        "The parameter stands in no argument, repeat, condition or default of the block, and "
        "is called by no layer of it."
    ),
    why=(
        "Every call gives it a value that changes nothing. Most often the layer that should "
        "read it has a number in its place: a `stride` that no convolution has."
    ),
    failing="""\
name: Unused parameter
input: 3x32x32
blocks:
  unit width stride: [conv3x3 width padding=1, relu]
layers:
  - unit 16 2
""",
    passing="""\
name: Unused parameter
input: 3x32x32
blocks:
  unit width stride: [conv3x3 width stride=stride padding=1, relu]
layers:
  - unit 16 2
""",
    spec=_check,
)
