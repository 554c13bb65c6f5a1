"""Which remedies may be applied without a look at each."""

from cnncalc.diagnostics import Diagnostic, Fix

SAFE = ("E1", "E2", "E3", "E805", "E903", "W618")
"""What codes begin with whose edits mend a slip of the pen: before, there is no network, or the
same one.

All others decide something: what a network is (W601), what it is to have (E801), or that a branch
was never meant (W608). A new code is one of these until it is named here.
"""

NETWORK_CHANGES = ("W6",)
"""What codes begin with whose edits may make another network; of the others all counts stay."""

ALONE = ("E8", "E9", "W")
"""What codes begin with whose faults hide no others: what is found next, the edit has brought."""


def is_safe(fault: Diagnostic) -> bool:
    """Whether the remedy is an edit that says no more than the writer has said."""
    return fault.fix is not None and fault.code.startswith(SAFE)


def keeps_counts(fault: Diagnostic) -> bool:
    """Whether a network must have the same counts after the edit as before it."""
    return is_safe(fault) or not fault.code.startswith(NETWORK_CHANGES)


def hides_others(fault: Diagnostic) -> bool:
    """Whether more may be found once it is gone, of what could not be looked at before."""
    return not fault.code.startswith(ALONE)


def fix_within(fault: Diagnostic, file: str) -> Fix | None:
    """The fix of a fault, where all its edits are of one file: no other is written."""
    fix = fault.fix
    is_within = fix is not None and fix.edits and all(one.span.file == file for one in fix.edits)
    return fix if is_within else None
