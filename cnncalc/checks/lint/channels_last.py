"""W625: an input that looks like height x width x channels."""

from collections.abc import Iterator

from cnncalc.checks.lint.rule import Mark, Marks, Rule
from cnncalc.ops.values import show_shape
from cnncalc.spec.syntax import Input, Spec

CHANNELS = (1, 3, 4)
"""Channels of an image: grey, colour, with transparency."""

LEAST = 16
"""Rows of the smallest image."""


def _check(spec: Spec) -> Marks:
    for one in _inputs(spec):
        *size, last = one.shape
        if len(one.shape) == 3 and last in CHANNELS and min(size) >= LEAST:
            message = (
                f"the input {show_shape(one.shape)} has {one.shape[0]} channels and is {last} wide"
            )
            hint = f"if it is height x width x channels, write `{show_shape((last, *size))}`"
            yield Mark(one.span, message, None, hint)


def _inputs(spec: Spec) -> Iterator[Input]:
    yield from spec.inputs
    for variant in spec.variants.values():
        yield from variant.inputs or ()


RULE = Rule(
    "W625",
    finds="""An input looks like height x width x channels.

Shapes are channels first: the last of its three lengths is 1, 3 or 4, and the others are 16 or
more.""",
    because="""The convolutions count a kernel for each of what are rows of the image, and the
totals look plausible all the same.""",
    example="""\
  name: Channels last
- input: 32x32x3
+ input: 3x32x32
  layers:
    - conv3x3 16 padding=1
    - relu
""",
    spec=_check,
    severity="information",
)
