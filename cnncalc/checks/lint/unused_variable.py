"""W610: a variable that nothing reads."""

from cnncalc.checks.lint.mentions import (
    body_of_network,
    mentions,
    mentions_of_block,
    names_of_variables,
)
from cnncalc.checks.lint.rule import Mark, Marks, Rule
from cnncalc.spec.syntax import Spec


def _check(spec: Spec) -> Marks:
    if spec.variables:
        read = mentions(body_of_network(spec)).names
        read |= {name for block in spec.blocks.values() for name in mentions_of_block(block).names}
        read |= names_of_variables(spec)
        for name, variable in spec.variables.items():
            if name not in read:
                message = f"nothing reads the variable `{name}`"
                yield Mark(variable.span, message, None, "remove it")


RULE = Rule(
    "W610",
    finds="""Nothing reads a variable.

No argument, repeat, condition or default uses it, no layer calls it, in the network or in any
block, and no other variable is made of it.""",
    because="""Setting it, in a variant or with `--set`, changes nothing, and nothing says so: two
variants that differ in it alone are one network.""",
    example="""\
  name: Unused variable
  input: 3x32x32
  vars: {width: 16, depth: 2}
  layers:
+   - repeat depth: [conv3x3 width padding=1, relu]
-   - conv3x3 width padding=1
-   - relu
""",
    spec=_check,
)
