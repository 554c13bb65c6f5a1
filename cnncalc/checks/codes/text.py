"""E1: text that is YAML."""

from cnncalc.checks.codes.explained import Explained

RECORDS = (
    Explained(
        "E101",
        finds="""The text is not YAML.

A bracket or a quote is open, lines of one list begin in different columns, a tab indents, or a
colon stands where none can.""",
        because="""What stands below such a place could mean anything, so that nothing of the file
is read.""",
        remedy="Mend the line, or the one above it; a value with `: ` or `[` in it needs quotes.",
        example="""\
  input: 3x32x32
  layers:
    - conv3x3 8
-  - relu
+   - relu
""",
    ),
    Explained(
        "E102",
        finds="A key stands twice in one mapping.",
        because="""YAML lets the last one win in silence, and a reader sees only the first.""",
        remedy="Rename or remove one of the two.",
        example="""\
  input: 3x32x32
  layers: [conv3x3 8, relu]
- input: 3x64x64
""",
    ),
    Explained(
        "E103",
        finds="""The bytes are no text, or a character may not stand in YAML.

A spec is UTF-8, or UTF-16 with its mark.""",
        because="""Read in a wrong encoding, names are others than those that were written, and
control characters could forge lines of a terminal.""",
        remedy="Save the file as UTF-8, and remove the character that is named.",
        example="""\
- description: "half of a character: \\ud800"
+ description: "a whole character: \\u00e9"
  input: 3x32x32
  layers: [conv3x3 8, relu]
""",
    ),
    Explained(
        "E104",
        finds="A tag, a merge key or a directive of YAML is used.",
        because="""Tags make programs build objects, and merge keys hide where a value comes from.
The spec language has blocks and variables for that.""",
        remedy="Remove the tag, or write the keys out; share layers by `blocks`.",
        example="""\
  input: 3x32x32
  layers:
-   - !residual conv3x3 8
+   - conv3x3 8
    - relu
""",
    ),
    Explained(
        "E105",
        finds="The file is empty, or has comments alone.",
        because="Without layers there is nothing to count, and zero would be a wrong answer.",
        remedy="Begin with `name:`, `input:` and `layers:`.",
        example="""\
  # a network to be
+ input: 3x32x32
+ layers: [conv3x3 8, relu]
""",
    ),
    Explained(
        "E106",
        finds="""The file has conflict markers that git has left.

The place is that of the first one: `<<<<<<<`, `|||||||`, `=======` or `>>>>>>>`.""",
        because="""Two branches have changed the same lines, and which of them counts is not
decided. In brackets YAML would even read the markers as values.""",
        remedy="""Keep one side, or both put together, and remove the lines that git has added;
then `git add` the file.""",
        example="""\
  input: 3x32x32
  layers:
- <<<<<<< HEAD
    - conv3x3 8
- =======
-   - conv3x3 16
- >>>>>>> wider
    - relu
""",
    ),
)
