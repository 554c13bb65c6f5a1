"""`cnncalc rule`: what a code of `check` means, why, and what to do about it."""

import sys

import click

from cnncalc.checks.codes import all_records, record_of
from cnncalc.checks.examples import diagnostics_of
from cnncalc.cli import options
from cnncalc.cli.output import colored, deliver, has_color, page_width
from cnncalc.diagnostics import CODES, did_you_mean
from cnncalc.render import rule as pages
from cnncalc.render.diagnostic import Style, plain
from cnncalc.render.text import printable

WIDTH = 80
"""Columns of prose where the width is unknown."""

WIDEST = 100
"""Columns beyond which prose is hard to read."""


@options.command()
@click.argument(
    "code", metavar="[CODE]", required=False, shell_complete=options.completed("codes")
)
@options.format_option(("text", "markdown", "json"))
@options.output_option
def rule(code: str | None, form: str, output: str | None) -> None:
    """Explain the CODE of an error or a rule, or list all codes.

    `cnncalc check` shows the CODE of a finding in brackets, such as W612.
    """
    width = min(page_width(output) or WIDTH, WIDEST)
    style = colored if output is None and has_color(sys.stdout) else plain
    deliver(_list(form, width, style) if code is None else _page(code, form, width, style), output)


def _list(form: str, width: int, style: Style) -> str:
    """All codes."""
    records = tuple(all_records())
    if form == "json":
        return pages.render_rules_json(records)
    if form == "markdown":
        return pages.render_rules_markdown(records)
    return pages.render_rules_text(records, width, style)


def _page(code: str, form: str, width: int, style: Style) -> str:
    """One code.

    Raises:
        UsageError: there is none of that name.
    """
    code = code.upper()
    if code not in CODES:
        hint = did_you_mean(code, CODES) or "`cnncalc rule` lists the rules"
        raise click.UsageError(f"there is no rule `{printable(code)}`: {hint}")
    record = record_of(code)
    if form == "json":
        return pages.render_rule_json(record)
    said = diagnostics_of(record)
    if form == "markdown":
        return pages.render_rule_markdown(record, said)
    return pages.render_rule_text(record, said, width, style=style)
