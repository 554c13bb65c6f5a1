"""E3: the way of tensors through the layers."""

from cnncalc.checks.codes.explained import Explained

RECORDS = (
    Explained(
        "E301",
        finds="""A label is named where it cannot be reached.

It is defined later, within another group, or in no layer that has run.""",
        because="A tensor that is not there yet cannot be read.",
        remedy="Label the layer before its reader, or write the way: `group.label`.",
        example="""\
  input: 8x32x32
  layers:
-   - add: [x, skip]
-   - skip: relu
+   - skip: relu
+   - add: [[conv3x3 8 padding=1], skip]
    - relu6
""",
    ),
    Explained(
        "E302",
        finds="A block contains itself, by way of others or at once.",
        because="It would never end; the message has the way around.",
        remedy="Break the circle; what runs many times is a `repeat`.",
        example="""\
  input: 8x32x32
  blocks:
-   tree: [conv3x3 8 padding=1, relu, tree]
+   tree: [conv3x3 8 padding=1, relu]
  layers:
    - tree
""",
    ),
    Explained(
        "E303",
        finds="""No tensor flows into a layer.

A network with several inputs begins with the name of one of them.""",
        because="Which of the inputs is meant is not to be guessed.",
        remedy="Begin with an input, or join them.",
        example="""\
  input: {left: 3x32x32, right: 3x32x32}
  layers:
-   - conv3x3 8
+   - concat: [left, right]
    - relu
""",
    ),
    Explained(
        "E304",
        finds="A variable stands where a layer does, and holds no block, op or label.",
        because="A number is no layer.",
        remedy="Give the variable the name of one, or write the layer.",
        example="""\
  input: 3x32x32
- vars: {unit: 8}
+ vars: {unit: relu}
  layers:
    - conv3x3 8
    - unit
""",
    ),
    Explained(
        "E305",
        finds="An output or an auxiliary head does not begin with a label.",
        because="It does not say which tensor it reads.",
        remedy="Write the label first: `scores: [stem, flatten]`.",
        example="""\
  input: 3x32x32
  layers: [stem: conv3x3 8]
  outputs:
    first: stem
-   second: [flatten, linear 10]
+   second: [stem, relu, flatten, linear 10]
""",
    ),
    Explained(
        "E306",
        finds="""A parameter of a block is `x`, and could mean two tensors.

It is the one that flows into the block, or a layer that changes nothing.""",
        because="The two have other shapes, or other values.",
        remedy="Label the tensor and pass the label, or pass an op, such as `identity`.",
        example="""\
  input: 8x32x32
  blocks:
    unit act: [bn, add: [[act, conv3x3 8 padding=1], x]]
  layers:
-   - unit x
+   - unit relu
""",
    ),
    Explained(
        "E307",
        finds="`share` names a tensor, and no layer of its own.",
        because="Only what has weights or steps can run once more.",
        remedy="Label the layer or the group that is to run again.",
        example="""\
  input: 8x32x32
  layers:
-   - conv3x3 8 padding=1
-   - again: x
+   - again: conv3x3 8 padding=1
    - relu
    - share again
""",
    ),
)
