"""Variables derived from others, in any order, and what they must fulfil."""

from collections.abc import Iterable, Iterator, Mapping

from cnncalc.diagnostics import Diagnostic, Note
from cnncalc.ops.values import Value, Word, show
from cnncalc.spec.bounds import NODES_A_STEP, Faults
from cnncalc.spec.expression_syntax import Expression, ExpressionError
from cnncalc.spec.expressions import Evaluator, Values, checked_extent
from cnncalc.spec.operators import BareWord
from cnncalc.spec.syntax import Formula, Requirement, Variable, formulas_in

MOST_SHOWN = 20
"""Variables of a cycle that are named."""


def derived(given: Mapping[str, Variable], faults: Faults) -> dict[str, Value]:
    """The values of variables; those that have none, or are made of one without, are left out."""
    return _Derivation(given, faults).values()


class _Derivation:
    """Works out each variable behind those that it reads; `found` has None where there is none."""

    def __init__(self, given: Mapping[str, Variable], faults: Faults) -> None:
        self.given = given
        self.faults = faults
        self.evaluator = Evaluator()
        self.found: dict[str, Value] = {
            name: one.value for name, one in given.items() if one.formula is None
        }

    def values(self) -> dict[str, Value]:
        """All of them, in the order of the file."""
        for name in self.given:
            if name not in self.found:
                self.derive(name)
        return {name: self.found[name] for name in self.given if self.found[name] is not None}

    def derive(self, name: str) -> None:
        """One variable, and before it all that it is made of."""
        path = {name: self.reads(name)}
        while path:
            last = next(reversed(path))
            read = next(path[last], None)
            if read is None:
                self.found[last] = self.value(last)
                del path[last]
            elif read in path:
                self.report_cycle([*path], read)
                self.found.update(dict.fromkeys(path))
                return
            elif read not in self.found:
                path[read] = self.reads(read)

    def reads(self, name: str) -> Iterator[str]:
        """The variables that one is made of."""
        formulas = formulas_in(self.given[name].formula)
        return (read for one in formulas for read in one.names if read in self.given)

    def report_cycle(self, path: list[str], again: str) -> None:
        """Report variables that are made of each other."""
        chain = [*path[path.index(again) :], again]
        shown = chain if len(chain) <= MOST_SHOWN else [*chain[:4], "...", *chain[-4:]]
        message = f"the variable `{again}` is made of itself: {' -> '.join(shown)}"
        span = self.given[again].span
        hint = "give one of them a value" if len(chain) > 2 else "give it a value"
        self.faults.append(Diagnostic("E222", message, span, (), hint))

    def value(self, name: str) -> Value:
        """What a variable is whose parts are known; None where there is a fault."""
        if any(self.found[read] is None for read in self.reads(name)):
            return None
        variable, before = self.given[name], self.evaluator.work
        try:
            return worth(variable.formula, self.found, self.evaluator)
        except UnfitError as fault:
            self.faults.append(diagnosed(fault.reason, fault.expression, self.found, self.faults))
            return None
        except ExpressionError as fault:
            self.faults.append(
                Diagnostic(fault.code, fault.message, variable.span, (), fault.hint)
            )
            return None
        finally:
            work = self.evaluator.work - before
            self.faults.allowance.take(1 + work // NODES_A_STEP, variable.span)


def worth(formula: Formula, values: Mapping[str, Value], evaluator: Evaluator) -> Value:
    """What a formula gives where variables have these values.

    Raises:
        UnfitError: an expression in it has no value.
        ExpressionError: it has too many values.
    """
    if isinstance(formula, Expression):
        try:
            value = evaluator.value(formula, Values({}, values), None)
        except ExpressionError as fault:
            raise UnfitError(fault, formula) from None
        return Word(value) if isinstance(value, BareWord) else value
    if isinstance(formula, tuple):
        items = tuple([worth(part, values, evaluator) for part in formula])
        evaluator.work += checked_extent(items)
        return items
    return formula


class UnfitError(Exception):
    """An expression without a value."""

    def __init__(self, reason: ExpressionError, expression: Expression) -> None:
        super().__init__(reason.message)
        self.reason = reason
        self.expression = expression


def diagnosed(
    fault: ExpressionError, expression: Expression, values: Mapping[str, Value], faults: Faults
) -> Diagnostic:
    """The fault of an expression of variables, with what they were."""
    span, text = expression.span, expression.text
    hint = fault.remedy(span, text)
    if fault.name and hint is None:
        hint = faults.did_you_mean(fault.name, values, span, text)
    return Diagnostic(fault.code, fault.message, span, _values_note(expression, values), hint)


def _values_note(expression: Expression, values: Mapping[str, Value]) -> tuple[Note, ...]:
    names = [name for name in expression.names if values.get(name) is not None]
    held = ", ".join(f"{name} = {show(values[name])}" for name in names)
    return (Note(f"`{expression.text}` where {held}"),) if held else ()


def check_requirements(
    requirements: Iterable[Requirement], values: Mapping[str, Value], faults: Faults
) -> None:
    """Report the conditions that the values do not fulfil, in the words of the file."""
    evaluator = Evaluator()
    for condition, message, span in requirements:
        try:
            if not evaluator.truth(condition, Values({}, values), None):
                note = _values_note(condition, values)
                faults.append(Diagnostic("E223", message, span, note))
        except ExpressionError as fault:
            faults.append(diagnosed(fault, condition, values, faults))
        faults.allowance.take(1 + evaluator.work // NODES_A_STEP, span)
        evaluator.work = 0
