"""Where a value stands in an output: its channel, and its place along each spatial axis."""

from cnncalc.graph import Layer
from cnncalc.ops.formula import AXIS_NAMES
from cnncalc.ops.values import show_shape
from cnncalc.printable import printable

Place = tuple[int, ...]
"""A channel, then a number for each spatial axis; of a flat output a feature alone."""

WORDS = {
    "channels": "channel",
    "features": "feature",
    "length": "position",
    "depth": "plane",
    "height": "row",
    "width": "column",
}
"""What one place along an axis is called; several are called the same with an `s`."""


class PlaceError(ValueError):
    """A place that an output does not have, or that holds no number."""


def place_words(rank: int) -> tuple[str, ...]:
    """What the numbers of a place are called, by the axes of the output.

    Example:
        >>> place_words(3), place_words(1)
        (('channel', 'row', 'column'), ('feature',))
    """
    return tuple(WORDS[name] for name in AXIS_NAMES[rank])


def told_place(at: Place) -> str:
    """A place in words.

    Example:
        >>> told_place((0, 2, 3))
        'channel 0, row 2, column 3'
    """
    return ", ".join(f"{word} {one}" for word, one in zip(place_words(len(at)), at, strict=True))


def place_in(layer: Layer, spatial: Place, channel: int | None) -> Place:
    """Where a value stands in an output; of a flat one either of the two is the feature.

    Raises:
        PlaceError: the output has no such place.
    """
    shape = layer.output_shape
    gives = f"`{printable(layer.name)}` gives {show_shape(shape)}"
    if len(shape) not in AXIS_NAMES:
        raise PlaceError(f"{gives}: a value of it has no place")
    at = (channel or 0, *spatial)
    if len(shape) == 1 and channel is None and len(spatial) == 1:
        at = spatial
    names = place_words(len(shape))
    if len(at) != len(shape):
        raise PlaceError(f"{gives}: {_wanted(names, spatial)}")
    for name, one, length in zip(names, at, shape, strict=True):
        if not 0 <= one < length:
            raise PlaceError(f"{gives}: {name} {one} is outside: {_range(name, length)}")
    return at


def _wanted(names: tuple[str, ...], given: Place) -> str:
    """What a place of an output is, where another number of numbers is given."""
    own = names[1:]
    if not own:
        return "a place of it is one number, the feature, such as 0"
    listed = f"{', '.join(f'a {one}' for one in own[:-1])} and " if own[:-1] else ""
    told = f"a place of it is {listed}a {own[-1]}, such as {','.join(['0'] * len(own))}"
    told += f", not {','.join(map(str, given)) or 'nothing'}"
    if len(given) == len(names):
        told += "; the channel is given apart, as `--channel` or `channel=`"
    return told


def _range(name: str, length: int) -> str:
    return f"{name}s go from 0 to {length - 1}" if length > 1 else f"there is one {name}, 0"
