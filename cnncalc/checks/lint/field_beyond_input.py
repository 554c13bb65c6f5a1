"""W607: outputs that could see more than there is."""

from collections.abc import Iterator

from cnncalc.analysis.field import Field, Views, to_receptive_field
from cnncalc.checks.lint.rule import Mark, Rule
from cnncalc.checks.lint.subject import Subject
from cnncalc.diagnostics import Note
from cnncalc.graph import Layer
from cnncalc.ops.values import Shape, show_shape


def _check(subject: Subject) -> Iterator[Mark]:
    views, inputs = subject.views, subject.graph.inputs
    for layer in reversed(subject.graph.layers):
        if _is_moving(views[layer.name]):
            for name, fields in views[layer.name].items():
                if fields and _exceeds(fields, inputs[name]):
                    yield _mark(subject, layer, name)
                    return
            return


def _is_moving(views: Views) -> bool:
    return any(field.advance for fields in views.values() for field in fields or ())


def _exceeds(fields: tuple[Field, ...], shape: Shape) -> bool:
    """Whether outputs see more than the input along every axis that is more than a point."""
    if max(shape[1:], default=1) == 1:
        return False  # what grows from a point, as a generator does, always sees beyond it
    for field, length in zip(fields, shape[1:], strict=True):
        if length == 1:
            continue
        spans = zip(field.first, field.last, strict=True)
        if not any(
            first is not None and last is not None and last - first >= length
            for first, last in spans
        ):
            return False
    return True


def _mark(subject: Subject, last: Layer, name: str) -> Mark:
    shape, field = subject.graph.inputs[name], to_receptive_field(subject.views[last.name][name])
    sees = show_shape(field.size if field else ())
    message = f"the last map sees {sees}, the input has {show_shape(shape[1:])}"
    first = _first_beyond(subject, name, shape)
    notes = (Note(f"from `{first.name}` on outputs see more than the input", first.span),)
    return Mark(subject.input_place(name), message, None, None, notes)


def _first_beyond(subject: Subject, name: str, shape: Shape) -> Layer:
    """The first layer whose outputs see more than the input."""
    views = subject.views
    return next(
        layer
        for layer in subject.graph.layers
        if not (layer.op.stays_in_place and len(layer.inputs) == 1)
        and (fields := views[layer.name].get(name)) is not None
        and _exceeds(fields, shape)
    )


RULE = Rule(
    code="W607",
    severity="information",
    about=(
        "The last map sees more than the whole input.\n\n"
        "Its receptive field is larger than the input along every axis. The last map is the "
        "one before the axes are pooled or flattened away."
    ),
    why=(
        "From some layer on every output can see the whole image, and what lies beyond is "
        "padding: further layers add depth but no context. That is how most classifiers are "
        "built; a network that is to be small, or whose input is smaller than what it was made "
        "for, may do with less."
    ),
    failing="""\
name: Field beyond the input
input: 3x8x8
layers:
  - conv7x7 8 padding=3
  - relu
  - conv3x3 8 padding=1
  - relu
""",
    passing="""\
name: Field beyond the input
input: 3x16x16
layers:
  - conv7x7 8 padding=3
  - relu
  - conv3x3 8 padding=1
  - relu
""",
    network=_check,
)
