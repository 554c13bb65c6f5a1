"""What a label names, and a dotted one: something that an ended group has labelled."""

from itertools import islice

from cnncalc.diagnostics import Note, Remedy, Span, rename
from cnncalc.spec.bounds import MOVE_STEPS
from cnncalc.spec.expansion.scope import UNKNOWN, Found, Frame, Made, Tensor
from cnncalc.spec.expansion.state import Expansion
from cnncalc.spec.names import MOST_LISTED, listed_names


def flowing(state: Expansion, x: Tensor | None, span: Span, frame: Frame) -> Tensor:
    """The tensor that flows in; where there is none, one of several inputs must be named."""
    if x is not None:
        return x
    inputs = state.draft.inputs
    if inputs:
        listed = ", ".join(f"`{label}`" for label in islice(inputs, MOST_LISTED))
        message = f"no tensor flows in: the network has {len(inputs)} inputs"
        state.report.fail("E303", message, span, frame, hint=f"begin with one of them: {listed}")
    return UNKNOWN


def find(state: Expansion, label: str, span: Span, frame: Frame) -> Found | None:
    """What a label names; where there is none in reach, that is reported, and None is given."""
    first, _, rest = label.partition(".")
    found = frame.scope.find(first)
    if found is None:
        if not state.has_gaps:
            state.report.unreachable(first, span, frame, state.spec.places.get(first))
        return None
    path = first
    for part in rest.split(".") if rest else ():
        inner = found.made.find(part) if found.made else None
        if inner is None:
            if not state.has_gaps and found.tensor.shape is not None:
                missing(state, (path, part), found, (label, span), frame)
            return None
        state.meter.steps += 1 + len(inner.made.moves if inner.made else ()) * MOVE_STEPS
        found, path = inner, f"{path}.{part}"
    return found


def read(state: Expansion, found: Found | None) -> Tensor:
    """The tensor of a label, noted as read by it."""
    if found is None:
        return UNKNOWN
    state.readings += 1
    state.read_last[found.tensor.name] = state.readings
    return found.tensor


MOST_NAMES = 1000
"""Layers of a group that are looked through for a name that is no label."""


def is_name(made: Made, part: str) -> bool:
    """Whether a layer or a group among some layers has a name, as far as is looked."""
    own = f"{made.name}.{part}"
    shown = made.layers[made.start : min(made.stop, made.start + MOST_NAMES)]
    return any(layer.name == own or layer.name.startswith(f"{own}.") for layer in shown)


def missing(
    state: Expansion,
    parts: tuple[str, str],
    found: Found,
    place: tuple[str, Span],
    frame: Frame,
) -> None:
    """Report what a group has not labelled; `place` is the whole label, and where it stands."""
    (path, part), (label, span) = parts, place
    labels = found.made.labels if found.made else {}
    message = f"there is no label `{part}` in `{path}`"
    notes = (Note(f"`{path}` is defined here", found.span),)
    near = f"{part}1" if f"{part}1" in labels else state.faults.closest(part, labels)
    hint: Remedy = f"label the layer that is meant, where `{path}` is defined"
    if found.made and is_name(found.made, part):
        hint = f"`{part}` is the name of a layer without a label: give it one"
    elif near:
        meant = f"{path}.{near}{label[len(path) + 1 + len(part) :]}"
        hint = rename(label, meant, span)
    elif labels:
        shown = [f"`{one}`" for one in islice(labels, MOST_LISTED + 1)]
        hint = f"its labels are {listed_names(shown)}"
    state.report.fail("E301", message, span, frame, hint=hint, notes=notes)
