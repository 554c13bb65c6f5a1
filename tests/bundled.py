"""The networks that come with the package."""

from cnncalc.spec.catalogue import Entry, entries
from cnncalc.spec.library import bundled_names

NETWORKS = tuple(entry for family in bundled_names() for entry in entries(family))
"""As their files state them; what they expect is proved by `tests/test_published.py`."""


LIBRARIES = ("torchvision:", "timm:")
"""What the names of other libraries' networks begin with."""


def references(network: Entry) -> list[str]:
    """The networks of other libraries that it states to be equal to."""
    named = (network.reference or "").split(", ")
    return [one for one in named if one.startswith(LIBRARIES)]


def bundled_networks() -> list[str]:
    """The names of all of them: for what is quick."""
    return [one.name for one in NETWORKS]


def cheapest(networks: tuple[Entry, ...] = NETWORKS) -> list[Entry]:
    """The network with the fewest MACs of each family: for what takes long."""
    found = {one.family: one for one in sorted(networks, key=lambda one: -(one.macs or 0))}
    return [found[family] for family in sorted(found)]


def one_a_family() -> list[str]:
    """The names of the cheapest."""
    return [one.name for one in cheapest()]
