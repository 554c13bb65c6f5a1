"""W626: a label over layers in a row that is called as if it joined them."""

from string import digits

from cnncalc.checks.lint.rule import Mark, Marks, Rule
from cnncalc.spec.bodies.meant import WORDS
from cnncalc.spec.mentions import body_of_network
from cnncalc.spec.syntax import Labelled, Spec
from cnncalc.spec.walk import walk

_PATHS = {"residual", "stack"}
"""Words that are good names of layers in a row, too."""


def _check(spec: Spec) -> Marks:
    for body in (body_of_network(spec), *(block.body for block in spec.blocks.values())):
        for node in walk(body):
            if isinstance(node, Labelled) and node.is_list and len(node.body) > 1:
                word = node.label.lower().rstrip(digits).rstrip("_")
                merge = WORDS.get(word) if word not in _PATHS else None
                if merge:
                    message = f"`{node.label}` is a label: its layers run one after the other"
                    hint = f"to join them, write `{merge}`, else rename it"
                    yield Mark(node.span, message, None, hint)


RULE = Rule(
    "W626",
    finds="""A label over layers in a row is what others call a merge.

Such words are `sum`, `plus`, `cat`, `concatenate`, `multiply`, `product`, `subtract` and `minus`.
Over two lists or more they are an error; here each line could be a branch, and is a layer.""",
    because="""The layers run one after the other, each on what the one before it gives, and the
totals are plausible.""",
    example="""\
  name: Label that promises a merge
  input: 8x32x32
  layers:
-   - sum: [maxpool3x3 stride=1 padding=1, conv1x1 8]
+   - add: [maxpool3x3 stride=1 padding=1, conv1x1 8]
    - relu
""",
    spec=_check,
)
