"""What a project file says, and what of it holds for one network."""

import os
from collections.abc import Container, Mapping
from typing import TYPE_CHECKING

from cnncalc.checks.project.globs import Pattern
from cnncalc.checks.project.sizes import InputSizes
from cnncalc.diagnostics import Severity, Span
from cnncalc.facts import Fact
from cnncalc.records import Record

if TYPE_CHECKING:
    from cnncalc.checks.project.tolerances import Rule


class Budget(Record):
    """One table of budgets.

    Attributes:
        patterns: the networks that it is about; None for the defaults, which hold for all.
        inputs: the inputs at which it must hold; None for each network's own.
        span: its header.
        allows_empty: whether its globs may match no network.
        families: globs for the names of files, one of which a network must be in, too.
        label: the label that its limits are on; it is about the networks that have that.
    """

    patterns: tuple[Pattern, ...] | None
    inputs: InputSizes | None
    facts: tuple[Fact, ...]
    span: Span
    allows_empty: bool = False
    families: tuple[Pattern, ...] | None = None
    label: str | None = None

    @property
    def globs(self) -> tuple[Pattern, ...]:
        """All that are matched with a path."""
        return (*(self.patterns or ()), *(self.families or ()))


class FileIgnores(Record):
    """Prefixes of the codes of rules that are ignored in files."""

    pattern: Pattern
    codes: tuple[str, ...]


class Project(Record):
    """A project file; None, or nothing, where it does not say.

    Attributes:
        file: its path.
        select: prefixes of the codes that take part.
        ignore: prefixes of the codes that do not.
        baseline: the path of the baseline, relative to the folder of this file.
        bits: those of weights and activations, as `--bits` takes them.
        tolerance: how far a figure may grow beyond it, as `read_tolerance` reads it.
        tolerances: the same for some networks and figures.
        changes: by how much figures may grow in one change.
        defaults: the budget of all networks.
        budgets: budgets by glob, in the order of the file.
        allow_empty: whether globs of `exclude` and `per_file_ignores` may match no file.
        per_file_ignores: prefixes of the codes that do not take part in some files.
        severity: how bad warnings are, by prefixes of their codes.
        places: the place of the value of each setting of `[check]`.
    """

    file: str
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] | None = None
    fail_on: Severity | None = None
    exclude: tuple[Pattern, ...] = ()
    baseline: str | None = None
    tolerance: str | None = None
    tolerances: "tuple[Rule, ...]" = ()
    changes: "tuple[Rule, ...]" = ()
    dtype: str | None = None
    batch: int | None = None
    optimizer: str | None = None
    bits: str | None = None
    defaults: Budget | None = None
    budgets: tuple[Budget, ...] = ()
    allow_empty: bool = False
    per_file_ignores: tuple[FileIgnores, ...] = ()
    severity: Mapping[str, Severity] = {}
    places: Mapping[str, Span] = {}


def project_path(project: Project, file: str) -> str:
    """A path as globs have it: from the folder of the project file, with `/`."""
    folder = os.path.dirname(os.path.abspath(project.file))
    return os.path.relpath(os.path.abspath(file), folder).replace(os.sep, "/")


def is_excluded(project: Project, path: str) -> bool:
    """Whether a file, or a folder that it is in, is not to be checked.

    The path is relative to the project file's folder, with `/` as on every system.
    """
    return any(pattern.covers(path) for pattern in project.exclude)


def ignored_in(project: Project, path: str) -> tuple[str, ...]:
    """Prefixes of the codes that do not take part in a file."""
    return tuple(
        code for one in project.per_file_ignores if one.pattern.meets(path) for code in one.codes
    )


def matches(budget: Budget, path: str, variant: str | None) -> bool:
    """Whether a table is about a network: one of its globs matches the path, and the variant.

    The path is relative to the project file's folder, with `/`. A glob without a variant means
    the file and all of its variants; `nets/vgg.yaml:16` means one, `nets/vgg.yaml:1*` several.
    """
    return all(
        globs is None or any(one.fits(path, variant) for one in globs)
        for globs in (budget.patterns, budget.families)
    )


def match_steps(project: Project, path: str) -> int:
    """The steps it takes to find the tables about a network of a file."""
    return sum(pattern.steps(path) for budget in project.budgets for pattern in budget.globs)


def narrowed(project: Project, path: str) -> Project:
    """The project reduced to what concerns a file: of its globs only the variants are left.

    A file may have thousands of variants, and each of them looks for its budgets.
    """
    kept = []
    for budget in project.budgets:
        fitting = tuple(
            pattern._replace(parts=("**",), text="")
            for pattern in budget.patterns or ()
            if pattern.meets(path)
        )
        families = budget.families
        is_family = families is None or any(one.meets(path) for one in families)
        if is_family and (fitting or budget.patterns is None):
            kept.append(budget._replace(patterns=fitting or None, families=None))
    return project._replace(budgets=tuple(kept))


def facts_for(
    project: Project, path: str, variant: str | None, labels: Container[str] | None = None
) -> tuple[tuple[InputSizes | None, tuple[Fact, ...]], ...]:
    """Which facts must hold for a network, and at which inputs; None is its own input.

    The tables that speak of a network are laid over each other in the order of the file, metric by
    metric: the later one wins. Those with different inputs all hold, since they speak of different
    sizes. A default yields to any table that limits the same metric, at whatever input: what is
    stated for some networks is more exact than what is stated for all.

    Args:
        project: the project file.
        path: that of the spec, from the folder of the project file.
        variant: that of the network.
        labels: those that it has; None where they are not known.
    """
    own = [
        budget
        for budget in project.budgets
        if (labels is None or budget.label is None or budget.label in labels)
        and matches(budget, path, variant)
    ]
    spoken = {(fact.layer, fact.metric) for budget in own for fact in budget.facts}
    held: dict[object, dict[tuple[str | None, str], Fact]] = {None: {}}
    inputs: dict[object, InputSizes | None] = {None: None}
    for budget in (project.defaults, *own):
        if budget is None:
            continue
        sizes = None if budget.inputs is None else frozenset(budget.inputs.axes.items())
        inputs.setdefault(sizes, budget.inputs)
        facts = held.setdefault(sizes, {})
        for fact in budget.facts:
            key = fact.layer, fact.metric
            if budget is not project.defaults or key not in spoken:
                facts[key] = fact
    return tuple((inputs[sizes], tuple(facts.values())) for sizes, facts in held.items() if facts)
