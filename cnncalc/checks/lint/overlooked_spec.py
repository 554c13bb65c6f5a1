"""W627: a file that is most likely meant as a spec. `checks.overlooked` finds it, beside specs."""

from cnncalc.checks.lint.rule import Rule

RULE = Rule(
    "W627",
    finds="""A file beside specs holds layers and lacks the keys of a spec.

A spec has `layers` and `input`. This one has another key in the place of one of them, such as
`Layers`, `layrs` or `network`, or has no `input`. Only files that were met in a folder are meant:
one that is named on the command line is checked in any case.""",
    because="""A folder may hold any YAML, so that a file without these keys is passed over. One
wrong letter, and its faults, budgets and expectations are not looked at, and nobody is told.""",
    example="""\
  description: An overlooked spec
  input: 3x32x32
- layrs:
+ layers:
    - conv3x3 8 padding=1
    - relu
""",
)
