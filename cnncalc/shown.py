"""Values that people look at: a line, a table as text, and a table of HTML in a notebook.

Python asks the value itself for these (`repr`, `str`, `_repr_html_`), while a room that makes
values does not know how they look: `render` knows all of those rooms, and none of them imports it.
So this is the one place where a lower room reaches a higher one. It does so by the name of a
module, and only when a value is shown: nothing is registered, so it holds for whoever made the
value, copied it or read it back from a pickle, and making values loads no tables.
"""

from collections.abc import Callable
from importlib import import_module

from cnncalc.diagnostics import shortened
from cnncalc.printable import printable
from cnncalc.records import Record

LOOKS = "cnncalc.render.looks"
"""The module that knows how every such value looks; `tests/test_looks.py` holds that it does."""


class Shown(Record):
    """A record that is a line of its own where it is one value of many, and a table by itself.

    A subclass says its line in `_line`; `cnncalc/render/looks.py` has its table.
    """

    def _line(self) -> str:
        """What it is, in a few words and numbers; names may be as they were read."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {shortened(printable(self._line()))}>"

    def __str__(self) -> str:
        return _look("text")(self)

    def _repr_html_(self) -> str:
        return _look("html")(self)


def _look(form: str) -> Callable[[Shown], str]:
    """The function that gives a value in a form: `text` or `html`."""
    look: Callable[[Shown], str] = getattr(import_module(LOOKS), form)
    return look
