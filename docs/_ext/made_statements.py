"""What the course states, from the table of the tests, each with the section that shows it."""

from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from cnncalc.render.grid import markdown_table
from cnncalc.render.markdown_text import code, escaped

TABLE = Path(__file__).parent.parent.parent / "tests" / "lectures" / "statements.yaml"

WORDS: Mapping[str, Mapping[str, str]] = {
    "english": {
        "000": "Network in network",
        "001": "Why convolutions",
        "002": "Convolutional networks",
        "003": "Basics by example",
        "statement": "Statement",
        "slip": "Slip",
        "outside": "No command",
    },
    "korean": {
        "000": "네트워크 속의 네트워크",
        "001": "왜 합성곱인가",
        "002": "합성곱 신경망",
        "003": "예제로 보는 기초",
        "statement": "내용",
        "slip": "틀린 곳",
        "outside": "명령 없음",
    },
}
"""Heads of the page, by the language; those of numbers are of the parts of the course."""

LANGUAGES = tuple(WORDS)


def index(language: str) -> str:
    """A part for each part of the course: number, statement, slip, and commands or the reason."""
    rows = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    words = WORDS[language]
    parts = []
    for part, those in groupby(rows, key=lambda row: row["page"]):
        heads = ("", words["statement"])
        table = markdown_table(heads, [_row(row, language) for row in those], numbers=(0,))
        parts += [f"## {words[part]}", "\n".join(table)]
    return "\n\n".join(parts)


def _row(row: Mapping[str, Any], language: str) -> tuple[str, str]:
    place, words = LANGUAGES.index(language), WORDS[language]
    told = f"[{escaped(row[language])}]({row['found'][place]})"
    if "slip" in row:
        told += f" *{words['slip']}: {escaped(row['slip'][place])}.*"
    lines = [told]
    if "outside" in row:
        lines.append(f"{words['outside']}: {escaped(row['outside'][place])}.")
    commands = row.get("command", [])
    each = [commands] if isinstance(commands, str) else commands
    lines += [code(f"cnncalc {one}") for one in each]
    return str(row["number"]), "<br>".join(lines)
