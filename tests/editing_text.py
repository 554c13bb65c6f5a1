"""Texts with a mark where the cursor is."""

from cnncalc.editor.document import Document

MARK = "<CURSOR>"


def at_cursor(text: str, wanted: str | None = None) -> tuple[Document, int]:
    """A document without the mark, and the offset at which it was."""
    assert text.count(MARK) == 1
    offset = text.index(MARK)
    return Document(text.replace(MARK, ""), "net.yaml", wanted=wanted), offset


def marked(text: str, line: str) -> str:
    """A text in which the line that is given with a mark stands for the same line without."""
    plain = line.replace(MARK, "")
    assert text.count(plain) == 1, plain
    return text.replace(plain, line)


FAMILY = """\
name: Family
input: 3x64x64
vars:
  unit: basic
  widths: [16, 32]
  deep: false
blocks:
  conv_bn out stride=1:
    - conv3x3 out stride=stride padding=1 bias=false
    - bn
  basic width stride=1:
    - add:
        - [conv_bn width stride, relu, conv_bn width]
        - if stride != 1 or x.channels != width: conv1x1 width stride=stride
          else: x
    - relu
  plain width stride=1: [conv_bn width stride, relu]
layers:
  - stem: ["conv_bn widths[0]", relu]
  - stage1:
      - repeat 2: unit widths[0]
  - stage2:
      - unit widths[1] stride=2
      - if deep: unit widths[1]
  - pool: globalavgpool
  - flatten
  - fc: linear 10
variants:
  small: {vars: {widths: [8, 8]}}
  plain:
    vars: {unit: plain, deep: true}
    expect: {output: 10}
"""
