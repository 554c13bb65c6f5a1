"""What is said of a difference beside its totals and its layers."""

from collections.abc import Iterator

from cnncalc.analysis.changes import Diff, EndChange
from cnncalc.analysis.summary import COMPLETE
from cnncalc.ops.values import show_shape
from cnncalc.render.diff.look import Look
from cnncalc.render.text import printable, title


def titles(diff: Diff, look: Look) -> tuple[str, str]:
    """What the two networks are called."""
    if look.titles:
        return look.titles
    return title(diff.old.graph), title(diff.new.graph)


def partial_texts(diff: Diff) -> Iterator[str]:
    """What is said of networks of which some layers are uncounted."""
    for which, summary in (("old", diff.old), ("new", diff.new)):
        if summary.status != COMPLETE:
            yield f"{which} is {printable(summary.status)}"


def end_texts(diff: Diff, look: Look) -> Iterator[str]:
    """What became of inputs, outputs and heads for training."""
    for kind, changes in (("input", diff.inputs), ("output", diff.outputs)):
        for change in changes:
            yield f"{kind} {_end_text(change, look)}".replace("input input", "input")
    if diff.is_auxiliary_changed:
        yield "Heads for training differ, too; `--auxiliary` compares them."


def _end_text(change: EndChange, look: Look) -> str:
    """`fc: 1000 → 10`, `mask 1x32x32 added`, `fc 1000 → head 1000`."""
    old, new = change.old, change.new
    if old is None or new is None:
        end = old or new
        assert end is not None  # noqa: S101 - a change has one end at least
        what = "added" if old is None else "removed"
        return f"{printable(end.name)} {show_shape(end.shape)} {what}"
    if (old.name, old.layer) == (new.name, new.layer):
        shapes = f" {look.arrow} ".join(map(show_shape, (old.shape, new.shape)))
        return f"{printable(new.name)}: {shapes if old.shape != new.shape else 'other layer'}"
    before, after = (
        printable(f"{end.name} {show_shape(end.shape)}")
        + ("" if end.name == end.layer else printable(f" of {end.layer}"))
        for end in (old, new)
    )
    return f"{before} {look.arrow} {after}"


def layers_text(count: int) -> str:
    """A count of layers: `1 layer`."""
    return f"{count:,} layer{'s' * (count != 1)}"
