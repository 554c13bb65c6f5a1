"""E220 to E225: what is hardly meant as it is written, and what has no effect."""

from cnncalc.checks.codes.explained import Explained

RECORDS = (
    Explained(
        "E220",
        finds="""A label is a keyword, a merge or an op but for case or a letter.

So is one like `residual` or `sum` over a list of lists, which would run one after the other.""",
        because="""Taken as a label, the branches would follow each other, and the network would be
another one without a word.""",
        remedy="Write the keyword that is named, or another label.",
        example="""\
  input: 8x32x32
  layers:
-   - Add: [[conv3x3 8 padding=1, bn], x]
+   - add: [[conv3x3 8 padding=1 bias=false, bn], x]
    - relu
""",
    ),
    Explained(
        "E221",
        finds="""A lone `x` is a step of a list.

Within a list `x` is the tensor that flows there, so that the step changes nothing.""",
        because="Most often the `x` was meant as a branch, one level up.",
        remedy="Make it a branch of its own, or remove it.",
        example="""\
  input: 8x32x32
  layers:
-   - add: [[x, conv3x3 8 padding=1], x]
+   - add: [[conv3x3 8 padding=1], x]
    - relu
""",
    ),
    Explained(
        "E222",
        finds="The value of a variable is made of the variable itself.",
        because="Such a value never ends; the message has the way around.",
        remedy="Give one of the variables a number.",
        example="""\
  input: 3x32x32
- vars: {width: base * 2, base: width // 2}
+ vars: {width: base * 2, base: 4}
  layers: [conv3x3 width, relu]
""",
    ),
    Explained(
        "E223",
        finds="""A condition under `require` does not hold for these values.

The message is the writer's own.""",
        because="""The network would be built of rounded numbers, and be none that its writer
describes.""",
        remedy="Choose values that fulfil it; the note has those that were put in.",
        example="""\
  input: 3x32x32
- vars: {depth: 21}
+ vars: {depth: 20}
  require:
    (depth - 2) % 6 == 0: depth is 6n + 2
  layers: [repeat (depth - 2) // 6: [conv3x3 8 padding=1, relu]]
""",
    ),
    Explained(
        "E224",
        finds="""A value is set that nothing reads.

It is given by `--set`, or as the `scale` of a model file of Ultralytics, which goes by the name of
the file.""",
        because="Whoever sets it expects other numbers, and would get the same.",
        remedy="Set a variable that the layers read, or leave it as it is.",
        example="""\
- $ cnncalc summarize net.yaml --set height=16
+ $ cnncalc summarize net.yaml --set width=16
  == net.yaml
  input: 3x32x32
  vars: {width: 8, height: 8}
  layers: [conv3x3 width, relu]
""",
    ),
    Explained(
        "E225",
        finds="""The weights that a spec states do not fit the layer.

Their shape is another one, or the layer has no such tensor, shares those of another layer, or has
a tensor beside it that is not stated.""",
        because="A run would compute with other weights than those that are written.",
        remedy="Write as many numbers as the message says, from the outermost axis inwards.",
        example="""\
  input: 1x8x8
  layers:
    - edge: conv3x3 1 bias=false
  weights:
-   edge: [[1, -1], [1, -1]]
+   edge: [[1, 0, -1], [1, 0, -1], [1, 0, -1]]
""",
    ),
)
