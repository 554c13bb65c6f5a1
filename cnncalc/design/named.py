"""The network that is designed, by its name, as Python's functions take it."""

from os import PathLike, fspath

from cnncalc.design.base import Base, read_base
from cnncalc.interchange.named import Wanted
from cnncalc.interchange.networks import model_form
from cnncalc.spec.library import find


def base_named(path_or_name: str | PathLike[str], wanted: Wanted) -> Base:
    """The network that a name and values mean.

    Raises:
        SpecError: there is no such network, or its spec has faults.
        ValueError: it is a model.
    """
    name = fspath(path_or_name)
    if model_form(name) is not None:
        raise ValueError("a model has no variables: convert it to a spec")
    source = find(name)
    return read_base(source, wanted.selection(source.variant))
