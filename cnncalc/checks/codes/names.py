"""E210 to E219: expressions, names and values."""

from cnncalc.checks.codes.explained import Explained

RECORDS = (
    Explained(
        "E210",
        finds="""An expression is not one of the language.

It has numbers, variables, arithmetic, comparisons, conditions, lists, `x.channels` and some
functions; no calls, no shifts, no numbers with leading zeros.""",
        because="A file may be a stranger's: nothing in it is run as a program.",
        remedy="""Write it with what the language has. The page of the spec language names the
functions.""",
        example="""\
  input: 3x32x32
  layers:
-   - conv3x3 1<<3
+   - conv3x3 2**3
    - relu
""",
    ),
    Explained(
        "E211",
        finds="An expression has a name that is no variable, parameter or function there.",
        because="A misspelt name would stand for itself, and a width would be a word.",
        remedy="Write the name that is meant, or define it under `vars`.",
        example="""\
  input: 3x32x32
  vars: {width: 8}
  layers:
-   - conv3x3 widht
+   - conv3x3 width
    - relu
""",
    ),
    Explained(
        "E212",
        finds="""A value does not suit its attribute.

It is out of bounds, a word where a number is read, or a list of the wrong length.""",
        because="""A stride of 0 would never end, and a word is no count of channels.""",
        remedy="Write a value that the finding names.",
        example="""\
  input: 3x32x32
  layers:
-   - conv3x3 8 stride=0
+   - conv3x3 8 padding=1
    - relu
""",
    ),
    Explained(
        "E213",
        finds="A variant is asked for that the file does not have.",
        because="The file without its variant is another network.",
        remedy="Name one of its variants; they stand under `variants`.",
        example="""\
- $ cnncalc check net.yaml:large
+ $ cnncalc check net.yaml:small
  == net.yaml
  input: 3x32x32
  vars: {width: 16}
  layers: [conv3x3 width, relu]
  variants:
    small: {vars: {width: 8}}
""",
    ),
    Explained(
        "E214",
        finds="""A variable that is used has no value.

`null` means that a variant gives it, or the command line by `--set`.""",
        because="Without it there is no network to count.",
        remedy="Give it a value under `vars`, in each variant, or by `--set name=value`.",
        example="""\
  input: 3x32x32
- vars: {width: null}
+ vars: {width: 8}
  layers: [conv3x3 width, relu]
""",
    ),
    Explained(
        "E215",
        finds="""A name has characters that names do not have.

A name has letters, digits and `_`, and begins with no digit.""",
        because="""Names stand in expressions and in dotted paths: `conv-1` would be a
subtraction.""",
        remedy="Rename it, say with `_`.",
        example="""\
  input: 3x32x32
  layers:
-   - conv-1: conv3x3 8
+   - conv_1: conv3x3 8
    - relu
""",
    ),
    Explained(
        "E216",
        finds="""The shape of an input cannot be read.

It is channels first and without the batch: `3x224x224`, `2x100` for a sequence, `784` for
features.""",
        because="All that is counted begins with this shape.",
        remedy="Write the lengths with `x` between them, as numbers above 0.",
        example="""\
- input: 3x32x
+ input: 3x32x32
  layers: [conv3x3 8, relu]
""",
    ),
    Explained(
        "E217",
        finds="""A layer is written in a way that no layer has.

It is empty, a mapping of several keys, an `else` without its `if`, or a merge without
branches.""",
        because="What the lines belong to is not clear, and each reading gives another network.",
        remedy="Write it as the help shows; a branch that changes nothing is `x`.",
        example="""\
  input: 3x32x32
  layers:
    - conv3x3 8
-   - []
+   - relu
""",
    ),
    Explained(
        "E218",
        finds="""An expression has no value there.

It divides by zero, asks for an index that a list has not, or for the height of a sequence.""",
        because="No number is better than a wrong one.",
        remedy="Change the expression; the note has the values that were put in.",
        example="""\
  input: 2x100
  layers:
-   - conv3 x.height//25
+   - conv3 x.length//25
    - relu
""",
    ),
    Explained(
        "E219",
        finds="""A stated number cannot be read.

It is written `61_100_840`, `25.6M` or `4 MiB`; a budget also `>= 224` or `224..512`. Bytes have a
unit.""",
        because="A bound that is misread holds what nobody meant.",
        remedy="Write it in one of these forms.",
        example="""\
  input: 3x32x32
  layers: [conv3x3 8, relu]
- budget: {parameters: about 1K}
+ budget: {parameters: 1K}
""",
    ),
)
