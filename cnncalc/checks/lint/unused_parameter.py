"""W611: a parameter that its block never reads."""

from collections.abc import Container

from cnncalc.checks.lint.rule import Mark, Marks, Rule
from cnncalc.spec.mentions import blocks_held, mentions_of_block
from cnncalc.spec.syntax import Block, Parameter, Spec


def _check(spec: Spec) -> Marks:
    read = {name: mentions_of_block(block).names for name, block in spec.blocks.items()}
    held: set[str] | None = None
    for block in spec.blocks.values():
        for place, parameter in enumerate(block.parameters):
            if parameter.name in read[block.name]:
                continue
            held = blocks_held(spec) if held is None else held
            others = held - {block.name} if block.name in held else ()
            if not any(_reads(spec.blocks[one], place, parameter, read[one]) for one in others):
                message = f"the block `{block.name}` never reads its parameter `{parameter.name}`"
                yield Mark(parameter.span, message, None, "remove it, here and in the calls")


def _reads(other: Block, place: int, parameter: Parameter, read: Container[str]) -> bool:
    """Whether another block reads the parameter of that name, or the one in that place."""
    return any(
        one.name in read and (number == place or one.name == parameter.name)
        for number, one in enumerate(other.parameters)
    )


RULE = Rule(
    "W611",
    finds="""A block does not read one of its parameters.

No argument, repeat, condition or default of the block uses it, and no layer of it calls it. Blocks
that a variable or an argument may hold are called alike: what one reads, the others take.""",
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
