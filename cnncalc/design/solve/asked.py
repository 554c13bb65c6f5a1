"""What is asked for: the variables that are solved for, the limits, and what is to be large."""

from collections.abc import Sequence
from math import prod

from cnncalc.design.axes import Axis, read_axis
from cnncalc.design.base import Base, check_name, movable, other_length, value_at
from cnncalc.design.conditions import Condition, parse_conditions
from cnncalc.design.figures import check_metric
from cnncalc.design.solve.trials import number_of
from cnncalc.ops.values import Value, show
from cnncalc.records import Record

MOST = 65_536
"""The largest value of a variable for which no range is given."""

MOST_OF_OTHERS = 64
"""The same of every further variable."""

MOST_VARIABLES = 8


class Question(Record):
    """A question as people write it.

    Attributes:
        variables: `width`, `width=8..512:8`, or several with commas, `width,depth`.
        where: the limits, several of them joined by `and`.
        maximise: the metric or variable that is to be large; a single variable needs none.
        minimise: the same that is to be small.
    """

    variables: tuple[str, ...]
    where: tuple[str, ...]
    maximise: str | None = None
    minimise: str | None = None


class Asked(Record):
    """A question, read.

    Attributes:
        axes: the variables that are solved for, with the values that they may have.
        conditions: what the design must fulfil.
        objective: the variable or metric that is to be large or small.
        is_largest: whether it is to be large.
        is_open: whether some variable was given without a range.
    """

    axes: tuple[Axis, ...]
    conditions: tuple[Condition, ...]
    objective: str
    is_largest: bool = True
    is_open: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The variables, in the order in which they were given."""
        return tuple(one.name for one in self.axes)

    @property
    def is_line(self) -> bool:
        """Whether one variable is solved for, and is itself what is to be large or small."""
        return self.names == (self.objective,)

    @property
    def designs(self) -> int:
        """How many designs there are."""
        return prod(len(one.values) for one in self.axes)


def read_asked(base: Base, question: Question) -> Asked:
    """Read a question about a network.

    Raises:
        ValueError: it is no question; the text says why.
    """
    axes, is_open = read_variables(base, question.variables)
    if not any(one.strip() for one in question.where):
        raise ValueError("no limit is given: write one, as `macs <= 600M`")
    known = movable(base)
    conditions = tuple(one for text in question.where for one in parse_conditions(text, known))
    if question.maximise and question.minimise:
        raise ValueError("either one metric is maximised or one is minimised")
    objective = question.maximise or question.minimise
    if objective is None:
        if len(axes) > 1:
            listed = ", ".join(one.name for one in axes)
            raise ValueError(f"which of {listed} is to be large? name a metric or one of them")
        objective = axes[0].name
    check_metric(objective, known)
    if objective in known and objective not in {one.name for one in axes}:
        variable = base.spec.variables.get(objective)
        if variable is None or variable.formula is None:
            raise ValueError(f"`{objective}` is not solved for: it cannot be made large or small")
    return Asked(axes, conditions, objective, question.minimise is None, is_open)


def read_variables(base: Base, texts: Sequence[str]) -> tuple[tuple[Axis, ...], bool]:
    """The variables that are solved for, and whether some have no range.

    Raises:
        ValueError: there is no such variable, or it has no numbers.
    """
    names = [part for text in texts for part in ([text] if "=" in text else text.split(","))]
    if not names:
        raise ValueError("no variable is given")
    if len(names) > MOST_VARIABLES:
        raise ValueError(f"more than {MOST_VARIABLES} variables")
    axes: list[Axis] = []
    opened: list[str] = []
    for text in names:
        name = text.partition("=")[0].strip()
        if "," in name:
            raise ValueError(f"`{text}`: a variable with values is given by itself")
        check_name(base, name)
        if name in (one.name for one in axes):
            raise ValueError(f"`{name}` is given twice")
        if name in base.selection.values:
            raise ValueError(f"`{name}` is set already, so it cannot be solved for")
        if "=" in text:
            axes.append(_given(read_axis(text), is_alone=len(names) == 1))
        else:
            _check_number(name, value_at(base, name), other_length(base, name))
            axes.append(Axis(name, range(1, (MOST_OF_OTHERS if opened else MOST) + 1)))
            opened.append(name)
    return tuple(axes), bool(opened)


def _given(axis: Axis, *, is_alone: bool) -> Axis:
    """An axis with its numbers in order; words stay as they were written."""
    if isinstance(axis.values, range):
        return axis
    numbers = [number_of(value) for value in axis.values]
    odd = next(
        (one for one, number in zip(axis.values, numbers, strict=True) if number is None), None
    )
    if odd is None:
        order = sorted(range(len(numbers)), key=lambda place: numbers[place] or 0)
        return axis._replace(values=tuple(axis.values[place] for place in order))
    if is_alone:
        raise ValueError(f"`{axis.name}`: {show(odd)} is no number, so nothing is largest")
    return axis


def _check_number(name: str, value: Value | None, hint: str) -> None:
    if value is None:
        return
    if number_of(value) is None:
        shown = show(value)
        raise ValueError(
            f"`{name}` is no number but {shown}: give its values, `{name}={shown},...`{hint}"
        )
    if isinstance(value, float):
        raise ValueError(  # noqa: TRY004 - whoever asks wrote no type
            f"`{name}` is {value}: give a range with a step, `{name}=0.1..2:0.05`"
        )
