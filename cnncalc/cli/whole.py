"""Whole numbers on the command line, such as seeds and channels."""

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    ParamType = click.ParamType[int]
else:
    ParamType = click.ParamType  # generic in newer versions only

LARGEST = 2**63
"""The largest of them: that of seeds."""


class Whole(ParamType):
    """A whole number from 0, such as a seed; how large it may be stands in no help."""

    name = "integer"

    def __init__(self, word: str) -> None:
        self.word = word

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value).strip().replace("_", "")
        if not (text.isascii() and text.isdecimal() and len(text) < 20 and int(text) <= LARGEST):
            self.fail(f"`{value}` is no {self.word}: it is a whole number from 0", param, ctx)
        return int(text)
