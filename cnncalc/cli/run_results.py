"""What `run` says of its results: their values in lines, as files, and against a picture."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from cnncalc.cli.output import deliver, deliver_bytes, print_message
from cnncalc.cli.run_inputs import read_values
from cnncalc.ops.values import show_shape
from cnncalc.render.grid import draw_row, widths_of
from cnncalc.render.text import printable

if TYPE_CHECKING:
    from cnncalc.engine.base import Array

MOST_SHOWN, LONGEST_ROW = 64, 12
"""Values of an output that are printed one by one, and those of a row of it."""

MOST_NAMED = 4
"""Outputs that are named as cut off."""

LEVEL = 1 / 255
"""A step of a picture: how far a value may be from it."""

CLOSE = 1e-5
"""How far a value may be from that of an array, relative to the largest of the array."""

Found = Mapping[str, "Array"]
"""What a run gave, by the names of layers, each a batch."""


def describe(found: Found) -> str:
    """A line for each array: its shape, minimum, mean and maximum; and few values themselves."""
    width = max(len(printable(name)) for name in found)
    lines = []
    for name, array in found.items():
        shape = show_shape(array.shape[1:] if len(array) == 1 else array.shape)
        low, mean, high = (float(value) for value in (array.min(), array.mean(), array.max()))
        start = f"{printable(name):<{width}}  {shape}"
        lines.append(f"{start}  min {low:.4g}  mean {mean:.4g}  max {high:.4g}\n")
        is_short = array.size <= MOST_SHOWN and array.shape[-1] <= LONGEST_ROW
        if len(array) == 1 and array.size > 1 and is_short:
            lines += _values(array[0])
    return "".join(lines)


def _values(array: "Array") -> list[str]:
    """The rows of an array, a blank line between two channels of C x H x W."""
    rows = [[f"{value:.4g}" for value in row] for row in array.reshape(-1, array.shape[-1])]
    widths, right = widths_of(rows), range(len(rows[0]))
    lines = [f"  {draw_row(row, widths, right)}\n" for row in rows]
    each = array.shape[-2] if array.ndim > 2 else len(lines)
    ends = range(each, len(lines), each) if each > 1 else ()
    return [("\n" if place in ends else "") + line for place, line in enumerate(lines)]


def write(found: Found, path: str, scale: str | None) -> None:
    """Write results to a file of the kind that its suffix names."""
    from cnncalc.engine.arrays import archive, single  # noqa: PLC0415 - NumPy loads slowly

    if path.endswith(".npz"):
        return deliver_bytes(archive(found), path)
    if path.endswith(".npy"):
        return deliver_bytes(single(next(iter(found.values()))), path)
    return _draw(found, path, scale)


def _draw(found: Found, path: str, kind: str | None) -> None:
    """Draw maps, and say what of them the picture cuts off."""
    from cnncalc.engine.arrays import ArrayError  # noqa: PLC0415 - NumPy loads slowly
    from cnncalc.engine.maps import has_colours, png, sections_of  # noqa: PLC0415
    from cnncalc.engine.scales import KINDS, scale_of  # noqa: PLC0415

    for name, array in found.items():
        if array.ndim != 4 or len(array) != 1:
            shape = show_shape(array.shape if len(array) > 1 else array.shape[1:])
            raise ArrayError(f"`{printable(name)}` is {shape}, which is not an image: write .npz")
    maps = {name: array[0] for name, array in found.items()}
    as_colours = has_colours(maps) and kind in {None, "none"}
    chosen = next(one for one in KINDS if one == (kind or ("none" if as_colours else "signed")))
    data = png(sections_of(maps, as_colours=as_colours), scale_of(chosen, maps.values()))
    deliver_bytes(data, path)
    if chosen == "none":
        say_cut(maps)


def say_cut(maps: Found) -> None:
    """Say how many values lie outside what a picture holds, and of which outputs."""
    from cnncalc.engine.scales import outside  # noqa: PLC0415 - NumPy loads slowly

    names = [f"`{printable(name)}`" for name, array in maps.items() if outside([array]).cut]
    if not names:
        return
    every = outside(maps.values())
    named = names if len(names) <= MOST_NAMED else [*names[:MOST_NAMED], "others"]
    print_message(
        f"note: {every.cut:,} of {every.total:,} values lie outside 0 to 1 and are cut off, of "
        f"{', '.join(named)}\n"
        f"      they go from {every.low:.4g} to {every.high:.4g}; `--scale signed` shows them\n"
    )


def compare(found: Found, path: str) -> None:
    """Print how far an output is from a picture or an array.

    Raises:
        Exit: some value is further than what a picture can tell, or than rounding.
    """
    import numpy as np

    from cnncalc.engine.images import SUFFIXES  # noqa: PLC0415

    [(name, array)] = found.items()
    other = read_values(path, array.shape[1:], str(array.dtype), resize=False)
    if len(other) != len(array):
        raise click.UsageError("the output and the array hold different numbers of examples")
    is_picture = path.lower().endswith(SUFFIXES)
    if is_picture:
        say_cut({name: array[0]})
        array = array.clip(0, 1)
    far = np.abs(array.astype(np.float64) - other)
    allowed = LEVEL if is_picture else CLOSE * max(1.0, float(np.abs(other).max()))
    wrong = int((far > allowed).sum())
    told = f"largest difference {float(far.max()):.4g}, mean {float(far.mean()):.4g}"
    verdict = f"; {wrong:,} of {far.size:,} values differ by more than {allowed:.4g}" * (wrong > 0)
    deliver(f"{printable(name)} against {printable(path)}: {told}{verdict}\n", None)
    if wrong:
        raise click.exceptions.Exit(1)
