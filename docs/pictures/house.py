"""Draws `house.png`, a picture for kernels to work on: `python docs/pictures/house.py`."""

from pathlib import Path

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 256, 192
SHAPES = (
    ("rectangle", (0, 140, WIDTH, HEIGHT), (96, 160, 80)),  # grass
    ("ellipse", (196, 16, 236, 56), (250, 220, 90)),  # the sun
    ("rectangle", (70, 80, 180, 150), (222, 202, 170)),  # walls
    ("polygon", (58, 82, 125, 32, 192, 82), (170, 70, 55)),  # the roof
    ("rectangle", (112, 108, 138, 150), (110, 75, 50)),  # the door
    ("rectangle", (82, 96, 102, 116), (90, 130, 170)),  # windows
    ("rectangle", (148, 96, 168, 116), (90, 130, 170)),
    ("rectangle", (215, 110, 223, 150), (110, 75, 50)),  # a tree
    ("ellipse", (200, 72, 240, 120), (70, 130, 70)),
)


def house() -> Image.Image:
    """A house, a tree and the sun before the sky: even colours with sharp edges."""
    image = Image.new("RGB", (WIDTH, HEIGHT), (150, 200, 240))
    drawing = ImageDraw.Draw(image)
    for shape, corners, colour in SHAPES:
        getattr(drawing, shape)(corners, fill=colour)
    return image


if __name__ == "__main__":
    house().save(Path(__file__).with_name("house.png"), optimize=True)
