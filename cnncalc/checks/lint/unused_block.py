"""W609: a block that no network of the file can come to."""

from cnncalc.checks.lint.mentions import body_of_network, mentions, mentions_of_block, words_in
from cnncalc.checks.lint.rule import Mark, Marks, Rule
from cnncalc.spec.syntax import Spec


def _check(spec: Spec) -> Marks:
    reached = _reached(spec) if spec.blocks else None
    if reached is not None:
        for name, block in spec.blocks.items():
            if name not in reached:
                yield Mark(block.span, f"no layer calls the block `{name}`", None, "remove it")


def _reached(spec: Spec) -> set[str] | None:
    """The blocks that can be called; None when a variable without a value may hold any."""
    words = {name: _words(spec, name) for name in spec.variables}
    reached: set[str] = set()
    pending = [mentions(body_of_network(spec))]
    while pending:
        names, blocks, _ = pending.pop()
        if any(words.get(name, ...) is None for name in names):
            return None
        held = (word for name in names for word in words.get(name) or ())
        for name in {*blocks, *names, *held}:
            if name in spec.blocks and name not in reached:
                reached.add(name)
                pending.append(mentions_of_block(spec.blocks[name]))
    return reached


def _words(spec: Spec, name: str) -> set[str] | None:
    """The words that a variable holds in some network; None when only `--set` gives it any."""
    given = [one for variant in spec.variants.values() for one in variant.variables]
    values = [spec.variables[name].value, *(one.value for one in given if one.name == name)]
    if all(value is None for value in values):
        return None
    return {word for value in values for word in words_in(value)}


RULE = Rule(
    "W609",
    finds="""A block is in no network of the file.

No layer, output or auxiliary head calls it: not by its name, and not through a variable or a
parameter that holds its name in some variant. A block that only unused blocks call is unused as
well.""",
    because="""What no network contains is never expanded: its shapes are not checked, and its
reader looks for a use that is not there.""",
    example="""\
  name: Unused block
  input: 3x32x32
  blocks:
    unit width: [conv3x3 width padding=1, relu]
    wide width: [conv5x5 width padding=2, relu]
  layers:
    - unit 16
+   - wide 16
""",
    spec=_check,
)
