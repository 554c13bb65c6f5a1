"""The network that a mark names: which names a document may use, and where the network is."""

import os
from collections.abc import Callable

from cnncalc.checks.documents.records import Mark, short
from cnncalc.diagnostics import Diagnostic, SpecError
from cnncalc.files import is_within, tree_of
from cnncalc.spec.library import STUDIES, SUFFIXES, bundled_names

PATHS = "name a bundled network, or a path that ends in .yaml or .yml"
"""What to name instead of a network that is refused."""


def refusal(network: str) -> str | None:
    """Why a document must not name a network so; it may be a stranger's."""
    path, _ = split_name(network)
    if not path:
        return "the mark names no network"
    if path == "-":
        return "a document cannot name standard input"
    is_bundled = path.startswith(f"{STUDIES}/") and ".." not in path
    if ("/" in path or os.sep in path) and not path.endswith(SUFFIXES) and not is_bundled:
        return f"`{short(network)}` is not the path of a spec"
    return None


def split_name(network: str) -> tuple[str, str]:
    """A name without its variant, and the variant with its colon."""
    if network.endswith(SUFFIXES):
        return network, ""
    path, colon, variant = network.rpartition(":")
    return (path, colon + variant) if path else (network, "")


def locate(mark: Mark, is_file: Callable[[str], bool] = os.path.isfile) -> str:
    """The name that a mark's network has for `library.find`: a path is from the document.

    Only a file beside the document counts, so that it does not matter where a check is started.
    """
    stem, variant = split_name(mark.network)
    if not stem.endswith(SUFFIXES):
        return mark.network
    path = os.path.join(os.path.dirname(mark.span.file), stem)
    bare = stem.rpartition(".")[0]
    is_bundled = bare in bundled_names() or bare in bundled_names(STUDIES)
    return bare + variant if is_bundled and not is_file(path) else path + variant


def refuse_outside(name: str, mark: Mark) -> None:
    """Refuse a name that `locate` gives where it leads elsewhere: a document may be a stranger's.

    Raises:
        SpecError: it leads out of the document's repository, and of the folder that we are in.
    """
    path, _ = split_name(name)
    if not path.endswith(SUFFIXES):
        return
    folder = os.path.realpath(os.path.dirname(mark.span.file) or os.curdir)
    place = os.path.realpath(os.path.abspath(path)) if "\0" not in path else ""
    if not any(is_within(place, one) for one in (tree_of(folder), os.path.realpath(os.curdir))):
        message = f"`{short(mark.network)}` leads out of the tree of the document"
        hint = "check from a folder that holds both"
        raise SpecError([Diagnostic("E001", message, None, (), hint)], {})
