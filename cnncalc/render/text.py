"""Small pieces of text that every rendering shares."""

from collections.abc import Iterable

from cnncalc.graph import Graph
from cnncalc.ops.values import Shape, show_shape
from cnncalc.printable import gated, printable

__all__ = [
    "gated",
    "layout_text",
    "printable",
    "scaled",
    "separated",
    "shape_text",
    "share_text",
    "title",
    "uri_path",
]


def title(graph: Graph) -> str:
    """What a network is called: `ResNet:50`."""
    return graph.title


def shape_text(shape: Shape, layout: str) -> str:
    """A shape in the layout asked for: `chw`, or `hwc` with the channels last."""
    return show_shape((*shape[1:], *shape[:1]) if layout == "hwc" else shape)


def separated(sizes: Iterable[int | str | None]) -> str:
    """Sizes along several axes: `195x195`; where they have signs or are fractions, `-64,-64`."""
    texts = ["-" if size is None else str(size) for size in sizes]
    return ("x" if all(map(str.isdecimal, texts)) else ",").join(texts)


_AXES = {1: "features", 2: "CxL", 3: "CxHxW", 4: "CxDxHxW"}


def layout_text(rank: int, layout: str) -> str:
    """What the axes of a shape are: `CxHxW`, or `HxWxC`."""
    axes = _AXES.get(rank)
    if axes is None:  # a model's tensor may have more axes than have letters
        return "shape"
    return f"{axes[2:]}xC" if layout == "hwc" and rank > 1 else axes


def share_text(part: int, whole: int) -> str:
    """A percentage with one decimal; a trace that would print as zero is `<0.1`."""
    if part == 0:
        return "-"
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}" if tenths else "<0.1"


def uri_path(path: str) -> str:
    """A path with forward slashes as an address has it; of a name that is no text, its bytes."""
    from urllib.parse import quote  # noqa: PLC0415 - few forms have addresses

    # Surrogates of a file name are its bytes; others are half of a character.
    halves = [character for character in path if "\ud800" <= character <= "\udfff"]
    is_name = all("\udc80" <= character <= "\udcff" for character in halves)
    errors = "surrogateescape" if is_name else "backslashreplace"
    return quote(path.encode("utf-8", errors), safe="/")


def scaled(count: int) -> str:
    """A count in decimal units, four significant digits: `4.089 G`."""
    for unit, size in (("T", 10**12), ("G", 10**9), ("M", 10**6), ("K", 10**3)):
        if count >= size:
            return f"{count / size:.4g} {unit}"
    return str(count)
