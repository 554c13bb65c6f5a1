"""E9: how a check is told what to do, and what was timed."""

from cnncalc.checks.codes.explained import Explained

RECORDS = (
    Explained(
        "E901",
        finds="""The project file cannot be read, or says what it may not.

It is `cnncalc.toml`, or `[tool.cnncalc]` of a `pyproject.toml`.""",
        because="With half of its budgets left out, a check would let through what it should not.",
        remedy="Mend what is named; `cnncalc check` does not start before.",
        example="""\
  $ cnncalc check .
  == cnncalc.toml
  [check]
- selects = ["W6"]
+ select = ["W6"]
  == net.yaml
  input: 3x32x32
  layers: [conv3x3 8, relu]
""",
    ),
    Explained(
        "E902",
        finds="""The baseline cannot be read.

It is JSON that `--update-baseline` writes; conflict markers in it are mended by writing it
anew.""",
        because="Without it nothing is held against what was stored.",
        remedy="Take it from an earlier commit, or write it anew: `--update-baseline`.",
        example="""\
+ $ cnncalc check net.yaml --baseline counts.json --update-baseline
  $ cnncalc check net.yaml --baseline counts.json
- == counts.json
- {"schema_version": 1, "basis":
  == net.yaml
  input: 3x32x32
  layers: [conv3x3 8, relu]
""",
    ),
    Explained(
        "E903",
        finds="""A comment or a mark that is for us says what is not understood.

`# cnncalc: ignore[...]` names a code that can be ignored; a mark of a document names a network and
a metric.""",
        because="A comment that silences nothing looks as if it did.",
        remedy="Write it as the help shows. Errors cannot be ignored.",
        example="""\
  input: 3x32x32
  layers:
-   - conv3x3 8 bias=false  # cnncalc: ignore
+   - conv3x3 8 bias=true  # cnncalc: ignore[W603] as published
    - bn
""",
    ),
    Explained(
        "E904",
        finds="A device for `estimate` is unknown, or its file cannot be read.",
        because="Times of another device are no estimate.",
        remedy="`cnncalc estimate --devices` lists them; `cnncalc calibrate` makes one.",
        example="""\
- $ cnncalc estimate lenet5 --device rtx9090
+ $ cnncalc estimate alexnet --device rtx4090
""",
    ),
    Explained(
        "E905",
        finds="A table of timings for `calibrate` has a row that cannot be used.",
        because="A row is a network, its batch and its milliseconds; a wrong one bends the fit.",
        remedy="Mend or remove the row that is named.",
        example="""\
  $ cnncalc calibrate timings.csv -o mine.yaml
  == timings.csv
  network,batch,milliseconds
  alexnet,64,20.1
  vgg:16,64,205.0
  resnet:18,64,31.5
  resnet:34,64,58.0
- resnet:50,64,fast
+ resnet:50,64,92.7
  mobilenet_v2,64,28.3
""",
    ),
)
