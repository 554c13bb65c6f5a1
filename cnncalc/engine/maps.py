"""Maps as one picture: a grid that is nearly square, each under its number, and a colour bar."""

import io
from collections.abc import Mapping, Sequence
from math import ceil, sqrt
from typing import Any

import numpy as np

from cnncalc.engine.arrays import ArrayError
from cnncalc.engine.base import Array
from cnncalc.engine.images import pillow
from cnncalc.engine.scales import Pixels, Scale
from cnncalc.ops.values import show_shape
from cnncalc.printable import printable
from cnncalc.records import Record

MOST_WRITTEN = 1 << 26
"""Pixels of a picture that is written."""

MOST_MAPS = 1 << 14
"""Maps of a picture: each takes half a millisecond, however small it is."""

SIDE = 96
"""Pixels that the longer side of a small map takes at most: each value is a square of some."""

LARGEST_SQUARE = 24
"""Pixels of the side of one value at most."""

GAP = 6
"""White pixels between maps."""

LABEL, TITLE = 13, 20
"""Pixels of height of the number above a map, and of the name above the maps of a layer."""

BAR = 14
"""Pixels of height of the colour bar."""

NARROWEST = 200
"""Pixels of width that a title and the numbers of the bar have room in."""

INK = (60, 60, 60)
FRAME = (200, 200, 200)


class Section(Record):
    """The maps of one layer.

    Attributes:
        title: what stands above them; None where each has its own name.
        labels: what stands above each.
        maps: each `height width`, or `3 height width` as colours.
    """

    title: str | None
    labels: Sequence[str]
    maps: Sequence[Array]

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of a map, not enlarged."""
        height, width = self.maps[0].shape[-2:]
        return height, width


def has_colours(found: Mapping[str, Array]) -> bool:
    """Whether all that is shown are pictures of three channels."""
    return all(len(one) == 3 for one in found.values())


def sections_of(found: Mapping[str, Array], *, as_colours: bool) -> list[Section]:
    """The outputs `C H W` of layers as sections: pictures under their names, or channels."""
    if as_colours:
        by_size: dict[tuple[int, ...], dict[str, Array]] = {}
        for name, one in found.items():
            by_size.setdefault(one.shape, {})[printable(name)] = one
        return [Section(None, [*held], [*held.values()]) for held in by_size.values()]
    return [
        Section(
            f"{printable(name)}  {show_shape(one.shape)}", [*map(str, range(len(one)))], [*one]
        )
        for name, one in found.items()
    ]


def png(sections: Sequence[Section], scale: Scale) -> bytes:
    """The bytes of a PNG file.

    Raises:
        ArrayError: Pillow is missing, or the picture would be too large.
    """
    module = pillow()
    count = sum(len(section.maps) for section in sections)
    if count > MOST_MAPS:
        raise ArrayError(
            f"the picture would have {count:,} maps, more than {MOST_MAPS:,}: "
            "name fewer LAYERs, or write .npz"
        )
    for side in (SIDE, 1):
        grids = [_Grid(section, side) for section in sections]
        width = max(NARROWEST, *(grid.width for grid in grids)) + 2 * GAP
        bar = 0 if scale.kind == "none" else 2 * GAP + BAR + LABEL
        height = sum(grid.height for grid in grids) + GAP + bar
        if height * width <= MOST_WRITTEN:
            break
    else:
        raise ArrayError(
            f"the picture would be {height:,} x {width:,}, more than {MOST_WRITTEN:,} pixels: "
            "name fewer LAYERs, or write .npz"
        )
    page = module.new("RGB", (width, height), "white")
    top = GAP
    for grid in grids:
        grid.draw(page, top, scale)
        top += grid.height
    if bar:
        _draw_bar(page, top + GAP, scale)
    stream = io.BytesIO()
    page.save(stream, "PNG")
    return stream.getvalue()


class _Grid:
    """The places of the maps of a section."""

    def __init__(self, section: Section, side: int) -> None:
        self.section = section
        height, width = section.size
        self.zoom = max(1, min(side // max(height, width), LARGEST_SQUARE))
        self.cell_width = width * self.zoom + GAP
        self.cell_height = height * self.zoom + GAP + LABEL
        count = len(section.maps)
        wanted = round(sqrt(count * self.cell_height / self.cell_width)) or 1
        rows = ceil(count / min(wanted, count))
        self.columns = ceil(count / rows)
        self.top = TITLE if section.title else 0
        self.width = self.columns * self.cell_width - GAP
        self.height = rows * self.cell_height + self.top

    def draw(self, page: Any, top: int, scale: Scale) -> None:
        """Draw the maps onto a page, from a row of pixels on."""
        if self.section.title:
            _write(page, (GAP, top), self.section.title, page.width - 2 * GAP)
        drawn = zip(self.section.labels, self.section.maps, strict=True)
        for place, (label, values) in enumerate(drawn):
            row, column = divmod(place, self.columns)
            left = GAP + column * self.cell_width
            upper = top + self.top + row * self.cell_height
            _write(page, (left, upper), label, self.cell_width)
            pixels = _enlarged(scale.colours(values), self.zoom)
            height, width, _ = pixels.shape
            framed = np.full((height + 2, width + 2, 3), FRAME, np.uint8)
            framed[1:-1, 1:-1] = pixels
            page.paste(pillow().fromarray(framed), (left - 1, upper + LABEL - 1))


def _enlarged(pixels: Pixels, zoom: int) -> Pixels:
    return pixels.repeat(zoom, axis=0).repeat(zoom, axis=1)


def _write(page: Any, place: tuple[int, int], text: str, room: int) -> int:
    """Write text that fits into some pixels, or as much of it; gives the pixels that it takes."""
    from PIL import ImageDraw, ImageFont  # noqa: PLC0415 - an extra

    draw, font = ImageDraw.Draw(page), ImageFont.load_default()
    text = text.encode("ascii", "replace").decode()  # the oldest of its fonts knows no more
    while len(text) > 1 and draw.textlength(text, font) > room:
        text = text[:-1]
    draw.text(place, text, INK, font)
    return int(draw.textlength(text, font))


def _draw_bar(page: Any, top: int, scale: Scale) -> None:
    """Draw the colours from the lower end to the upper, with what the ends and the middle are."""
    width = min(page.width - 2 * GAP, 3 * NARROWEST)
    values = np.linspace(scale.low, scale.high, width).reshape(1, width)
    pixels = scale.colours(values).repeat(BAR, axis=0)
    pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1] = FRAME, FRAME, FRAME, FRAME
    page.paste(pillow().fromarray(pixels), (GAP, top))
    middle = (scale.low + scale.high) / 2
    for part, value in ((0.0, scale.low), (0.5, middle), (1.0, scale.high)):
        text = f"{value:.4g}"
        blank = pillow().new("RGB", (NARROWEST, LABEL), "white")
        taken = _write(blank, (0, 0), text, NARROWEST)
        left = GAP + round(part * (width - taken))
        _write(page, (left, top + BAR + 1), text, NARROWEST)
