"""The colours of diagrams, on a light and on a dark page.

The hues are those of Okabe and Ito, "Color Universal Design" (2008); kinds differ in lightness as
well, so that eyes without red, green or blue cones tell them apart. No colour stands alone: what
it means is written in the node.
"""

from collections.abc import Mapping

from cnncalc.records import Record


class Paint(Record):
    """The colours of what is of one kind."""

    fill: str
    border: str


LIGHT: Mapping[str, Paint] = {
    "conv": Paint("#dceefa", "#1878c4"),
    "linear": Paint("#e9f8f1", "#0fa878"),
    "pool": Paint("#fcf0c9", "#d9a406"),
    "merge": Paint("#f6d6ee", "#7a1f68"),
    "attention": Paint("#f8decb", "#b2440a"),
    "plain": Paint("#ececef", "#8b8b95"),
    "end": Paint("#ffffff", "#3f3f46"),
}
"""Fill and border by the kind of a node."""

DARK: Mapping[str, Paint] = {
    "conv": Paint("#10304c", "#9fcbf0"),
    "linear": Paint("#114030", "#45d39c"),
    "pool": Paint("#46390f", "#f0cc45"),
    "merge": Paint("#2c0f28", "#d657c2"),
    "attention": Paint("#3d1d10", "#d18149"),
    "plain": Paint("#313135", "#85858f"),
    "end": Paint("#1e1e22", "#d4d4d8"),
}
"""The same on a dark page."""

INK = "#18181b"
MUTED = "#5b5b66"
LINES = "#70707c"
PAGE = "#fffffe"
BOXES = "#fafafa"
FRAMES = "#c9c9d1"
"""What is no node: text, text of less weight, arrows, the page, boxes and their borders."""

ON_DARK: Mapping[str, str] = {
    INK: "#f4f4f5",
    MUTED: "#b4b4be",
    LINES: "#9a9aa6",
    PAGE: "#131316",
    BOXES: "#1b1b1f",
    FRAMES: "#48484f",
    **{
        light: dark
        for kind, paint in LIGHT.items()
        for light, dark in zip(paint, DARK[kind], strict=True)
    },
}
"""What each colour of a light page is on a dark one; so no two of them are the same."""
