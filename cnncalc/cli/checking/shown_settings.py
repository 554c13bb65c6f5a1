"""`cnncalc check --show-settings`: what holds for a file, and who says so."""

import os
from collections.abc import Mapping, Sequence

import click

from cnncalc.checks.project.held import held_by
from cnncalc.checks.project.values import project_path
from cnncalc.cli import options
from cnncalc.cli.checking.sections import Asked, projects_of
from cnncalc.cli.output import deliver
from cnncalc.render.settings import Whose, render_settings, render_settings_json

UNUSED = (
    "exit_zero", "update_baseline", "accept_growth", "against", "docs", "fix", "list_files",
    "specs_only", "force_exclude", "trusted", "jobs",
)  # fmt: skip
"""Options that have no use where nothing is checked."""


def show_settings(
    paths: Sequence[str], config: str | None, asked: Asked, form: str, output: str | None
) -> None:
    """Print what holds for one file, or for a folder.

    Raises:
        Exit: the project file has faults; they are printed.
        UsageError: several files are named, or the form is for findings alone.
    """
    options.refuse_unused(UNUSED, "--show-settings", "it checks nothing")
    if form not in {"auto", "full", "json"}:
        raise click.UsageError(f"--show-settings is printed in full or as json, not as {form}")
    if len(paths) > 1:
        raise click.UsageError("--show-settings is about one file or folder: name one")
    name = paths[0] if paths else os.curdir
    projects = projects_of([name], config)
    is_folder = os.path.isdir(name)
    file, variant = (name, None) if is_folder else _parts(name)
    is_left_out = not is_folder and projects.is_excluded(file)
    project = projects.of_folder(file) if is_folder else projects.of(file)
    network = None
    if project is not None and not is_folder:
        network = project_path(project, file), variant
    held = tuple(held_by(project, _given(asked), network))
    whose = Whose(name, project.file if project is not None else None, is_left_out)
    render = render_settings_json if form == "json" else render_settings
    deliver(render(whose, held), output)


def _parts(name: str) -> tuple[str, str | None]:
    """A file, and the variant behind it."""
    stem, colon, variant = name.rpartition(":")
    if os.path.lexists(name) or not (colon and stem) or "/" in variant:
        return name, None
    return stem, variant or None


def _given(asked: Asked) -> Mapping[str, str | tuple[str, ...]]:
    """What the command line says, by the names of settings."""
    said: dict[str, str | tuple[str, ...] | None] = {
        "select": _codes(asked.select),
        "ignore": _codes(asked.ignore),
        "fail-on": asked.fail_on,
        "baseline": asked.baseline,
        "tolerance": asked.tolerance,
        "bits": asked.bits.text if asked.bits is not None else None,
    }
    return {name: value for name, value in said.items() if value}


def _codes(written: Sequence[str]) -> tuple[str, ...]:
    return tuple(code.strip() for text in written for code in text.split(","))
