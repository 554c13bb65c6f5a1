"""`cnncalc solve`: the largest or smallest design that keeps limits."""

import click

from cnncalc.analysis.conventions import Basis
from cnncalc.cli import options
from cnncalc.cli.network import load_network, selected, spec_base
from cnncalc.cli.output import deliver, fail, is_ascii, page_width
from cnncalc.cli.progress import progress
from cnncalc.design.base import Base
from cnncalc.design.figures import NUMBERS
from cnncalc.design.solve.answer import Solution
from cnncalc.design.solve.asked import Question, read_asked
from cnncalc.design.solve.family import choose, nearest, read_choice
from cnncalc.design.solve.find import match as match_network
from cnncalc.design.solve.find import solve as find_solution
from cnncalc.design.solve.members import Members, members_of
from cnncalc.design.solve.spread import expected_trials
from cnncalc.design.solve.target import Target
from cnncalc.diagnostics import SpecError
from cnncalc.render.json_text import json_text
from cnncalc.render.solve import render_solve_table


@options.command()
@options.network_argument("networks", metavar="NET...", nargs=-1, required=True)
@click.option(
    "--for",
    "variables",
    multiple=True,
    metavar="NAME[=FIRST..LAST[:STEP]]",
    help="What to solve for: a variable of the spec, or a length of the input (size, height, "
    "input.width ...). Several: --for width,depth, or --for once for each.",
    shell_complete=options.completed("movable"),
)
@click.option(
    "--family",
    is_flag=True,
    help="Choose among networks that are there, in place of --for: every variant of each NET, or "
    "the one that it names, and models.",
)
@click.option(
    "--where",
    multiple=True,
    metavar="LIMITS",
    help='Limits on metrics and variables: "macs <= 600M and receptive_field >= 224".',
    shell_complete=options.completed("limited"),
)
@click.option(
    "--maximise",
    "--maximize",
    metavar="NAME",
    help="The variable or metric that is to be large; a single variable of --for is by itself.",
    shell_complete=options.completed("listed", NUMBERS),
)
@click.option(
    "--minimise",
    "--minimize",
    metavar="NAME",
    help="The same that is to be small.",
    shell_complete=options.completed("listed", NUMBERS),
)
@click.option(
    "--match",
    "other",
    metavar="OTHER",
    help="Find the value at which NET costs what the network OTHER does, instead of --where.",
    shell_complete=options.completed("networks"),
)
@click.option(
    "--metric",
    default="macs",
    metavar="METRIC",
    help="What --match makes equal.",
    show_default=True,
    shell_complete=options.completed("listed", NUMBERS),
)
@click.option(
    "--top",
    type=click.IntRange(1, 1000),
    default=1,
    metavar="N",
    help="Of several variables show the N best designs.",
    show_default=True,
)
@options.count_options
@options.format_option(("table", "json"))
@options.output_option
def solve(
    networks: tuple[str, ...],
    variables: tuple[str, ...],
    family: bool,
    where: tuple[str, ...],
    maximise: str | None,
    minimise: str | None,
    other: str | None,
    metric: str,
    top: int,
    settings: tuple[str, ...],
    inputs: tuple[str, ...],
    batch: int,
    dtype: str,
    form: str,
    output: str | None,
) -> None:
    """Find the largest or smallest values that keep limits.

    Every number that is printed is that of a network which was built and counted: the answer,
    and the next value with what it misses. Without a range a variable goes from 1 to 65,536, each
    further one to 64. A limit that nothing keeps is an error (exit 2). With --family the best of
    several networks is found instead.

    \b
    cnncalc solve resnext:50_32x4d --for width --where "macs <= 8G"
    cnncalc solve resnet:50 --for size=32..1024:32 --where "macs <= 4.1G"
    cnncalc solve efficientnet:b0 --for width=0.5..2:0.1 --for depth=1..3:0.2 \\
        --where "macs <= 800M" --maximise parameters --top 5
    cnncalc solve res2net:50-26w-4s --for base --match resnet:50
    cnncalc solve efficientnet resnet:50 --family --where "macs <= 1G" \\
        --maximise parameters
    """  # noqa: D301 - `\b` keeps click from wrapping lines
    if other is not None:
        names = ["where", "maximise", "minimise", "top"]
        options.refuse_unused(names, "--match", "the other network is the limit")
    else:
        options.refuse_unused(["metric"], "limits", "it says what --match makes equal")
    _check_options(networks, variables, family=family)
    basis, question = Basis(dtype, batch), Question(variables, where, maximise, minimise)
    try:
        target = None
        if other is not None:
            target = Target(load_network(other, (), inputs), metric)
        if family:
            members = members_of(networks, selected(settings, inputs))
            found = _chosen(members, target or question, basis, top)
        else:
            base = spec_base(networks[0], settings, inputs)
            if target is not None:
                found = match_network(base, variables, target, basis)
            else:
                found = _solved(base, question, basis, top)
    except SpecError as error:
        fail(error)
    except ValueError as fault:
        raise click.UsageError(str(fault)) from None
    if form == "json":
        return deliver(json_text(found.to_dict()), output)
    table = render_solve_table(found, page_width(output), is_ascii=is_ascii(output))
    return deliver(table, output)


def _check_options(networks: tuple[str, ...], variables: tuple[str, ...], *, family: bool) -> None:
    """Refuse a question that is none: one network with variables, or networks without."""
    if family:
        options.refuse_unused(["variables"], "--family", "it chooses among networks as they are")
    elif len(networks) > 1:
        raise click.UsageError("one NET is solved for: `--family` chooses among several")
    elif not variables:
        raise click.UsageError(
            "what is solved for? `--for NAME` names a variable, `--family` chooses among networks"
        )


def _chosen(members: Members, asked: Question | Target, basis: Basis, top: int) -> Solution:
    if isinstance(asked, Target):
        return nearest(members, asked, basis)
    with progress("networks") as advance:

        def on_trial(count: int) -> None:
            advance(count, len(members.each))

        return choose(members, read_choice(asked), basis, top=top, on_trial=on_trial)


def _solved(base: Base, question: Question, basis: Basis, top: int) -> Solution:
    asked = read_asked(base, question)
    if asked.is_line and top > 1:
        raise click.UsageError("--top has no effect with one variable that is made large or small")
    steps = expected_trials(asked)
    with progress("designs") as advance:

        def on_trial(count: int) -> None:
            advance(count, max(count, steps))

        return find_solution(base, asked, basis, top=top, on_trial=on_trial)
