"""What each code of a finding means, as `cnncalc rule` tells it."""

import re

from click.testing import CliRunner

from cnncalc.checks.lint import ENTRIES
from cnncalc.cli.main import main
from cnncalc.diagnostics import CODES

TITLE = re.compile(r"^# (?=\S)", re.MULTILINE)
CHAPTER = re.compile(r"^##+ (.+)$", re.MULTILINE)


def rules() -> str:
    """The rules of lint, a part each."""
    return "\n\n".join(_told(code) for code in CODES if code in ENTRIES)


def faults() -> str:
    """All other codes, a part each."""
    return "\n\n".join(_told(code) for code in CODES if code not in ENTRIES)


def _told(code: str) -> str:
    """The page of one code, a level lower; as text where it has none in Markdown."""
    program = CliRunner()
    page = program.invoke(main, ["rule", code, "--format", "markdown"])
    if page.exit_code == 0:
        return _lowered(code, page.stdout)
    text = program.invoke(main, ["rule", code], catch_exceptions=False).stdout
    head, _, rest = text.partition("\n")
    return f"({code.lower()})=\n## {head}\n\n{rest.strip()}"


def _lowered(code: str, page: str) -> str:
    """A page as a part of another: its own parts are no headings, as every code has them."""
    parts = re.split(r"(```.*?```)", page, flags=re.DOTALL)
    for at in range(0, len(parts), 2):
        parts[at] = TITLE.sub("## ", CHAPTER.sub(r"**\1**", parts[at]))
    return f"({code.lower()})=\n{''.join(parts).strip()}"
