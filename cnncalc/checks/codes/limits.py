"""E5: what all of a spec may cost."""

from cnncalc.checks.codes.explained import Explained

RECORDS = (
    Explained(
        "E501",
        finds="""A file is larger than is read, or has too many nodes.

`check` reads as if a spec were a stranger's; its `--trusted` allows as much as `summarize`.""",
        because="A network is some hundred lines; what is larger could fill the memory.",
        remedy="Write what repeats with `repeat`, `for` and `blocks`.",
        example="""\
  $ python make.py
  $ cnncalc check net.yaml
  == make.py
- copies = 50_000
+ copies = 50
  text = "input: 8x32x32\\nlayers:\\n" + "  - relu\\n  - bn\\n" * copies
  open("net.yaml", "w").write(text)
""",
    ),
    Explained(
        "E502",
        finds="Lists, mappings, blocks or calls stand too deep in each other.",
        because="""The deepest network known to us has eight levels; thousands would overflow the
stack.""",
        remedy="Name parts of it under `blocks`.",
        example="""\
  $ python make.py
  $ cnncalc check net.yaml
  == make.py
- levels = 100
+ levels = 10
  text = "input: 8x32x32\\nlayers: " + "[" * levels + "relu" + "]" * levels + "\\n"
  open("net.yaml", "w").write(text)
""",
    ),
    Explained(
        "E503",
        finds="Aliases of YAML stand for too much once all of them are put in.",
        because="""Aliases of aliases double with each line: some lines can stand for more than any
memory holds.""",
        remedy="Use `blocks` and `repeat`.",
        example="""\
  $ python make.py
  $ cnncalc check net.yaml
  == make.py
- lines = 16
+ lines = 2
  text = "input: 8x32x32\\nlayers:\\n  - &a0 [conv3x3 8 padding=1, relu]\\n"
  for line in range(lines):
      text += f"  - &a{line + 1} [{', '.join([f'*a{line}'] * 4)}]\\n"
  open("net.yaml", "w").write(text)
""",
    ),
    Explained(
        "E504",
        finds="""A network has too many layers.

1,000,000 are allowed, and 20,000 where a file may be a stranger's, as in `check`.""",
        because="A wrong number in a `repeat` would keep the machine busy for hours.",
        remedy="Mend the number; `check --trusted` allows more.",
        example="""\
  input: 8x32x32
  layers:
-   - repeat 100_000: [conv3x3 8 padding=1, relu]
+   - repeat 10: [conv3x3 8 padding=1, relu]
""",
    ),
    Explained(
        "E505",
        finds="An expression is too long, too deep, or makes too long a list.",
        because="The list of a loop is made before its first round.",
        remedy="Split it among variables, or count less.",
        example="""\
  input: 8x32x32
  layers:
-   - for i in range(10**7): [conv3x3 8 padding=1, relu]
+   - for i in range(10): [conv3x3 8 padding=1, relu]
""",
    ),
    Explained(
        "E506",
        finds="A number is beyond all that a network has.",
        because="""Powers of powers have more digits than there is memory for, and no tensor is
that long.""",
        remedy="Mend the number.",
        example="""\
  input: 3x32x32
  layers:
-   - conv3x3 10**13
+   - conv3x3 10**3
    - relu
""",
    ),
)
