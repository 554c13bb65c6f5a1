"""What each code of a finding means, as `cnncalc rule` tells it."""

import re

import yaml
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


def _coloured(block: str) -> str:
    """A block as it is, but without colours of YAML where it is none, as in examples of faults."""
    try:
        all(yaml.scan(block.partition("\n")[2].removesuffix("```"), yaml.SafeLoader))
    except yaml.YAMLError:
        return block.replace("```yaml", "```text", 1)
    return block


def _lowered(code: str, page: str) -> str:
    """A page as a part of another: its own parts are no headings, as every code has them."""
    parts = re.split(r"(```.*?```)", page, flags=re.DOTALL)
    parts[1::2] = map(_coloured, parts[1::2])
    for at in range(0, len(parts), 2):
        parts[at] = TITLE.sub("## ", CHAPTER.sub(r"**\1**", parts[at]))
    return f"({code.lower()})=\n{''.join(parts).strip()}"
