"""The network that is designed, by its name, as Python's functions take it."""

from os import PathLike, fspath

from cnncalc.design.base import Base, read_base
from cnncalc.design.models import model_base
from cnncalc.interchange.named import Wanted
from cnncalc.interchange.networks import model_form
from cnncalc.spec.library import find


def base_named(path_or_name: str | PathLike[str], wanted: Wanted) -> Base:
    """The network that a name and values mean.

    Raises:
        SpecError: there is no such network, or its spec has faults.
        ValueError: variables of a model are given, which has none.
    """
    name = fspath(path_or_name)
    form = model_form(name)
    if form is not None:
        selection = wanted.selection()
        if selection.values or selection.variant is not None:
            raise ValueError("a model has neither variants nor variables: convert it to a spec")
        return model_base(name, form, selection.inputs)
    source = find(name)
    return read_base(source, wanted.selection(source.variant))
