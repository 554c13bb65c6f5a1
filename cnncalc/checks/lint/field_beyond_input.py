"""W607: outputs whose receptive field is larger than the input."""

from cnncalc.analysis.field import Field, to_receptive_field
from cnncalc.checks.counts import is_moving
from cnncalc.checks.lint.rule import Mark, Marks, Rule, Subject
from cnncalc.diagnostics import Note
from cnncalc.graph import Layer
from cnncalc.ops.footprint import SAME_PLACE
from cnncalc.ops.values import show_shape


def _check(subject: Subject) -> Marks:
    for layer in reversed(subject.graph.layers):
        seen = subject.fields.ungated[layer.name]
        if is_moving(seen):
            beyond = [name for name in seen if _sees_beyond(subject, layer, name)]
            yield from (_mark(subject, layer, name) for name in beyond[:1])
            return


def _sees_beyond(subject: Subject, layer: Layer, name: str) -> bool:
    """Whether outputs see more than an input along every axis that is more than a point."""
    fields, size = subject.fields.ungated[layer.name].get(name), subject.graph.inputs[name][1:]
    if not fields or max(size, default=1) == 1:
        return False  # what grows from a point, as a generator does, always sees beyond it
    axes = zip(fields, size, strict=True)
    return all(length == 1 or _longest(field) > length for field, length in axes)


def _longest(field: Field) -> int:
    """The most positions of an axis that one output sees."""
    spans = zip(field.first, field.last, strict=True)
    ends = [(a, b) for a, b in spans if a is not None and b is not None]
    return max((last - first + 1 for first, last in ends), default=0)


def _mark(subject: Subject, last: Layer, name: str) -> Mark:
    shape, field = (
        subject.graph.inputs[name],
        to_receptive_field(subject.fields.ungated[last.name][name]),
    )
    sees = show_shape(field.size if field else ())
    message = f"the last map has a receptive field of {sees}, the input is {show_shape(shape[1:])}"
    first = next(
        layer
        for layer in subject.graph.layers
        if not (layer.op.reach(layer.input_shapes) == SAME_PLACE and len(layer.inputs) == 1)
        and _sees_beyond(subject, layer, name)
    )
    notes = (
        Note(f"from `{first.name}` on, receptive fields are larger than the input", first.span),
    )
    return Mark(subject.input_place(name), message, None, None, notes)


RULE = Rule(
    "W607",
    finds="""The last map sees more than the whole input.

Its receptive field is larger than the input along every axis. The last map is the one before the
axes are pooled or flattened away, and gates that see everything are left out.

This is so in most classifiers: it is looked for where it is asked for, by `--select W607`.""",
    because="""From some layer on every output can see the whole image, and what lies beyond is
padding: further layers add depth but no context. That is how most classifiers are built; a network
that is to be small, or whose input is smaller than what it was made for, may do with less.""",
    example="""\
  name: Field beyond the input
- input: 3x8x8
+ input: 3x16x16
  layers:
    - conv7x7 8 padding=3
    - relu
    - conv3x3 8 padding=1
    - relu
""",
    severity="information",
    network=_check,
)
