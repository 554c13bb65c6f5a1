"""What is new in a value of JSON since another: the page has that one, and puts this together."""

from collections.abc import Callable, Collection, Sequence
from operator import eq
from typing import Any

MOST_PLACES = 8
"""Elements of a list that are told one by one; where more are new, the list is told from the first
that is new to the last."""

Same = Callable[[Any, Any], bool]


def since(old: Any, new: Any, plain: Collection[str] = ()) -> dict[str, Any] | None:
    """What makes one value of another; None where they are the same, letter by letter.

    It is `{"is": VALUE}`, or of an object `{"in": {NAME: CHANGE}}`, or of a list
    `{"at": [[PLACE, CHANGE]]}` or `{"from": PLACE, "cut": NUMBER, "put": [VALUE]}`.

    Args:
        old: the value that is known.
        new: the other.
        plain: names of what holds no fractions and no flags that may be false, so that what is
            equal is written alike.

    Example:
        >>> since({"a": [1, 2, 3], "b": 4}, {"a": [1, 2, 5, 6], "b": 4})
        {'in': {'a': {'from': 2, 'cut': 1, 'put': [5, 6]}}}
        >>> since([1, 2], [1, 3])
        {'at': [[1, {'is': 3}]]}
    """
    return _since(old, new, plain, _is_same)


def _since(old: Any, new: Any, plain: Collection[str], is_same: Same) -> dict[str, Any] | None:
    if is_same(old, new):
        return None
    if isinstance(old, dict) and isinstance(new, dict) and list(old) == list(new):
        changes = (
            (name, _since(old[name], one, plain, eq if name in plain else is_same))
            for name, one in new.items()
        )
        return {"in": {name: change for name, change in changes if change is not None}}
    if isinstance(old, list | tuple) and isinstance(new, list | tuple):
        return _since_list(old, new, plain, is_same)
    return {"is": new}


def _since_list(
    old: Sequence[Any], new: Sequence[Any], plain: Collection[str], is_same: Same
) -> dict[str, Any]:
    pairs = list(zip(old, new, strict=False))
    if len(old) == len(new):
        places = [place for place, pair in enumerate(pairs) if not is_same(*pair)]
        if len(places) <= MOST_PLACES:
            changes = (_since(*pairs[place], plain, is_same) for place in places)
            return {"at": [list(one) for one in zip(places, changes, strict=True)]}
    first = next((place for place, pair in enumerate(pairs) if not is_same(*pair)), len(pairs))
    last = 0
    while last < len(pairs) - first and is_same(old[-1 - last], new[-1 - last]):
        last += 1
    return {"from": first, "cut": len(old) - last - first, "put": new[first : len(new) - last]}


def _is_same(old: Any, new: Any) -> bool:
    """Whether two values are written alike: 1, 1.0 and true are equal, and are not."""
    return old is new or (old == new and repr(old) == repr(new))
