"""W8: a baseline that no longer fits."""

from cnncalc.checks.codes.explained import Explained

RECORDS = (
    Explained(
        "W801",
        finds="""What the baseline stores is not what is counted now.

A network or a figure of it is not stored, it was counted on another basis, or it is not a number
that could grow.""",
        because="What is not stored may grow as it likes.",
        remedy="Store the new counts: `--update-baseline`.",
        example="""\
- $ cnncalc check old.yaml --baseline counts.json --update-baseline
+ $ cnncalc check . --baseline counts.json --update-baseline
  $ cnncalc check . --baseline counts.json
  == old.yaml
  input: 3x32x32
  layers: [conv3x3 8, relu]
  == new.yaml
  input: 3x32x32
  layers: [conv3x3 4, relu]
""",
    ),
    Explained(
        "W802",
        finds="The baseline has a network that no spec of the run gives.",
        because="""Its file was renamed or removed, or a variant was; under its new name nothing is
held.""",
        remedy="Run with `--update-baseline` over all specs: what is gone is dropped.",
        example="""\
  $ cnncalc check . --baseline counts.json --update-baseline
- $ python -c "import os; os.remove('old.yaml')"
  $ cnncalc check . --baseline counts.json
  == net.yaml
  input: 3x32x32
  layers: [conv3x3 8, relu]
  == old.yaml
  input: 3x32x32
  layers: [conv3x3 4, relu]
""",
    ),
    Explained(
        "W803",
        finds="A count is smaller than the baseline has it. It is a remark, and fails nothing.",
        because="Until the new count is stored, it may grow back to what it was.",
        remedy="Store it with `--update-baseline`.",
        example="""\
  $ cnncalc check . --baseline counts.json --update-baseline
- $ cp smaller.txt net.yaml
  $ cnncalc check . --baseline counts.json
  == net.yaml
  input: 3x32x32
  layers: [conv3x3 8, relu]
  == smaller.txt
  input: 3x32x32
  layers: [conv3x3 8 bias=false, relu]
""",
    ),
)
