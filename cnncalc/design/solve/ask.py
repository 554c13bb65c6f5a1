"""`cnncalc.solve`: a question in Python's values."""

from collections.abc import Iterable, Sequence
from os import PathLike

from cnncalc.analysis.conventions import Basis
from cnncalc.design.named import base_named
from cnncalc.design.solve.answer import Solution
from cnncalc.design.solve.asked import Question, read_asked
from cnncalc.design.solve.family import choose, nearest, read_choice
from cnncalc.design.solve.find import match as match_network
from cnncalc.design.solve.find import solve as find_solution
from cnncalc.design.solve.members import Members, members_of
from cnncalc.design.solve.target import Target
from cnncalc.graph import Graph
from cnncalc.interchange.named import Wanted
from cnncalc.spec.asked import Asked as Shapes


def solve(  # noqa: PLR0913 - the words of the command
    path_or_name: str | PathLike[str] | Sequence[str | PathLike[str]],
    /,
    *variables: str,
    where: str | Iterable[str] = (),
    maximise: str | None = None,
    minimise: str | None = None,
    match: Graph | None = None,
    metric: str = "macs",
    top: int = 1,
    family: bool = False,
    input: Shapes | None = None,  # noqa: A002 - as for `load`
    batch: int = 1,
    dtype: str = "float32",
    **vars: object,  # noqa: A002 - as above
) -> Solution:
    """Find the largest or smallest values of variables that keep limits; all numbers are exact.

    Args:
        path_or_name: a spec, a bundled network or a model, as for `load`; of a model the input
            moves. With `family` also several.
        *variables: variables of the spec, or lengths of the input such as `size`; by themselves
            from 1 to 65,536 (each but the first to 64), or with a range: `"width=8..512:8"`.
        where: limits: `"macs <= 600M and weight_bytes <= 4MiB"`.
        maximise: the variable or metric that is to be large; one variable alone is by itself.
        minimise: the same that is to be small.
        match: a network that is to cost the same in `metric`, in place of limits.
        metric: what is equal then.
        top: how many designs of several variables are in `best`.
        family: whether the best of networks is chosen that are there, every variant of a spec,
            in place of values for variables.
        input: another shape of the input.
        batch: examples at once, a factor on MACs and activations.
        dtype: the type of weights and activations.
        **vars: values for other variables of the spec.

    Raises:
        SpecError: there is no such network, or its spec has faults.
        ValueError: nothing keeps the limits, or the question is none; says why.

    Example:
        >>> found = solve("resnet:50", "size=32..1024:32", where="macs <= 4.1G")
        >>> found.value, found.figures["macs"], found.next, found.misses
        (224, 4089184256, 256, {'macs': 1240348416})
        >>> solve("vgg", family=True, where="macs <= 12G", maximise="parameters").value
        'vgg:13_bn'
    """
    basis = Basis(dtype, batch)
    basis.check()
    limits = (where,) if isinstance(where, str) else (*where,)
    question, wanted = Question(variables, limits, maximise, minimise), Wanted(None, vars, input)
    if match is not None and (limits or maximise or minimise):
        raise ValueError("a network is matched in place of limits: give one of both")
    target = None if match is None else Target(match, metric)
    if family:
        names = (path_or_name,) if isinstance(path_or_name, str | PathLike) else path_or_name
        members = members_of(names, wanted.selection())
        return _of_family(members, question, target, basis, top=max(top, 1))
    if not isinstance(path_or_name, str | PathLike):
        raise TypeError("one network is solved for: `family=True` chooses among several")
    base = base_named(path_or_name, wanted)
    if target is not None:
        return match_network(base, variables, target, basis)
    return find_solution(base, read_asked(base, question), basis, top=max(top, 1))


def _of_family(
    members: Members, question: Question, target: Target | None, basis: Basis, *, top: int
) -> Solution:
    if question.variables:
        raise ValueError("of a family no variable is solved for: leave the variables out")
    if target is not None:
        return nearest(members, target, basis)
    return choose(members, read_choice(question), basis, top=top)
