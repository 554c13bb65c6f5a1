"""The files of a check, mended: written, or shown as a difference."""

from collections import Counter, deque
from collections.abc import Iterable, Mapping

from cnncalc.checks.finding import Checked, Report, counted
from cnncalc.checks.fixing.files import (
    ChangedFile,
    NotMendedError,
    file_of,
    mended_file,
    write_mended,
)
from cnncalc.checks.fixing.mend import Wanted
from cnncalc.checks.fixing.safety import fix_within, is_safe
from cnncalc.checks.networks import Plan
from cnncalc.checks.run import Job
from cnncalc.cli.output import print_message
from cnncalc.diagnostics import Diagnostic, SpecError
from cnncalc.records import Record
from cnncalc.render.text import printable


class Fixed(Record):
    """What came of the files of a run.

    Attributes:
        report: what is found in them now.
        files: those that were or would be changed.
        has_failed: whether one could not be.
    """

    report: Report
    files: tuple[ChangedFile, ...]
    has_failed: bool

    @property
    def patch(self) -> str:
        """The changes as a unified diff."""
        from cnncalc.render.patch import render_patch  # noqa: PLC0415 - for `--diff` alone

        return "".join(render_patch(one.path, one.before, one.after) for one in self.files)


def fix_files(report: Report, jobs: Iterable[Job], *, has_unsafe: bool, writes: bool) -> Fixed:
    """Mend the files of a report that have something to mend; no other is touched.

    Each is read anew: what is written is made of what is there.
    """
    met: dict[str, deque[tuple[str | None, Plan]]] = {}
    for target, plan in jobs:
        named = file_of(target.name)
        if named is not None:
            path, variant = named
            met.setdefault(path, deque()).append((variant, plan))
    wanted = _is_edit if has_unsafe else is_safe
    changed: list[ChangedFile] = []
    kept: list[Checked] = []
    has_failed = False
    for checked in report.files:
        found = None
        if met.get(checked.file):
            variant, plan = met[checked.file].popleft()
            try:
                found = _mended(checked, variant, plan, wanted, writes=writes)
            except (NotMendedError, SpecError) as fault:
                print_message(
                    f"warning: {printable(checked.file)} is not fixed: {_reason(fault)}\n"
                )
                has_failed = True
        changed += [] if found is None else [found]
        if found is not None and found.untried:
            untried = f"{found.untried:,} more would take too long to try; run it again"
            print_message(f"warning: {printable(found.path)} is fixed in part: {untried}\n")
        kept.append(checked if found is None else found.checked)
    fixed = sum((Counter(one.fixed) for one in changed), Counter[str]())
    left = 0 if has_unsafe else _left(kept)
    print_message(_told(fixed, len(changed), left, writes=writes))
    report = report._replace(files=tuple(kept), fixed=dict(sorted(fixed.items())))
    return Fixed(report, tuple(changed), has_failed)


def _mended(
    checked: Checked, variant: str | None, plan: Plan, wanted: Wanted, *, writes: bool
) -> ChangedFile | None:
    """One file, mended and written; None where nothing is mended."""
    faults = [one.diagnostic for one in checked.findings]
    if not any(wanted(one) and fix_within(one, checked.file) for one in faults):
        return None
    found = mended_file(checked.file, variant, plan, wanted)
    if found is not None and writes:
        write_mended(found)
    return found


def _reason(fault: Exception) -> str:
    told = fault.diagnostics[0].message if isinstance(fault, SpecError) else str(fault)
    return printable(told)


def _is_edit(fault: Diagnostic) -> bool:
    return fault.fix is not None


def _left(files: Iterable[Checked]) -> int:
    """How many findings only unsafe fixes would mend."""
    found = ((one.diagnostic, file.file) for file in files for one in file.findings)
    return sum(not is_safe(fault) and fix_within(fault, file) is not None for fault, file in found)


def _told(fixed: Mapping[str, int], files: int, left: int, *, writes: bool) -> str:
    """What is fixed, by code, and what `--unsafe-fixes` may fix."""
    lines = []
    if fixed:
        verb = "fixed" if writes else "would fix"
        found, where = counted(sum(fixed.values()), "finding"), counted(files, "file")
        each = ", ".join(f"{count:,} {code}" for code, count in sorted(fixed.items()))
        lines.append(f"{verb} {found} in {where}: {each}\n")
    if left:
        lines.append(f"{left:,} more with `--unsafe-fixes`, which decides what is meant\n")
    return "".join(lines)
