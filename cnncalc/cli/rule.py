"""`cnncalc rule`: what a rule of `check` finds, why, and how to silence it."""

import sys

import click

from cnncalc.checks.lint import ENTRIES, all_rules, load_rule
from cnncalc.checks.lint.example import diagnostics_of
from cnncalc.cli import options
from cnncalc.cli.output import colored, deliver, has_color, page_width
from cnncalc.diagnostics import CODES, did_you_mean
from cnncalc.render import rule as pages
from cnncalc.render.diagnostic import plain
from cnncalc.render.text import printable

WIDTH = 80
"""Columns of prose where the width is unknown."""

WIDEST = 100
"""Columns beyond which prose is hard to read."""


@options.command()
@click.argument(
    "code", metavar="[CODE]", required=False, shell_complete=options.completed("codes")
)
@options.format_option(("text", "markdown"))
@options.output_option
def rule(code: str | None, form: str, output: str | None) -> None:
    """Explain the rule CODE, or list all rules.

    `cnncalc check` shows the CODE of a finding in brackets, such as W612.
    """
    width = min(page_width(output) or WIDTH, WIDEST)
    style = colored if output is None and has_color(sys.stdout) else plain
    if code is None:
        if form == "markdown":
            return deliver(pages.render_rules_markdown(all_rules()), output)
        return deliver(pages.render_rules_text(all_rules(), width, style), output)
    code = code.upper()
    if code not in CODES:
        hint = did_you_mean(code, CODES) or "`cnncalc rule` lists the rules"
        raise click.UsageError(f"there is no rule `{printable(code)}`: {hint}")
    if code not in ENTRIES:
        if form == "markdown":
            options.refuse_unused(["form"], code, "only rules have a page")
        return deliver(pages.render_code(code, width), output)
    found = load_rule(code)
    said = diagnostics_of(found)
    if form == "markdown":
        return deliver(pages.render_rule_markdown(found, said), output)
    return deliver(pages.render_rule_text(found, said, width, style=style), output)
