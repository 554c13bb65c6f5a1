"""Shapes given for an input that are hardly meant, beside the one that the spec states."""

from cnncalc.diagnostics import Diagnostic
from cnncalc.ops.values import Shape, show_shape


def input_slip(given: Shape, stated: Shape) -> Diagnostic | None:
    """The fault of a shape that leaves out the channels, has the batch, or has channels last.

    Another rank alone is no fault: a `conv kernel_size=3` slides along any number of axes.
    """
    channels, axes = stated[0], len(stated)
    if len(given) == axes + 1 and given[1] == channels and given[0] != channels:
        message = f"the input {show_shape(given)} has one axis more than {show_shape(stated)}"
        hint = (
            f"leave off the batch: write `{show_shape(given[1:])}`, and use `--batch {given[0]}`"
        )
    elif len(given) < axes and given[0] != channels and len(given) in {1, axes - 1}:
        size = given * (axes - 1) if len(given) == 1 else given
        message = f"the input {show_shape(given)} has fewer axes than {show_shape(stated)}"
        hint = f"channels come first: write `{show_shape((channels, *size))}`"
    elif len(given) == axes > 2 and given[-1] == channels != given[0]:
        message = f"the input {show_shape(given)} has {given[0]} channels, not {channels}"
        hint = f"channels come first: write `{show_shape((given[-1], *given[:-1]))}`"
    else:
        return None
    return Diagnostic("E216", message, None, (), hint)
