"""Paths as CI systems match them: from the root of the repository, wherever a check was run."""

import os
from typing import TYPE_CHECKING

from cnncalc.checks.finding import Checked, Finding, Report
from cnncalc.diagnostics import Diagnostic, Span
from cnncalc.files import is_within, repository_of

if TYPE_CHECKING:
    from cnncalc.checks.change.records import Change


class Places:
    """Names files of a report by their paths from the root of the repository.

    That is the repository which the current folder is in; or, where it is in none, the one below
    it that the file is in, as when a job has its checkout in a folder; or the folder of the job.
    Without any of these, paths start from the current folder. What lies elsewhere keeps its name.
    """

    def __init__(self, job: str | None = None) -> None:
        """The folder of the job is where CI systems put what they check out."""
        try:
            self.here: str | None = os.getcwd()
        except OSError:  # it is gone, and with it whatever was in there
            self.here = None
        self.tree = self.here and repository_of(self.here)
        self.job = job and os.path.realpath(job)
        self.known: dict[str, str] = {}

    def path(self, file: str) -> str:
        """The path of a file; a name that is that of no file, such as `resnet`, is kept."""
        if file not in self.known:
            is_path = os.path.isabs(file) or os.path.lexists(file)
            self.known[file] = self.from_root(file) if is_path else file
        return self.known[file]

    def from_root(self, file: str) -> str:
        """The path of a file, which need not be there, with forward slashes."""
        if self.here is None:
            return file
        place = os.path.normpath(os.path.join(self.here, file))
        folder, name = os.path.split(place)
        for one in (place, os.path.join(os.path.realpath(folder), name)):
            root = self._root(one)
            if root is not None:
                return os.path.relpath(one, root).replace(os.sep, "/")
        return file

    def _root(self, place: str) -> str | None:
        if self.tree and is_within(place, self.tree):
            return self.tree
        if self.here and is_within(place, self.here):
            inner = repository_of(os.path.dirname(place))
            if inner is not None and is_within(inner, self.here):
                return inner
        roots = (self.job, self.here)
        return next((one for one in roots if one and is_within(place, one)), None)

    def report(self, report: Report) -> Report:
        """The same report with other paths; for forms that quote no line of a file."""
        files = tuple(map(self._checked, report.files))
        return report._replace(files=files, others=tuple(map(self._finding, report.others)))

    def change(self, change: "Change") -> "Change":
        """The same change with other paths; of files that are gone, too."""
        networks = tuple(
            one._replace(
                name=self._network(one.name, one.path),
                path=self.from_root(one.path),
                before=one.before and self._network(one.before, one.path_before or one.before),
                path_before=one.path_before and self.from_root(one.path_before),
                causes=tuple(
                    each._replace(span=each.span and self._span(each.span)) for each in one.causes
                ),
                reasons=tuple(each._replace(span=self._span(each.span)) for each in one.reasons),
            )
            for one in change.networks
        )
        return change._replace(networks=networks, unread=tuple(map(self.from_root, change.unread)))

    def _network(self, name: str, path: str) -> str:
        """`nets/vgg.yaml:16`: the variant is no part of the path."""
        return f"{self.from_root(path)}{name[len(path) :]}"

    def _checked(self, checked: Checked) -> Checked:
        file = self.path(checked.file)
        found = map(self._finding, checked.findings)
        findings = tuple(_renamed(one, checked.file, file) for one in found)
        return checked._replace(file=file, findings=findings)

    def _finding(self, finding: Finding) -> Finding:
        return finding._replace(diagnostic=self._fault(finding.diagnostic))

    def _fault(self, fault: Diagnostic) -> Diagnostic:
        notes = tuple(
            one if one.span is None else one._replace(span=self._span(one.span))
            for one in fault.notes
        )
        return fault._replace(span=fault.span and self._span(fault.span), notes=notes)

    def _span(self, span: Span) -> Span:
        return span._replace(file=self.path(span.file))


def _renamed(finding: Finding, old: str, new: str) -> Finding:
    """A finding whose texts name the networks of its file as its place does."""
    if old == new:
        return finding

    def text(said: str) -> str:
        return said.replace(f"`{old}`", f"`{new}`").replace(f"`{old}:", f"`{new}:")

    fault = finding.diagnostic
    notes = tuple(one._replace(text=text(one.text)) for one in fault.notes)
    return finding._replace(diagnostic=fault._replace(message=text(fault.message), notes=notes))
