"""What the variables of a document are worth in the network that is looked at."""

from collections.abc import Mapping

from cnncalc.editor.document import Document
from cnncalc.ops.values import MOST_SHOWN, Value, show
from cnncalc.spec import Selection
from cnncalc.spec.expand import selected


def values_of(document: Document) -> Mapping[str, Value]:
    """The value of each variable; those without one are left out."""
    spec = document.spec
    if spec is None:
        return {}
    known = document.variant in spec.variants or document.variant is None
    return selected(spec, Selection(document.variant if known else None))[0]


def written(value: Value) -> str:
    """A value as a file has it: a list in brackets, not as a size; of a long one the beginning."""
    if not isinstance(value, tuple):
        return show(value)
    items = [written(one) for one in value[:MOST_SHOWN]]
    return f"[{', '.join(items + ['...'] * (len(value) > MOST_SHOWN))}]"


def value_of_variable(document: Document, name: str) -> Value:
    """The value of one variable; None where it has none."""
    return values_of(document).get(name)
