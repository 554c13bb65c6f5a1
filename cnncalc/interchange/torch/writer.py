"""The code of one class: its members, its parameters, how its members run."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cnncalc.graph import Graph, Layer
from cnncalc.interchange.scopes import Group, Leaf, Place
from cnncalc.interchange.terms.call import JOINS, Argument
from cnncalc.interchange.torch.folding import WIDTH, folded_entries, member_lines
from cnncalc.interchange.torch.form import call_of, given, is_chain, is_inline, read
from cnncalc.interchange.torch.names import Registers, arguments, attributes, is_argument
from cnncalc.interchange.torch.source import (
    bare,
    gives,
    literal,
    named,
    python,
    same,
    total,
    translated,
)
from cnncalc.ops.merge import Concat
from cnncalc.spec.expression_syntax import Expression

if TYPE_CHECKING:
    from cnncalc.interchange.torch.program import Program

LONGEST = 60
"""The letters of an expression that a reader takes in; beyond them a parameter is clearer."""

Turn = tuple[int, Place]
"""A member of one of the groups that a class stands for, and the group's number."""


class Parameter:
    """A parameter of a class: its name, its value in each group, its default.

    `tensor` is the place of the tensor whose channels it is, among those that enter; else None.
    """

    def __init__(
        self, name: str, values: list[Any], default: Any = ..., tensor: int | None = None
    ) -> None:
        self.name = name
        self.values = values
        self.default = default
        self.tensor = tensor


class Class:
    """One class of the file.

    Attributes:
        name: what it is called.
        parameters: those that its code uses, the required ones first.
        lines: its code.
        numbers: for the identity of each group, the group's number.
    """

    def __init__(self, name: str, numbers: dict[int, int]) -> None:
        self.name = name
        self.parameters: list[Parameter] = []
        self.lines: list[str] = []
        self.numbers = numbers


