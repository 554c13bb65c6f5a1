"""Members that run again: what shares weights becomes another call of one member."""

from collections.abc import Iterator

from cnncalc.interchange.scopes import Group, Leaf, Place, around, put_up
from cnncalc.interchange.torch.form import call_of, form
from cnncalc.interchange.unwritable import UnwritableError


def pair(root: Group) -> None:
    """Give what repeats an earlier member of its group that member as its twin.

    A class has its members for itself. So where two layers share weights, the groups in which they
    stand apart are dissolved until one does what the other does, or the layers stand side by side.

    Raises:
        UnwritableError: two layers with the same weights are no one module.
    """
    while _is_dissolved(root):
        pass


def _is_dissolved(root: Group) -> bool:
    """Pair what can be paired; whether a group had to be dissolved first."""
    leaves = list(root.leaves())
    home = {leaf.layer.name: leaf for leaf in leaves}
    if all(leaf.layer.shares is None for leaf in leaves):
        return False
    for group in root.groups():
        for child in group.children:
            child.twin = None
    is_any = False
    for leaf in leaves:
        if leaf.layer.shares is None:
            continue
        first, second = _apart(home[leaf.layer.shares], leaf)
        if second.twin is None:
            if is_repeated(first, second):
                second.twin = first
            else:
                _dissolve(first, second)
                is_any = True
    return is_any


def _apart(first: Leaf, second: Leaf) -> tuple[Place, Place]:
    """Where two layers stand in the innermost group that holds both."""
    below = {id(group): child for child, group in _steps(first)}
    for child, group in _steps(second):
        if id(group) in below:
            return below[id(group)], child
    raise ValueError("two layers of one network stand in one group")


def _steps(leaf: Leaf) -> Iterator[tuple[Place, Group]]:
    """The groups around a layer, innermost first, each behind what stands in it."""
    place: Place = leaf
    for group in around(leaf):
        yield place, group
        place = group


def is_repeated(first: Place, second: Place) -> bool:
    """Whether the second does what the first does, with its weights."""
    if isinstance(first, Leaf) or isinstance(second, Leaf):
        return isinstance(first, Leaf) and isinstance(second, Leaf) and _is_again(first, second)
    mine, others = list(first.leaves()), list(second.leaves())
    return (
        len(mine) == len(others)
        and form(first) == form(second)
        and all(map(_is_again, mine, others))
    )


def _is_again(first: Leaf, second: Leaf) -> bool:
    """Whether a layer is the same module as another, and has no weights of its own."""
    one, other = call_of(first), call_of(second)
    if (one is None or other is None) or second.layer.shares is None:
        has_own = bool({**second.layer.parameters, **second.layer.buffers})
        return type(first.layer.op) is type(second.layer.op) and one == other and not has_own
    return second.layer.shares == first.layer.holder and one == other


def _dissolve(first: Place, second: Place) -> None:
    """Dissolve one of two places, the larger one.

    Raises:
        UnwritableError: neither is a group.
    """
    sizes = [(len(list(one.leaves())), one) for one in (second, first) if isinstance(one, Group)]
    if not sizes:
        names = [one.layer.name for one in (second, first) if isinstance(one, Leaf)]
        shared = f"`{names[0]}` has the weights of `{names[1]}` and is another module"
        raise UnwritableError(f"{shared}, which PyTorch source cannot say")
    _, group = max(sizes, key=lambda each: each[0])
    put_up(group)
