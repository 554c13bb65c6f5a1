"""E8: what was stated and does not hold."""

from cnncalc.checks.codes.explained import Explained

RECORDS = (
    Explained(
        "E801",
        finds="""A number under `expect` is not the one that is counted.

An exact number must be equal; one written as published, `25.6M`, holds where the exact one rounds
to it.""",
        because="""Either the network is not the one that its paper describes, or the number is
stale.""",
        remedy="Look for the layer that differs; if the network is right, write its number.",
        example="""\
  input: 3x32x32
  layers: [conv3x3 8, relu]
- expect: {parameters: 216}
+ expect: {parameters: 224}
""",
    ),
    Explained(
        "E802",
        finds="""A count breaks a limit under `budget`, of the spec or of the project file.

The note names the layers that have most of it. With `--against REV` or a baseline it stands at the
line that made the network grow; else, where the limit is of the project file, at the layer that
holds most.""",
        because="The network would not fit what it is made for.",
        remedy="Make it smaller, or raise the limit.",
        example="""\
  input: 3x32x32
  layers: [conv3x3 8, relu]
- budget: {parameters: 200}
+ budget: {parameters: 250}
""",
    ),
    Explained(
        "E803",
        finds="""A count has grown beyond what is stored in the baseline.

`--tolerance`, or `[[tolerances]]` of the project file, says how far one may grow. With
`--against REV` it stands at the line that was written otherwise. A baseline alone has counts and
no text: then it stands at the first label that has grown, or at a variable where at one other
value of it, and of no other variable, all that is stored is met and more than one line is
another.""",
        because="Growth by small steps is seen by nobody, until the network no longer fits.",
        remedy="Make it smaller, or accept it: `--update-baseline --accept-growth`.",
        example="""\
  $ cnncalc check net.yaml --baseline counts.json --update-baseline
- $ cp wider.yaml net.yaml
  $ cnncalc check net.yaml --baseline counts.json
  == net.yaml
  input: 3x32x32
  layers: [conv3x3 8, relu]
  == wider.yaml
  input: 3x32x32
  layers: [conv3x3 16, relu]
""",
    ),
    Explained(
        "E804",
        finds="A marked number of a document is not the one that is counted.",
        because="Readers of the document are told a number of an older network.",
        remedy="`cnncalc check --docs --fix` writes the number in its own form.",
        example="""\
  $ cnncalc check --docs about.md
  == about.md
- LeNet-5 has <!-- cnncalc lenet5 parameters -->60 K<!-- /cnncalc --> parameters.
+ LeNet-5 has <!-- cnncalc lenet5 parameters -->61.7 K<!-- /cnncalc --> parameters.
""",
    ),
    Explained(
        "E805",
        finds="""A number is stated of what has none.

A label that no layer has, or a metric of the whole network that a layer has not.""",
        because="Held against nothing, it would hold for ever.",
        remedy="Name a layer or group that there is: `cnncalc summarize NET --depth all`.",
        example="""\
  input: 3x32x32
  layers: [stem: conv3x3 8, relu]
- expect: {steem: {parameters: 224}}
+ expect: {stem: {parameters: 224}}
""",
    ),
    Explained(
        "E806",
        finds="""A count has changed since an earlier commit by more than a change may.

The limits stand under `[change]` and `[[changes]]` of the project file, and are held by
`check --against`. It stands at the line that was written otherwise: that of a layer, of a block,
of a variable, of the input; of a line that is gone, at the one before it.""",
        because="One change that adds a lot is looked at; here nobody has said that it may.",
        remedy="Make the change smaller, or raise the limit in the same commit.",
        example="""\
  $ git init -q
  $ git add net.yaml
  $ git -c user.name=N -c user.email=n@example.com commit -q -m "specs: a network"
- $ cp wider.yaml net.yaml
  $ cnncalc check net.yaml --against HEAD
  == cnncalc.toml
  [change]
  parameters = "+10%"
  == net.yaml
  input: 3x32x32
  layers: [conv3x3 8, relu]
  == wider.yaml
  input: 3x32x32
  layers: [conv3x3 16, relu]
""",
    ),
)
