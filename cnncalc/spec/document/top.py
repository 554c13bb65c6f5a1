"""The mapping at the top of a file: its parts, and what is reported of them."""

from cnncalc.diagnostics import Diagnostic, Remedy, Span, rename
from cnncalc.spec.bounds import LONGEST_NAME, Faults
from cnncalc.spec.yaml_tree import List, Map, Text


class Document:
    """A file while it is read; faults gather in `faults`.

    Attributes:
        parts: what stands under each key of the top level.
        places: where each of these keys stands.
        label_places: where each label stands first.
        heads_seen: where each output and auxiliary head stands.
    """

    def __init__(self, root: Map, file: str, faults: Faults) -> None:
        self.root = root
        self.file = file
        self.faults = faults
        self.parts = {key.text: value for key, value in root.entries}
        self.places = {key.text: key.span for key, value in root.entries}
        self.label_places: dict[str, Span] = {}
        self.heads_seen: dict[str, Span] = {}

    def start(self) -> Span:
        """Where the file begins."""
        span = self.root.span
        return span._replace(end_line=span.line, end_column=span.column + 1)

    def text(self, key: str, within: Map | None = None) -> str | None:
        """The text under a key of the top level or of a variant; None where there is none."""
        value = within.get(key) if within else self.parts.get(key)
        if value is None:
            return None
        if not isinstance(value, Text) or value.is_null:
            self.fault("E203", f"`{key}` must be text", value.span)
            return None
        text: str = value.text
        return text

    def check_length(self, title: str, node: Text) -> None:
        """Report a name that is too long: it stands in messages."""
        if len(node.text) > LONGEST_NAME:
            message = f"{title} has at most {LONGEST_NAME} characters"
            self.fault("E215", message, node.span, "shorten it")

    def mapping(self, key: str, within: Map) -> Map | None:
        """The mapping under a key; None where there is none."""
        node = within.get(key)
        if node is None or isinstance(node, Map):
            return node
        if isinstance(node, Text) and node.is_null:
            return None
        message, hint = f"`{key}` must be a mapping of names to values", None
        if isinstance(node, List):
            hint = "leave off the `- ` before each name"
        if key == "require":
            message = "`require` must be a mapping of conditions to messages"
            hint = "write `require: {depth % 6 == 2: depth is 6n + 2}`"
        self.fault("E203", message, node.span, hint)
        return None

    def check_keys(self, node: Map, known: tuple[str, ...], title: str) -> set[str]:
        """Report unknown keys; gives the known ones that they most likely mean."""
        meant, given = set(), {key.text for key, _ in node.entries}
        for key, _ in node.entries:
            if key.text not in known:
                from cnncalc.spec.foreign import KEYS  # noqa: PLC0415 - only a fault pays for it

                near = self.faults.closest(key.text, known) or KEYS.get(key.text.lower())
                near = near if near in known else None
                meant |= {near} if near else set()
                listed = f"the keys are {', '.join(known)}"
                place = None if near in given else key.span
                hint = rename(key.text, near, place) if near else listed
                self.fault("E201", f"{title} has no key `{key.text}`", key.span, hint)
        return meant

    def fault(self, code: str, message: str, span: Span, hint: Remedy | None = None) -> None:
        """Report a fault at a place."""
        self.faults.append(Diagnostic(code, message, span, (), hint))
