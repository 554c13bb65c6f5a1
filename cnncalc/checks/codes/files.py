"""E0: the file itself."""

from cnncalc.checks.codes.explained import Explained

RECORDS = (
    Explained(
        "E001",
        finds="""A file cannot be read.

There is none of that name, it may not be opened, it is a folder, a device or a pipe, or it is a
link that leads out of its repository.""",
        because="Nothing of it could be checked, so that the check ends with 2 and not with 1.",
        remedy="Name a file that is there. What a pipe gives is read as `-`.",
        example="""\
- $ cnncalc check network.yaml
+ $ cnncalc check net.yaml
  == net.yaml
  input: 3x32x32
  layers: [conv3x3 8, relu]
""",
    ),
    Explained(
        "E002",
        finds="""A name is neither that of a file nor that of a bundled network.

It may also mean several networks: `vgg` with a number that two files have.""",
        because="A guess would give the numbers of another network.",
        remedy="`cnncalc list` shows the bundled networks; a file is named with its ending.",
        example="""\
- $ cnncalc check alexnett
+ $ cnncalc check alexnet
""",
    ),
)
