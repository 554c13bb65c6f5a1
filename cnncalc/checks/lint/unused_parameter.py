"""W611: a parameter that its block never reads."""

from cnncalc.checks.lint.mentions import mentions_of_block
from cnncalc.checks.lint.rule import Mark, Marks, Rule
from cnncalc.spec.syntax import Spec


def _check(spec: Spec) -> Marks:
    for block in spec.blocks.values():
        read = mentions_of_block(block).names if block.parameters else ()
        for parameter in block.parameters:
            if parameter.name not in read:
                message = f"the block `{block.name}` never reads its parameter `{parameter.name}`"
                yield Mark(parameter.span, message, None, "remove it, here and in the calls")


RULE = Rule(
    "W611",
    finds="""A block does not read one of its parameters.

No argument, repeat, condition or default of the block uses it, and no layer of it calls it.""",
    because="""Every call gives it a value that changes nothing. Most often the layer that should
read it has a number in its place: a `stride` that no convolution has.""",
    example="""\
  name: Unused parameter
  input: 3x32x32
  blocks:
-   unit width stride: [conv3x3 width padding=1, relu]
+   unit width stride: [conv3x3 width stride=stride padding=1, relu]
  layers:
    - unit 16 2
""",
    spec=_check,
)
