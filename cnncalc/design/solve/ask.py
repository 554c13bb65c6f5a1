"""`cnncalc.solve`: a question in Python's values."""

from collections.abc import Iterable
from os import PathLike

from cnncalc.analysis.conventions import Basis
from cnncalc.design.named import base_named
from cnncalc.design.solve.answer import Solution
from cnncalc.design.solve.asked import Question, read_asked
from cnncalc.design.solve.find import Target
from cnncalc.design.solve.find import match as match_network
from cnncalc.design.solve.find import solve as find_solution
from cnncalc.graph import Graph
from cnncalc.interchange.named import Wanted
from cnncalc.spec.asked import Asked as Shapes


def solve(  # noqa: PLR0913 - the words of the command
    path_or_name: str | PathLike[str],
    /,
    *variables: str,
    where: str | Iterable[str] = (),
    maximise: str | None = None,
    minimise: str | None = None,
    match: Graph | None = None,
    metric: str = "macs",
    top: int = 1,
    input: Shapes | None = None,  # noqa: A002 - as for `load`
    batch: int = 1,
    dtype: str = "float32",
    **vars: object,  # noqa: A002 - as above
) -> Solution:
    """Find the largest or smallest values of variables that keep limits; all numbers are exact.

    Args:
        path_or_name: a spec or a bundled network, as for `load`; a model has no variables.
        *variables: variables of the spec, or lengths of the input such as `size`; by themselves
            from 1 to 65,536 (each but the first to 64), or with a range: `"width=8..512:8"`.
        where: limits: `"macs <= 600M and weight_bytes <= 4MiB"`.
        maximise: the variable or metric that is to be large; one variable alone is by itself.
        minimise: the same that is to be small.
        match: a network that is to cost the same in `metric`, in place of limits.
        metric: what is equal then.
        top: how many designs of several variables are in `best`.
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
    """
    basis = Basis(dtype, batch)
    basis.check()
    base = base_named(path_or_name, Wanted(None, vars, input))
    limits = (where,) if isinstance(where, str) else (*where,)
    if match is None:
        asked = read_asked(base, Question(variables, limits, maximise, minimise))
        return find_solution(base, asked, basis, top=max(top, 1))
    if limits or maximise or minimise:
        raise ValueError("a network is matched in place of limits: give one of both")
    return match_network(base, variables, Target(match, metric), basis)
