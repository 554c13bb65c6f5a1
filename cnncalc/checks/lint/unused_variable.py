"""W610: a variable that nothing reads."""

from collections.abc import Iterator

from cnncalc.checks.lint.mentions import mentions_of_block, mentions_of_network
from cnncalc.checks.lint.rule import Mark, Rule
from cnncalc.spec.syntax import Spec


def _check(spec: Spec) -> Iterator[Mark]:
    if not spec.variables:
        return
    read = mentions_of_network(spec).names
    for block in spec.blocks.values():
        read |= mentions_of_block(block).names
    for name, variable in spec.variables.items():
        if name not in read:
            message = f"nothing reads the variable `{name}`"
            yield Mark(variable.span, message, None, "remove it")


RULE = Rule(
    code="W610",
    severity="warning",
    about=(
        "A variable is read by nothing.\n\n"
        "It stands in no argument, repeat, condition or default, and is called by no layer, in "
        "the network or in any block."
    ),
    why=(
        "Setting it, in a variant or with `--set`, changes nothing, and nothing says so: two "
        "variants that differ in it alone are one network."
    ),
    failing="""\
name: Unused variable
input: 3x32x32
vars: {width: 16, depth: 2}
layers:
  - conv3x3 width padding=1
  - relu
""",
    passing="""\
name: Unused variable
input: 3x32x32
vars: {width: 16, depth: 2}
layers:
  - repeat depth: [conv3x3 width padding=1, relu]
""",
    spec=_check,
)