class Writer:
    """The code of one class while it is written."""

    def __init__(
        self,
        program: "Program",
        groups: Sequence[Group],
        lean: Sequence[Group] = (),
        missing: Place | None = None,
    ) -> None:
        self.program = program
        self.hints = program.hints
        self.groups = [*groups, *lean]
        self.first = self.groups[0]
        self.full = len(groups)
        self.missing = missing
        self.channels: dict[str, str] = {}
        self.extra: dict[str, list[Any]] = {}
        self.used: set[str] = set()
        self.own = self.spec_values()
        self.outside = read(self.first)
        labels = [child.label for child in self.first.children]
        self.members = dict(zip(map(id, self.first.children), attributes(labels), strict=True))
        self.inputs = ["x", *(f"x{n}" for n in range(2, len(self.outside) + 1))]
        self.results: Mapping[str, str] = {"": self.first.result}
        self.is_sequential = is_chain(self.first)
        self.entering: dict[str, list[Any]] = {}
        for place, name in enumerate(self.outside if self.first.parent is not None else ()):
            argument = "in_channels" if place == 0 else f"in_channels{place + 1}"
            while argument in self.own:
                argument += "_"
            tensors = [read(group)[place] for group in self.groups]
            self.entering[argument] = [program.shapes[one][0] for one in tensors]
            self.channels[name] = argument
        self.condition = self.found_condition() if missing else ""

    def spec_values(self) -> dict[str, list[Any]]:
        """The values of the block's parameters in every group."""
        found = [self.hints.values.get(group.path) for group in self.groups]
        if None in found:
            return {}
        known = [one for one in found if one is not None]
        names = known[0]
        return {name: [values.get(name) for values in known] for name in names
                if is_argument(name)}  # fmt: skip

    def found_condition(self) -> str:
        """The condition of the spec under which the optional member stands."""
        if self.missing is None:
            return ""
        x = self.channels.get(read(self.missing)[0])
        holds = [number < self.full for number in range(len(self.groups))]
        for choice in self.hints.choices.get(self.first.block or "", ()):
            for wanted, form_ in ((holds, "{}"), ([not one for one in holds], "not ({})")):
                source = translated(choice.condition, set(self.own), self.hints.variables, x)
                if source is not None and gives(source, self.environments(), wanted):
                    self.use(source)
                    return form_.format(source)
        return ""

    # Values

    def environments(self, turns: Sequence[Turn] | None = None) -> list[dict[str, Any]]:
        """What each name is, in every group or in some."""
        numbers = range(len(self.groups)) if turns is None else [number for number, _ in turns]
        names = {**self.own, **self.entering, **self.extra}
        return [{name: values[number] for name, values in names.items()} for number in numbers]

    def use(self, source: str) -> str:
        """Note the names that are used."""
        self.used |= named(source)
        return source

    def source(
        self,
        turns: Sequence[Turn],
        values: list[Any],
        hints: Sequence[str | None],
        name: str,
    ) -> str:
        """Source that gives these values: a hint, one value for all, or a new parameter."""
        environments = self.environments(turns)
        texts = [text for hint in hints if hint for text in (bare(hint), hint)]
        found = next((one for one in texts if gives(one, environments, values)), None)
        if found is not None:
            return self.use(found)
        if all(same(value, values[0]) for value in values):
            return literal(values[0])
        for known in {**self.own, **self.entering, **self.extra}:
            if gives(known, environments, values):
                return self.use(known)
        held: list[Any] = [values[0]] * len(self.groups)
        for (number, _), value in zip(turns, values, strict=True):
            held[number] = value
        fresh, ordinal = name, 1
        while fresh in self.own or fresh in self.entering or fresh in self.extra:
            ordinal += 1
            fresh = f"{name}{ordinal}"
        self.extra[fresh] = held
        return self.use(fresh)

    def hinted(self, expression: Expression | None, x: str | None) -> str | None:
        """An expression of the spec as source."""
        if expression is None:
            return None
        return translated(expression, set(self.own), self.hints.variables, x)

    # Members

    def constructor(self, turns: Sequence[Turn], indent: int) -> str:
        """What makes a member."""
        _, place = turns[0]
        if isinstance(place, Group):
            return self.group(turns, place, indent)
        return self.leaf(turns, place)

    def leaf(self, turns: Sequence[Turn], leaf: Leaf) -> str:
        """The call of a module of PyTorch."""
        layers = [one.layer for _, one in turns if isinstance(one, Leaf)]
        calls = [call_of(one) for _, one in turns if isinstance(one, Leaf)]
        made = [call for call in calls if call is not None]
        first = made[0]
        if first.helper:
            self.program.helpers[first.helper] = None
        bound = self.hints.bound.get(leaf.layer.span) if leaf.layer.span else None
        texts = []
        is_plain = True
        kernel = ""
        for place, argument in enumerate(first.arguments):
            column = [call.arguments[place] for call in made]
            if all(same(one.value, one.default) for one in column):
                is_plain = False
                continue
            hints = self.argument_hints(argument, layers[0], bound or {}, kernel)
            text = self.source(turns, [one.value for one in column], hints, argument.keyword)
            kernel = text if argument.attribute == "kernel_size" else kernel
            if argument.role == "out":
                self.channels[leaf.layer.name] = text
            is_plain = is_plain and argument.default is ... and argument.keyword != "pads"
            texts.append(python(text) if is_plain else f"{argument.keyword}={python(text)}")
        self.note_channels(turns, leaf.layer)
        return f"{first.name}({', '.join(texts)})"

    def argument_hints(
        self,
        argument: Argument,
        layer: Layer,
        bound: Mapping[str, Expression],
        kernel: str,
    ) -> list[str | None]:
        """What may give an argument: the channels that flow, the spec's own expression."""
        x = self.channels.get(layer.inputs[0])
        if argument.role == "in":
            return [x]
        hints = [self.hinted(bound.get(argument.attribute or ""), x)]
        if (
            argument.keyword == "padding"
            and kernel
            and named(kernel)
            and layer.op.__dict__["padding"] == "half"
        ):
            hints.append(f"{kernel} // 2")
        if argument.role == "out":
            hints.append(x if argument.value == layer.input_shapes[0][0] else None)
        return hints

    def note_channels(self, turns: Sequence[Turn], layer: Layer) -> None:
        """Remember the source of the channels that a layer gives, if there is one."""
        values = [one.layer.output_shape[0] for _, one in turns if isinstance(one, Leaf)]
        known = [self.channels.get(name) for name in layer.inputs]
        hints = [self.channels.get(layer.name), *known]
        if isinstance(layer.op, Concat) and None not in known:
            hints = [total([one for one in known if one])]
        environments = self.environments(turns)
        held = [one for one in hints if one and len(one) <= LONGEST]
        found = next((one for one in held if gives(one, environments, values)), None)
        if found is None and len(set(values)) == 1:
            found = literal(values[0])
        if found is not None:
            self.channels[layer.name] = found

    def group(self, turns: Sequence[Turn], group: Group, indent: int) -> str:
        """The call of a class of the file, or members one after the other."""
        groups = [one for _, one in turns if isinstance(one, Group)]
        if is_inline(group):
            return self.sequence(turns, groups, indent)
        made = self.program.class_of(group)
        span = self.hints.calls.get(group.path)
        bound = self.hints.bound.get(span) if span else None
        x = self.channels.get(read(group)[0])
        texts, sources = [], []
        for parameter in made.parameters:
            values = [parameter.values[made.numbers[id(one)]] for one in groups]
            if parameter.tensor is None:
                hints = [self.hinted((bound or {}).get(parameter.name), x)]
            else:
                hints = [self.channels.get(read(group)[parameter.tensor])]
            if all(same(value, parameter.default) for value in values):
                continue
            text = self.source(turns, values, hints, parameter.name)
            sources.append(text)
            is_required = parameter.default is ...
            texts.append(python(text) if is_required else f"{parameter.name}={python(text)}")
        shapes = [self.program.shapes[one.result][0] for one in groups]
        environments = self.environments(turns)
        found = [one for one in reversed(sources) if gives(one, environments, shapes)]
        if found:
            self.channels[group.result] = found[0]
        elif len(set(shapes)) == 1:
            self.channels[group.result] = literal(shapes[0])
        return f"{made.name}({', '.join(texts)})"

    def sequence(self, turns: Sequence[Turn], groups: Sequence[Group], indent: int) -> str:
        """Members one after the other, under their names."""
        self.program.helpers["sequential"] = None
        pairs = [
            (
                name,
                self.constructor(
                    [(number, one.children[place]) for (number, _), one
                     in zip(turns, groups, strict=True)],
                    indent + 4,
                ),
            )
            for place, name in enumerate(attributes([one.label for one in groups[0].children]))
        ]  # fmt: skip
        line = f"sequential({', '.join(folded_entries(pairs))})"
        if len(line) + indent + 20 <= WIDTH and "\n" not in line:
            return line
        inner = " " * (indent + 4)
        entries = folded_entries(pairs, inner)
        body = "".join(f"{inner}{entry},\n" for entry in entries)
        return f"sequential(\n{body}{' ' * indent})"

    # The class

    def written(self, name: str) -> Class:
        """The class, its code complete."""
        numbers = {id(group): number for number, group in enumerate(self.groups)}
        made = Class(name, numbers)
        pairs: list[tuple[str, str]] = []
        for place, child in enumerate(self.first.children):
            turns = self.turns(place, child)
            if isinstance(child, Leaf) and type(child.layer.op) in JOINS:
                self.note_channels(turns, child.layer)
                continue
            text = self.constructor(turns, 8 if child is not self.missing else 12)
            if child is self.missing:
                self.channels.pop(given(child), None)
            pairs.append((self.members[id(child)], text))
        members = list(member_lines(pairs, is_sequential=self.is_sequential))
        if self.missing is not None:
            members = list(self.chosen(members, self.members[id(self.missing)]))
        base = "nn.Sequential" if self.is_sequential else "nn.Module"
        made.parameters = self.parameters()
        signature = "".join(f", {one}" for one in map(self.declared, made.parameters))
        made.lines = [
            f"class {name}({base}):",
            f"    def __init__(self{signature}):",
            "        super().__init__()",
            *members,
        ]
        if not self.is_sequential:
            made.lines += ["", *self.forward()]
        self.program.classes.append(made)
        return made

    def turns(self, place: int, child: Place) -> list[Turn]:
        """A member in every group that has it."""
        if self.missing is None:
            return [(number, group.children[place]) for number, group in enumerate(self.groups)]
        at = next(n for n, one in enumerate(self.first.children) if one is self.missing)
        turns = [(n, group.children[place]) for n, group in enumerate(self.groups[: self.full])]
        if child is self.missing:
            return turns
        lean = place - (place > at)
        return turns + [
            (self.full + n, group.children[lean])
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

    def parameters(self) -> list[Parameter]:
        """The parameters that the code uses, those with a default last."""
        parameters = [
            Parameter(name, values, tensor=place)
            for place, (name, values) in enumerate(self.entering.items())
            if name in self.used
        ]
        parameters += [
            Parameter(name, values) for name, values in self.extra.items() if name in self.used
        ]
        declared = self.hints.parameters.get(self.first.block or "", ())
        for parameter in declared:
            if parameter.name not in self.used or parameter.name not in self.own:
                continue
            default = parameter.default
            value: Any = ...
            if default is not None and default.name is None and default.tree is None:
                value = default.value
            parameters.append(Parameter(parameter.name, self.own[parameter.name], value))
        return sorted(parameters, key=lambda one: one.default is not ...)

    @staticmethod
    def declared(parameter: Parameter) -> str:
        """A parameter as the signature says it."""
        if parameter.default is ...:
            return parameter.name
        return f"{parameter.name}={literal(parameter.default)}"

    def forward(self) -> Iterator[str]:
        """The method that runs the members."""
        names = dict(zip(self.outside, self.inputs, strict=True))
        yield f"    def forward(self, {', '.join(self.inputs)}):"
        last = {name: child for child in self.first.children for name in read(child)}
        kept = set(self.results.values())
        registers = Registers(self.inputs)
        for child in self.first.children:
            text = self.statement(child, names)
            if child is self.first.children[-1] and self.results == {"": given(child)}:
                yield f"        return {text}"
                return
            for name in read(child):
                if last[name] is child and name not in kept:
                    registers.free(names[name])
            names[given(child)] = registers.take()
            yield f"        {names[given(child)]} = {text}"
        if list(self.results) == [""]:
            yield f"        return {names[self.results['']]}"
        else:
            items = (f"{literal(name)}: {names[tensor]}" for name, tensor in self.results.items())
            yield f"        return {{{', '.join(items)}}}"

    def statement(self, child: Place, names: Mapping[str, str]) -> str:
        """What runs one member."""
        if isinstance(child, Leaf) and type(child.layer.op) in JOINS:
            before, between, behind = JOINS[type(child.layer.op)]
            return f"{before}{between.join(names[one] for one in child.layer.inputs)}{behind}"
        return f"self.{self.members[id(child)]}({', '.join(names[one] for one in read(child))})"


class NetworkWriter(Writer):
    """The code of the whole network: all numbers are put in."""

    def __init__(self, program: "Program", root: Group, graph: Graph) -> None:
        super().__init__(program, [root])
        self.outside = list(graph.inputs)
        is_single = len(graph.inputs) == 1
        self.inputs = ["x"] if is_single else arguments([*graph.inputs])
        outputs = dict(graph.outputs)
        self.results = {"": next(iter(outputs.values()))} if len(outputs) == 1 else outputs
        ends_well = self.results == {"": given(root.children[-1])}
        self.is_sequential = is_single and ends_well and is_chain(root)
        self.channels |= {name: literal(shape[0]) for name, shape in graph.inputs.items()}
