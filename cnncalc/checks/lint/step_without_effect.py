"""W624: a choice or a repeat that changes nothing."""

from collections.abc import Iterator

from cnncalc.checks.lint.rule import Mark, Marks, Rule
from cnncalc.spec.mentions import body_of_network
from cnncalc.spec.syntax import Body, Choice, Flow, Node, Repeat, Spec
from cnncalc.spec.walk import are_written_alike, bodies_of, expressions_of, walk


def _check(spec: Spec) -> Marks:
    for body in (body_of_network(spec), *(block.body for block in spec.blocks.values())):
        for node in _outermost(body):
            yield from _marks(node)


def _outermost(body: Body) -> Iterator[Choice | Repeat]:
    """The choices and repeats of a body, without those that stand in an idle one."""
    pending = [*body]
    while pending:
        node = pending.pop()
        if isinstance(node, Choice | Repeat):
            yield node
            if _is_idle(node):
                continue
        pending += (one for each in bodies_of(node) for one in each)


def _is_idle(node: Node) -> bool:
    """Whether there is nothing in a choice or a repeat but `x`."""
    return all(isinstance(one, Choice | Repeat | Flow) for one in walk((node,)))


def _marks(node: Choice | Repeat) -> Marks:
    word = "repeat" if isinstance(node, Repeat) else "if"
    hint = "remove it, or write the layers that it is about"
    if _is_idle(node):
        message = f"the `{word}` changes nothing: `x` is all that it gives"
        yield Mark(node.span, message, None, hint)
        return
    if isinstance(node, Choice):
        first, *others = bodies_of(node)
        if all(are_written_alike(first, other) for other in others):
            hint = "write it once, without the `if`"
            yield Mark(node.span, "whatever the condition, the same layers follow", None, hint)
            return
    for expression in expressions_of(node):
        if isinstance(node, Repeat) and expression.text == "0":
            yield Mark(node.span, "the `repeat` has no round", None, "remove it, or count anew")
        elif isinstance(node, Choice) and not expression.names:
            message = f"the condition `{expression.text}` always gives the same"
            hint = "ask for a variable, a parameter or `x`, or remove it"
            yield Mark(expression.span, message, None, hint)


RULE = Rule(
    "W624",
    finds="""A choice or a repeat has no effect.

What it leads to is `x` alone, or the same whether the condition holds or not; it is repeated 0
times, or its condition reads nothing that could change.""",
    because="""It stands there for a reason, which is not what is written: a layer was left out, or
the condition asks for another name than it should.""",
    example="""\
  name: Step without effect
  input: 16x32x32
  blocks:
    unit width stride=1:
      - conv3x3 width stride=stride padding=1
      - relu
-     - if stride != 1: x
+     - if stride != 1: dropout 0.1
  layers:
    - unit 16
    - unit 32 2
    - conv1x1 10
""",
    spec=_check,
)
