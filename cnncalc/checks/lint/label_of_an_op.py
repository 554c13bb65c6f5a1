"""W623: a label over layers that has the name of an op."""

from cnncalc.checks.lint.rule import Mark, Marks, Rule
from cnncalc.spec.mentions import body_of_network
from cnncalc.spec.names import is_op_name
from cnncalc.spec.syntax import Labelled, Spec
from cnncalc.spec.walk import walk


def _check(spec: Spec) -> Marks:
    for body in (body_of_network(spec), *(block.body for block in spec.blocks.values())):
        for node in walk(body):
            if isinstance(node, Labelled) and is_op_name(node.label):
                message = f"the label `{node.label}` has the name of an op"
                yield Mark(node.span, message, None, "rename it, if the op is meant here")


RULE = Rule(
    "W623",
    finds="""A label has the name of an op.

An op takes no layers, so over a list it is the label; over one layer it is where the op is newer
than the language. A line of that name alone is its tensor where the label
is in reach, and the op elsewhere.""",
    because="""A file keeps its meaning when an op of that name is added to the language later.
Whoever reads it may take the label for the op, most of all where it is read.""",
    example="""\
  name: Label of an op
  input: 3x32x32
  layers:
-   - flatten: [conv3x3 16 padding=1, relu]
+   - stem: [conv3x3 16 padding=1, relu]
    - conv3x3 16 padding=1
""",
    spec=_check,
    severity="information",
)
