"""W622: a block that has the name of an op, and wins over it."""

from cnncalc.checks.lint.rule import Mark, Marks, Rule
from cnncalc.spec.names import is_op_name
from cnncalc.spec.syntax import Spec


def _check(spec: Spec) -> Marks:
    for name, block in spec.blocks.items():
        if is_op_name(name):
            message = f"the block `{name}` hides the op of that name"
            yield Mark(block.span, message, None, "rename it, if the op is meant anywhere")


RULE = Rule(
    "W622",
    finds="""A block of the file has the name of an op.

The block is what a line means that begins with that name, everywhere in the file. With another
kernel on its head it is the op: beside a block `conv`, `conv3x3` stays the convolution.""",
    because="""A file keeps its meaning when an op of that name is added to the language later.
Whoever reads it may take the block for the op, and the op cannot be called.""",
    example="""\
  name: Block of an op
  input: 3x32x32
  blocks:
-   lrn width: [conv3x3 width padding=1, relu]
+   unit width: [conv3x3 width padding=1, relu]
  layers:
-   - lrn 16
+   - unit 16
""",
    spec=_check,
    severity="information",
)
