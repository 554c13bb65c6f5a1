"""What the call takes that a place stands in."""

from cnncalc.editor.context import Call, call_at, context_at
from cnncalc.editor.document import Document
from cnncalc.records import Record
from cnncalc.spec.schema.lines import default_of, takes


class Parameter(Record):
    """What a call takes: how it is shown, and what is said of it."""

    label: str
    text: str


class Signature(Record):
    """A call with all that it takes.

    Attributes:
        label: head and parameters, as a line has them.
        parameters: each is a part of the label.
        active: the place among them of what is being written; None where it is none of them.
    """

    label: str
    parameters: tuple[Parameter, ...]
    active: int | None


def signature(document: Document, offset: int) -> Signature | None:
    """The call that an offset stands in; None outside of any."""
    context = context_at(document, offset)
    if context.is_comment or not context.is_body:
        return None
    call = call_at(document, context)
    if call is None or (call.kind is None and call.block is None):
        return None
    parameters = tuple(_parameter(call, name) for name in call.names)
    active = call.active
    place = call.names.index(active) if active in call.names else None
    label = " ".join([call.head, *(one.label for one in parameters)])
    return Signature(label, parameters, place)


def _parameter(call: Call, name: str) -> Parameter:
    if call.block is not None:
        one = next(each for each in call.block.parameters if each.name == name)
        label = name if one.default is None else f"{name}={one.default.text}"
        return Parameter(label, f"parameter of the block `{call.block.name}`")
    attribute = call.attributes[name]
    label = name if attribute.is_required else f"{name}={default_of(attribute)}"
    return Parameter(label, f"{attribute.text} It takes {takes(attribute)}.")
