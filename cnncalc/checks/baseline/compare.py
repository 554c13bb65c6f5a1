"""A run held against what is stored."""

from collections.abc import Sequence
from fractions import Fraction

from cnncalc.checks.baseline.account import Account
from cnncalc.checks.baseline.network import compare_network
from cnncalc.checks.baseline.records import Baseline, Comparison, Key, Run, name_of
from cnncalc.checks.baseline.scope import gone_from
from cnncalc.checks.finding import Finding, listed
from cnncalc.diagnostics import Diagnostic, Note


def compare_baseline(baseline: Baseline, run: Run, tolerance: Fraction) -> Comparison:
    """Hold a run against what is stored; see the package for what is found."""
    account = Account(baseline, run, tolerance)
    _tell_basis(account)
    missing = []
    for key in sorted(run.figures, key=name_of):
        stored = baseline.figures.get(name_of(key))
        if stored is None:
            missing.append(key)
        else:
            compare_network(account, key, stored)
    _tell_missing(account, missing)
    _tell_gone(account, missing)
    return account.comparison()


def _tell_basis(account: Account) -> None:
    """What was assumed otherwise when the baseline was written."""
    stored, now = account.baseline.basis._asdict(), account.run.basis._asdict()
    for key in stored:
        if stored[key] != now[key]:
            message = f"stored with `{key}` {stored[key]}, and counted with {now[key]}"
            hint = f"count with {stored[key]}, or run with `--update-baseline`"
            place = account.places.value(("basis", key))
            account.findings.append(Finding(Diagnostic("E902", message, place, (), hint)))


def _tell_missing(account: Account, keys: Sequence[Key]) -> None:
    """Networks of which nothing is stored."""
    if keys:
        names = listed([f"`{name_of(key)}`" for key in keys])
        verb = "is" if len(keys) == 1 else "are"
        message = f"{names} {verb} not in the baseline"
        hint = "run with `--update-baseline` to store what is counted now"
        account.findings.append(Finding(account.warn("W801", message, ("figures",), hint=hint)))


def _tell_gone(account: Account, missing: Sequence[Key]) -> None:
    """Stored networks of which nothing is here any more, by their spec."""
    alike = {
        frozenset(account.run.figures[key].items()): name_of(key) for key in reversed(missing)
    }
    by_spec: dict[tuple[str, bool], list[str]] = {}
    for name, spec, is_here in gone_from(account.baseline, account.run):
        by_spec.setdefault((spec, is_here), []).append(name)
    for (spec, is_here), names in by_spec.items():
        variants = [f"`{name[len(spec) + 1 :]}`" for name in names if name != spec]
        message = f"there is no spec `{spec}` any more"
        if is_here:
            several = "s" if len(variants) > 1 else ""
            what = f"variant{several} {listed(variants)}" if variants else "network of its own"
            message = f"`{spec}` has no {what} any more"
        twins = (alike.get(frozenset(account.baseline.figures[name].items())) for name in names)
        notes = [Note(f"`{twin}` has its figures") for twin in twins if twin][:3]
        hint = "run with `--update-baseline` to drop what is stored of it"
        fault = account.warn("W802", message, ("figures", names[0]), notes=notes, hint=hint)
        account.findings.append(Finding(fault))
