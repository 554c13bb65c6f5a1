"""A solution as a table: the answer, what is left of its limits, and what the next one misses."""

import textwrap
from collections.abc import Iterator, Sequence

from cnncalc.design.conditions import Condition
from cnncalc.design.solve.answer import NETWORK, Next, Solution, distance, told
from cnncalc.design.solve.notes import amount, title
from cnncalc.design.solve.trials import Trial
from cnncalc.ops.values import show
from cnncalc.render.compare import render_compare_table
from cnncalc.render.grid import draw_table, taken, widths_of
from cnncalc.render.text import printable, scaled

Rows = list[list[str]]


def headline(solution: Solution) -> str:
    """The answer in a sentence."""
    best, limits = told(solution.best[0].point), limits_text(solution)
    if solution.target is not None:
        return f"{printable(solution.title)} at the {solution.objective} of {_target(solution)}"
    if solution.is_bound:
        end = "largest" if solution.is_largest else "smallest"
        return f"{best} keeps {limits}, and is the {end} value that was allowed"
    size = "largest" if solution.is_largest else "smallest"
    if len(solution.names) == 1 and solution.objective in solution.names:
        return f"{best} is the {size} that keeps {limits}"
    return f"Of designs that keep {limits}, {best} has the {size} {solution.objective}"


def _target(solution: Solution) -> str:
    [limit] = solution.conditions
    own = amount(limit.name, int(limit.limit))
    return f"{printable(solution.target or '')}, {own}"


def limits_text(solution: Solution) -> str:
    """All limits, joined."""
    return " and ".join(printable(one.text) for one in solution.conditions)


def figure_rows(solution: Solution, *, is_exact: bool = True) -> Rows:
    """A heading, and a row for each figure: those that are limited first."""
    best, beyond = solution.best[0], solution.beyond[0].trial
    has_next = len(solution.names) == 1 and beyond is not None
    head = ["", told(best.point), "limit", "left"]
    if has_next and beyond is not None:
        head += [told(beyond.point), "misses by"]
    rows = [head]
    for name, limits in _by_figure(solution):
        for one in limits:
            row = [title(name), _cell(best, name, is_exact)]
            row += [_limit(one), _distance(best, one, is_exact)]
            if has_next and beyond is not None:
                by = "" if one is None or beyond.meets(one) else _distance(beyond, one, is_exact)
                row += [_cell(beyond, name, is_exact), by]
            rows.append(row)
    return rows


def _by_figure(solution: Solution) -> Iterator[tuple[str, Sequence[Condition | None]]]:
    limited = [one.name for one in solution.conditions]
    for name in dict.fromkeys((*limited, *solution.figures)):
        yield name, [one for one in solution.conditions if one.name == name] or [None]


def _limit(one: Condition | None) -> str:
    return "" if one is None else printable(one.text[len(one.name) :].strip())


def _cell(trial: Trial, name: str, is_exact: bool) -> str:  # noqa: FBT001 - as below
    number = trial.figures.get(name)
    return "-" if number is None else _number(name, number, is_exact)


def _number(name: str, number: object, is_exact: bool) -> str:  # noqa: FBT001 - one of two looks
    if isinstance(number, int) and not is_exact and "bytes" not in name:
        return scaled(number)
    return amount(name, number)  # type: ignore[arg-type]


def _distance(trial: Trial, one: Condition | None, is_exact: bool) -> str:  # noqa: FBT001
    if one is None or one.sign == "!=":
        return ""
    by = distance(trial, one)
    return "" if by is None else _number(one.name, by, is_exact)


def design_rows(solution: Solution) -> Rows:
    """A heading, and a row for each of the best designs."""
    names = [*solution.names, *(n for n in solution.figures if n not in solution.names)]
    rows = [[name if name in solution.names else title(name) for name in names]]
    for one in solution.best:
        known = {name: show(value) for name, value in one.point.items()}
        rows.append([known.get(name) or _cell(one, name, is_exact=True) for name in names])
    return rows


def lines_below(solution: Solution) -> list[str]:
    """What is told below the numbers: what comes next, and what was evaluated."""
    is_one = len(solution.names) == 1
    found = [text for one in solution.beyond for text in _next_lines(solution, one, is_one)]
    return [*found, *map(printable, solution.notes)]


def _next_lines(solution: Solution, one: Next, is_one: bool) -> Iterator[str]:  # noqa: FBT001
    if one.is_end and not is_one:
        end = "largest" if solution.is_largest else "smallest"
        yield f"{told({one.name: solution.best[0].point[one.name]})} is its {end} value."
    if one.faults:
        ends = [told({one.name: one.faults[place].point[one.name]}) for place in (0, -1)]
        span = ends[0] if len(one.faults) == 1 else f"{ends[0]} to {ends[1].split(' = ')[1]}"
        yield f"No network at {span}: {printable(one.faults[0].fault or '')}."
    if one.trial is None or is_one:
        return
    missed = one.trial.missed(solution.conditions)
    at = told({one.name: one.trial.point[one.name]})
    if missed:
        texts = (
            f"{printable(m.text)} by {_distance(one.trial, m, is_exact=True)}" for m in missed
        )
        yield f"{at} misses {', '.join(texts)}."
    else:
        own = _cell(one.trial, solution.objective, is_exact=True)
        yield f"{at} keeps the limits, with {own} {title(solution.objective)}."


def match_lines(solution: Solution) -> list[str]:
    """The values on both sides of a network that is matched."""
    [limit] = solution.conditions
    sides = [solution.best[0], solution.beyond[0].trial]
    found = []
    for one in sides[: 1 if sides[0] == sides[1] else 2]:
        if one is None:
            none = "No network costs more." if NETWORK in solution.names else ""
            found.append(none or "No larger value was allowed.")
            continue
        own = one.figures[limit.name]
        by = abs(own - limit.limit)
        way = "more" if own > limit.limit else "less"
        share = f" ({float(by / limit.limit):.2%})" if limit.limit else ""
        gap = f"{amount(limit.name, int(by))}{share} {way}" if by else "exactly as many"
        found.append(f"{told(one.point)}: {amount(limit.name, own)} {title(limit.name)}, {gap}")
    return found


def render_solve_table(solution: Solution, width: int | None, *, is_ascii: bool = False) -> str:
    """The answer, the table, and what is told below it, for a terminal of some columns."""
    room = 100 if width is None else width
    if solution.comparison is not None:
        table = render_compare_table(solution.comparison, width, is_ascii=is_ascii)
        lines = [headline(solution), *match_lines(solution), "", *table.splitlines(), ""]
        return "\n".join([*lines, *_wrapped(map(printable, solution.notes), room)]) + "\n"
    rows = figure_rows(solution)
    if width is not None and taken(widths_of(rows)) > width:
        rows = figure_rows(solution, is_exact=False)
    lines = [printable(solution.title), *_wrapped([f"{headline(solution)}."], room), ""]
    lines += draw_table(rows, range(1, len(rows[0])), is_ascii=is_ascii)
    if len(solution.best) > 1:
        designs = design_rows(solution)
        lines += ["", *draw_table(designs, range(len(designs[0])), is_ascii=is_ascii)]
    return "\n".join([*lines, "", *_wrapped(lines_below(solution), room)]) + "\n"


def _wrapped(texts: Sequence[str] | Iterator[str], width: int) -> Iterator[str]:
    for text in texts:
        yield from textwrap.wrap(text, width, break_on_hyphens=False, break_long_words=False)
