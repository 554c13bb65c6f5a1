"""The method that runs the members of a class."""

from collections.abc import Iterator, Mapping

from cnncalc.interchange.scopes import Group, Leaf, Place
from cnncalc.interchange.terms.call import JOINS
from cnncalc.interchange.torch.form import given, join_of, read
from cnncalc.interchange.torch.names import Registers
from cnncalc.interchange.torch.source import literal


def forward_lines(
    group: Group,
    members: Mapping[int, str],
    inputs: Mapping[str, str],
    results: Mapping[str, str],
) -> Iterator[str]:
    """The lines of `forward`.

    Args:
        group: what it runs.
        members: the name of each child that is a member, by its identity.
        inputs: the names of the arguments, by the tensors that enter.
        results: the tensors that leave, by their names; the only one under "".
    """
    names = dict(inputs)
    arguments = ", ".join(("self", *inputs.values()))
    yield f"    def forward({arguments}):"
    last = {name: child for child in group.children for name in read(child)}
    kept = set(results.values())
    registers = Registers(list(inputs.values()))
    for child in group.children:
        text = statement(child, members, names)
        if child is group.children[-1] and results == {"": given(child)}:
            yield f"        return {text}"
            return
        for name in read(child):
            if last[name] is child and name not in kept:
                registers.free(names[name])
        names[given(child)] = registers.take()
        yield f"        {names[given(child)]} = {text}"
    if list(results) == [""]:
        yield f"        return {names[results['']]}"
    else:
        items = (f"{literal(name)}: {names[tensor]}" for name, tensor in results.items())
        yield f"        return {{{', '.join(items)}}}"


def statement(child: Place, members: Mapping[int, str], names: Mapping[str, str]) -> str:
    """What runs one child."""
    reads = child.layer.inputs if isinstance(child, Leaf) else read(child)
    read_names = [names[one] for one in reads]
    if isinstance(child, Leaf) and type(child.layer.op) in JOINS:
        before, between, behind, _ = join_of(child)
        return f"{before}{between.join(names[one] for one in child.layer.inputs)}{behind}"
    if isinstance(child, Leaf) and child.layer.op.is_source:
        read_names = [*names.values()][:1]  # any tensor tells the batch
    return f"self.{members[id(child)]}({', '.join(read_names)})"
