"""E201 to E209: keys, layers and their arguments."""

from cnncalc.checks.codes.explained import Explained

RECORDS = (
    Explained(
        "E201",
        finds="A key is none of those that a spec, a variant or a list of metrics has.",
        because="""A misspelt `expect` would state nothing, and no number of it would be held.""",
        remedy="Write the key that is named; text about the network goes under `description`.",
        example="""\
  input: 3x32x32
  layers: [conv3x3 8, relu]
- expects: {parameters: 224}
+ expect: {parameters: 224}
""",
    ),
    Explained(
        "E202",
        finds="A spec has no `input` or no `layers`.",
        because="Shapes begin with the input, and there is no network without layers.",
        remedy="Add the key.",
        example="""\
+ input: 3x32x32
  layers: [conv3x3 8, relu]
""",
    ),
    Explained(
        "E203",
        finds="A value is a list, a mapping or a text where another of these is read.",
        because="""Of a text in the place of a mapping only a guess could be made.""",
        remedy="Write the value in the form that is named.",
        example="""\
  input: 3x32x32
  layers: [conv3x3 8, relu]
- expect: 224 parameters
+ expect: {parameters: 224}
""",
    ),
    Explained(
        "E204",
        finds="""A layer begins with a word that is no op, block, label or variable.

Words of other libraries, such as `Conv2d`, are known as misspelt, and the op is named.""",
        because="What has no rule cannot be counted, and would not be zero.",
        remedy="""Write the op that is named, or define a block of that name. README lists the ops,
and `cnncalc schema` has them for an editor.""",
        example="""\
  input: 3x32x32
  layers:
    - conv3x3 8
-   - rellu
+   - relu
""",
    ),
    Explained(
        "E205",
        finds="An op or a block has no argument of that name.",
        because="A misspelt `padding` would leave the default, and with it another shape.",
        remedy="Write one of the arguments that are listed.",
        example="""\
  input: 3x32x32
  layers:
-   - conv3x3 8 paddin=1
+   - conv3x3 8 padding=1
    - relu
""",
    ),
    Explained(
        "E206",
        finds="An op, a block or a keyword lacks an argument that has no default.",
        because="The channels or the kernel of a layer are not to be guessed.",
        remedy="Give it, as the help of the finding shows.",
        example="""\
  input: 3x32x32
  layers:
-   - conv 8
+   - conv3x3 8
    - relu
""",
    ),
    Explained(
        "E207",
        finds="A line has more arguments without a name than its head takes.",
        because="""Beyond the first ones an order is easily mistaken: is `2` the stride or the
padding? Often the dash of a next layer is missing.""",
        remedy="Name the argument, as in `stride=2`, or give the next layer its own line.",
        example="""\
  input: 3x32x32
  layers:
-   - conv3x3 8 2
+   - conv3x3 8 stride=2 padding=1 bias=false
    - bn
""",
    ),
    Explained(
        "E208",
        finds="An argument is given twice, by its place and by its name or on the head.",
        because="One of the two would be ignored.",
        remedy="Keep one of them.",
        example="""\
  input: 3x32x32
  layers:
-   - conv3x3 8 kernel_size=5
+   - conv5x5 8
    - relu
""",
    ),
    Explained(
        "E209",
        finds="""Two things have one name, or one has the name of a keyword.

Labels, blocks, variables, parameters, inputs and variables of loops share one room of names.""",
        because="""A name that means one thing here and another there is read wrongly sooner or
later, by people too.""",
        remedy="Rename one of them; the note shows where the other stands.",
        example="""\
  input: 3x32x32
- vars: {stem: 8}
+ vars: {width: 8}
  layers:
-   - stem: conv3x3 stem
+   - stem: conv3x3 width
    - relu
""",
    ),
)
