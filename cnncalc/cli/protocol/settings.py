"""What an editor's user can choose, and what a check of a file looks for."""

import os
from collections.abc import Mapping
from typing import Any

import click

from cnncalc.checks.networks import Plan
from cnncalc.cli.checking.settings import plan_for
from cnncalc.cli.output import read_settings
from cnncalc.diagnostics import Diagnostic
from cnncalc.editor.hints import CHOICES, SHOWN
from cnncalc.records import Record
from cnncalc.spec.bounds import TIGHT, WIDE


class Settings(Record):
    """What can be chosen.

    Attributes:
        hints: what stands at the ends of lines, in this order; empty for nothing.
        lenses: whether totals stand above names, variants and blocks.
        variant: the variant that hints are of, for every file that has it.
        variants: the same for single files, by the end of their path.
        is_trusted: whether files may be as large as one's own.
    """

    hints: tuple[str, ...] = SHOWN
    lenses: bool = True
    variant: str | None = None
    variants: Mapping[str, str] = {}
    is_trusted: bool = False

    def variant_of(self, path: str) -> str | None:
        """The variant that is chosen for a file."""
        for end, name in self.variants.items():
            if path.replace(os.sep, "/").endswith(end):
                return name
        return self.variant


def read_options(told: object, before: Settings | None = None) -> Settings:
    """The settings that an editor sends; what is none of ours, or malformed, is left as it was."""
    before = before or Settings()
    if isinstance(told, Mapping) and isinstance(told.get("cnncalc"), Mapping):
        told = told["cnncalc"]
    if not isinstance(told, Mapping):
        return before
    return Settings(
        _hints(told.get("hints"), before.hints),
        _flag(told.get("lenses"), is_set=before.lenses),
        _name(told.get("variant"), before.variant),
        _names(told.get("variants"), before.variants),
        _flag(told.get("trusted"), is_set=before.is_trusted),
    )


def _hints(told: Any, before: tuple[str, ...]) -> tuple[str, ...]:
    if told is False:
        return ()
    if not isinstance(told, list):
        return before
    return tuple(one for one in told if isinstance(one, str) and one in CHOICES)


def _flag(told: Any, *, is_set: bool) -> bool:
    return told if isinstance(told, bool) else is_set


def _name(told: Any, before: str | None) -> str | None:
    return str(told) if isinstance(told, str | int) and not isinstance(told, bool) else before


def _names(told: Any, before: Mapping[str, str]) -> Mapping[str, str]:
    if not isinstance(told, Mapping):
        return before
    return {str(end): str(name) for end, name in told.items() if isinstance(name, str | int)}


class Project(Record):
    """What the project file of a folder asks for.

    Attributes:
        plan: what a check looks for.
        file: the project file, or None.
        text: its text.
        faults: what is wrong with it; then the plan is the usual one.
        problem: why it could not be read, or None.
    """

    plan: Plan
    file: str | None = None
    text: str = ""
    faults: tuple[Diagnostic, ...] = ()
    problem: str | None = None


def project_of(path: str, settings: Settings) -> Project:
    """What a check of a file looks for: the project file nearest above it says so."""
    bounds = WIDE if settings.is_trusted else TIGHT
    usual = Plan(bounds=bounds)
    if not os.path.isabs(path):
        return Project(usual)
    from cnncalc.checks.project.find import find_project, second_file  # noqa: PLC0415 - slow to load
    from cnncalc.checks.project.read import decode_project, read_project  # noqa: PLC0415

    file = find_project(os.path.dirname(path))
    if file is None:
        return Project(usual)
    if (second := second_file(file)) is not None:
        return Project(usual, file, faults=(second,))
    try:
        text = read_settings(file, decode_project)
        project, faults = read_project(text, file)
        if project is None:
            return Project(usual, file, text, faults)
        return Project(plan_for(project, path, bounds), file, text)
    except click.ClickException as fault:
        return Project(usual, file, problem=fault.format_message())
