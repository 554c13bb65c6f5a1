"""W613: branches that meet and look at different places of the input."""

from cnncalc.analysis.misalignment import Place, misalignment
from cnncalc.checks.lint.rule import Marks, Rule, Subject


def _check(subject: Subject) -> Marks:
    known: dict[int, Place | None] = {}
    for name in subject.fields.misaligned:
        layer = subject.by_name[name]
        if message := misalignment(layer, subject.fields.views, known):
            hint = "give the branches one stride, or kernels and paddings with one centre"
            yield subject.mark(layer, message, hint)


RULE = Rule(
    "W613",
    finds="""Branches that meet look at different places of the input.

The centres of their receptive fields lie apart by more than half a pixel of the coarser branch, or
they move on by different strides and come apart by more than a pixel. Outputs that share a pixel
of a map before upsampling count by their mean. By that a U-Net, a feature pyramid and the shortcut
of ResNet-D are aligned.

Causal convolutions, whose fields all end at the same place, are aligned too. A branch that sees
the whole input has no place.""",
    because="""The sum of two shifted maps is blurred, and what is found is found next to its
place. It comes from padding on one side only, from `same` padding with a stride, and from an even
kernel in one branch (Araujo et al., Distill 2019).""",
    example="""\
  name: Misaligned branches
  input: 8x32x32
  layers:
    - add:
-       - conv3x3 8 padding=((0,2),(0,2))
+       - conv3x3 8 padding=1
        - x
    - relu
""",
    network=_check,
)
