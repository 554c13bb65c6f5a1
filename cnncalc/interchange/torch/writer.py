"""The code of one class: its members, its parameters, how its members run."""

from collections.abc import Iterator, Mapping, Sequence

from cnncalc.graph import Graph
from cnncalc.interchange.scopes import Group, Leaf, Place
from cnncalc.interchange.terms.call import JOINS
from cnncalc.interchange.torch.classes import Class, File, Use
from cnncalc.interchange.torch.folding import member_lines
from cnncalc.interchange.torch.form import given, is_chain, join_of, read
from cnncalc.interchange.torch.forward import forward_lines
from cnncalc.interchange.torch.initial import initial_lines
from cnncalc.interchange.torch.members import Members
from cnncalc.interchange.torch.names import arguments, attributes
from cnncalc.interchange.torch.parameters import Parameters, signature
from cnncalc.interchange.torch.source import gives, literal, negated, python, translated


class Writer:
    """The code of one class while it is written.

    Args:
        file: where it goes.
        groups: those that have every member.
        without: those that lack the optional one.
        optional: the member that these lack.
    """

    def __init__(
        self,
        file: File,
        groups: Sequence[Group],
        without: Sequence[Group] = (),
        optional: Place | None = None,
    ) -> None:
        self.file = file
        self.groups = [*groups, *without]
        self.first = self.groups[0]
        self.full = len(groups)
        self.optional = optional
        self.known = Parameters(self.groups, file.hints)
        self.makes = Members(file, self.known)
        labels = [child.label for child in self.first.children]
        self.members = dict(zip(map(id, self.first.children), attributes(labels), strict=True))
        for child in self.first.children:
            if child.twin is not None:
                self.members[id(child)] = self.members[id(child.twin)]
        outside = read(self.first)
        self.inputs = {
            name: "x" if place == 1 else f"x{place}" for place, name in enumerate(outside, 1)
        }
        self.results: Mapping[str, str] = {"": self.first.result}
        self.is_sequential = is_chain(self.first)
        if self.first.parent is not None:
            self.known.enter(outside, file.shapes)
        self.condition = self.found_condition() if optional else ""

    def found_condition(self) -> str:
        """The condition of the spec under which the optional member stands."""
        if self.optional is None:
            return ""
        hints, known = self.file.hints, self.known
        x = known.channels.get(read(self.optional)[0])
        holds = [number < self.full for number in range(len(self.groups))]
        for choice in hints.choices.get(self.first.block or "", ()):
            for wanted in (holds, [not one for one in holds]):
                source = translated(choice.condition, set(known.own), hints.variables, x)
                if source is not None and gives(source, known.environments(), wanted):
                    text = known.use(source)
                    return text if wanted is holds else negated(text)
        return ""

    def written(self, name: str) -> Class:
        """The class, its code complete."""
        numbers = {id(group): number for number, group in enumerate(self.groups)}
        made = Class(name, numbers)
        pairs: list[tuple[str, str]] = []
        for place, child in enumerate(self.first.children):
            uses = self.uses(place, child)
            if child.twin is not None:
                channels = self.known.channels.get(given(child.twin))
                self.known.channels |= {given(child): channels} if channels else {}
                continue
            if isinstance(child, Leaf) and type(child.layer.op) in JOINS:
                if helper := join_of(child).helper:
                    self.file.helpers[helper] = None
                self.makes.note_channels(uses, child.layer)
                continue
            text = self.makes.constructor(uses, 8)
            if child is self.optional:
                self.known.channels.pop(given(child), None)
            pairs.append((self.members[id(child)], text))
        members = list(member_lines(pairs, is_sequential=self.is_sequential))
        if self.optional is not None:
            members = list(self.chosen(members, self.members[id(self.optional)]))
        base = "nn.Sequential" if self.is_sequential else "nn.Module"
        made.parameters = self.known.declared(self.first.block or "")
        made.lines = [
            f"class {name}({base}):",
            signature(made.parameters),
            "        super().__init__()",
            *members,
            *self.initial(),
        ]
        if not self.is_sequential:
            made.lines += ["", *self.forward()]
        self.file.classes.append(made)
        return made

    def uses(self, place: int, child: Place) -> list[Use]:
        """A member in every group that has it."""
        if self.optional is None:
            return [(number, group.children[place]) for number, group in enumerate(self.groups)]
        at = next(n for n, one in enumerate(self.first.children) if one is self.optional)
        uses = [(n, group.children[place]) for n, group in enumerate(self.groups[: self.full])]
        if child is self.optional:
            return uses
        behind = place - (place > at)
        return uses + [
            (self.full + n, group.children[behind])
            for n, group in enumerate(self.groups[self.full :])
        ]

    def chosen(self, lines: Sequence[str], name: str) -> Iterator[str]:
        """The lines, that of the optional member under its condition."""
        start = f"        self.{name} = "
        for line in lines:
            if line.startswith(start):
                yield f"        if {python(self.condition)}:"
                yield from (f"    {part}" for part in line.split("\n"))
                yield "        else:"
                yield f"            self.{name} = nn.Identity()"
            else:
                yield line

    def initial(self) -> Iterator[str]:
        """What follows the members: nothing but in the class of a whole network."""
        return iter(())

    def forward(self) -> Iterator[str]:
        """The method that runs the members."""
        return forward_lines(self.first, self.members, self.inputs, self.results)


class NetworkWriter(Writer):
    """The code of the whole network: all numbers are put in."""

    def __init__(self, file: File, root: Group, graph: Graph) -> None:
        super().__init__(file, [root])
        is_single = len(graph.inputs) == 1
        names = ["x"] if is_single else arguments([*graph.inputs])
        self.inputs = dict(zip(graph.inputs, names, strict=True))
        outputs = dict(graph.outputs)
        self.results = {"": next(iter(outputs.values()))} if len(outputs) == 1 else outputs
        ends_well = self.results == {"": given(root.children[-1])}
        self.is_sequential = is_single and ends_well and is_chain(root)
        self.known.channels |= {name: literal(shape[0]) for name, shape in graph.inputs.items()}
        self.weights = graph.weights

    def initial(self) -> Iterator[str]:
        """The values that the spec states."""
        return initial_lines(self.first, self.weights)
