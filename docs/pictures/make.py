"""The pictures of the README, made of the real thing: `python docs/pictures/make.py [FILE ...]`.

A picture is a function that gives its bytes, and a line in `PICTURES`. Without names all are made.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import cnncalc
from cnncalc.cli.picture import picture
from cnncalc.render.diagram import diagram

HERE = Path(__file__).parent
SPECS = HERE.parent.parent / "specs"


def inception() -> bytes:
    """The first inception block of GoogLeNet, with the blocks of its spec."""
    blocks, layers, rest = (SPECS / "googlenet.yaml").read_text("utf-8").partition("\nlayers:")
    [block] = [line for line in rest.splitlines() if "- inception3a:" in line]
    blocks = blocks.replace("name: GoogLeNet", "name: Inception 3a of GoogLeNet")
    blocks = blocks.replace("input: 3x224x224", "input: 192x28x28")
    return picture(diagram(cnncalc.parse(f"{blocks}{layers}\n{block}\n")), "svg")


PICTURES: dict[str, Callable[[], bytes]] = {"inception.svg": inception}
"""Every picture by the name of its file, and what makes it."""


def main() -> None:
    """Make the pictures that are named, or all."""
    for name in sys.argv[1:] or PICTURES:
        (HERE / name).write_bytes(PICTURES[name]())


if __name__ == "__main__":
    main()
