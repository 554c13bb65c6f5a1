"""The public names of the package: what is exported, so that none is forgotten."""

import inspect

import cnncalc
from cnncalc import lessons
from cnncalc.lessons.demonstrations.base import Demonstration
from cnncalc.lessons.worked import Worked


def names() -> str:
    """A directive of autodoc for each: functions first, then what they give."""
    found = {name: getattr(cnncalc, name) for name in cnncalc.__all__}
    functions = [name for name, one in found.items() if not inspect.isclass(one)]
    classes = [name for name in found if name not in functions]
    return "\n\n".join(
        [
            "## Functions",
            *map(_function, functions),
            "## Values",
            *map(_class, classes),
            "## Lessons",
            "`cnncalc.explain(..., at=)` works one value by hand; properties have a module.",
            *(_directive("autofunction", f"cnncalc.lessons.{name}") for name in lessons.__all__),
            *map(_of_lessons, (Worked, Demonstration)),
        ]
    )


def _of_lessons(kind: type) -> str:
    return _directive(
        "autoclass",
        f"{kind.__module__}.{kind.__name__}",
        ":members:",
        ":exclude-members: count, index",
    )


def _function(name: str) -> str:
    return _directive("autofunction", f"cnncalc.{name}")


def _class(name: str) -> str:
    return _directive(
        "autoclass", f"cnncalc.{name}", ":members:", ":exclude-members: count, index"
    )


def _directive(kind: str, name: str, *settings: str) -> str:
    lines = [f".. {kind}:: {name}", *(f"   {one}" for one in settings)]
    return "\n".join(["```{eval-rst}", *lines, "```"])
