"""W609: a block that no network of the file can come to."""

from cnncalc.checks.lint.rule import Mark, Marks, Rule
from cnncalc.spec.mentions import body_of_network, mentions, mentions_of_block, words_in
from cnncalc.spec.syntax import Spec, formulas_in


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
    seen: set[str] = set()
    pending = [mentions(body_of_network(spec))]
    while pending:
        names, blocks, _ = pending.pop()
        held = [*names, *blocks]
        while held:
            name = held.pop()
            if name in seen:
                continue
            seen.add(name)
            found = words.get(name, ())
            if found is None:
                return None
            held += found
            if name in spec.blocks:
                reached.add(name)
                pending.append(mentions_of_block(spec.blocks[name]))
    return reached


def _words(spec: Spec, name: str) -> set[str] | None:
    """The words that a variable holds or is made of; None when only `--set` gives it a value."""
    given = [one for variant in spec.variants.values() for one in variant.variables]
    variables = [spec.variables[name], *(one for one in given if one.name == name)]
    if all(one.is_open for one in variables):
        return None
    words = {word for one in variables for word in words_in(one.value)}
    formulas = (formula for one in variables for formula in formulas_in(one.formula))
    return words | {word for formula in formulas for word in formula.names}


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
