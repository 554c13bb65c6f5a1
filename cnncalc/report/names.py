"""How a file is named to a reader who has another machine."""

import re

_FOLDERS = re.compile(r"(^|:)(?:[A-Za-z]:)?(?:\.\.)?[/\\](?:.*[/\\])?")
"""A drive, a root or `..`, and all folders behind it; of Windows too."""


def name_on_page(name: str) -> str:
    """The name of a network or a file as a page tells it.

    A relative path stays as it was given. Folders of a path from the root of a machine, or from
    above the working directory, say nothing to who gets the page by mail, and are left out. What
    stands around the path, a revision or a variant, stays.

    Example:
        >>> names = "nets/a.yaml:16", "/home/me/a.yaml", "HEAD:../b/a.yaml"
        >>> [name_on_page(name) for name in names]
        ['nets/a.yaml:16', 'a.yaml', 'HEAD:a.yaml']
    """
    return _FOLDERS.sub(r"\1", name, count=1)
