"""What makes the members of a class: calls of modules of PyTorch, and of other classes."""

from collections.abc import Mapping, Sequence

from cnncalc.graph import Layer
from cnncalc.interchange.scopes import Group, Leaf
from cnncalc.interchange.terms.call import Argument
from cnncalc.interchange.torch.classes import File, Use
from cnncalc.interchange.torch.folding import WIDTH, folded_entries
from cnncalc.interchange.torch.form import call_of, is_inline, read
from cnncalc.interchange.torch.names import attributes
from cnncalc.interchange.torch.parameters import Parameters
from cnncalc.interchange.torch.source import gives, literal, named, python, same, total
from cnncalc.ops.merge import Concat
from cnncalc.spec.expression_syntax import Expression

LONGEST = 60
"""The letters of an expression that a reader takes in; beyond them a parameter is clearer."""


class Members:
    """The source of members, which notes the names that it uses and the channels that flow."""

    def __init__(self, file: File, known: Parameters) -> None:
        self.file = file
        self.known = known

    def constructor(self, uses: Sequence[Use], indent: int) -> str:
        """What makes a member."""
        _, place = uses[0]
        if isinstance(place, Group):
            return self.group(uses, place, indent)
        return self.leaf(uses, place)

    def leaf(self, uses: Sequence[Use], leaf: Leaf) -> str:
        """The call of a module of PyTorch."""
        layers = [one.layer for _, one in uses if isinstance(one, Leaf)]
        calls = [call_of(one) for _, one in uses if isinstance(one, Leaf)]
        made = [call for call in calls if call is not None]
        first = made[0]
        if first.helper:
            self.file.helpers[first.helper] = None
        bound = self.file.hints.bound.get(leaf.layer.span) if leaf.layer.span else None
        texts = []
        is_plain = True
        kernel = ""
        for place, argument in enumerate(first.arguments):
            column = [call.arguments[place] for call in made]
            if all(same(one.value, one.default) for one in column):
                is_plain = False
                continue
            hints = self.argument_hints(argument, layers[0], bound or {}, kernel)
            text = self.known.source(uses, [one.value for one in column], hints, argument.keyword)
            kernel = text if argument.attribute == "kernel_size" else kernel
            if argument.role == "out":
                self.known.channels[leaf.layer.name] = text
            is_plain = is_plain and argument.default is ... and argument.keyword != "pads"
            texts.append(python(text) if is_plain else f"{argument.keyword}={python(text)}")
        self.note_channels(uses, leaf.layer)
        return f"{first.name}({', '.join(texts)})"

    def argument_hints(
        self,
        argument: Argument,
        layer: Layer,
        bound: Mapping[str, Expression],
        kernel: str,
    ) -> list[str | None]:
        """What may give an argument: the channels that flow, the spec's own expression."""
        x = self.known.channels.get(next(iter(layer.inputs), ""))
        if argument.role == "in":
            return [x]
        hints = [self.known.hinted(bound.get(argument.attribute or ""), x)]
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

    def note_channels(self, uses: Sequence[Use], layer: Layer) -> None:
        """Remember the source of the channels that a layer gives, if there is one."""
        values = [one.layer.output_shape[0] for _, one in uses if isinstance(one, Leaf)]
        known = [self.known.channels.get(name) for name in layer.inputs]
        hints = [self.known.channels.get(layer.name), *known]
        if isinstance(layer.op, Concat) and None not in known:
            hints = [total([one for one in known if one])]
        environments = self.known.environments(uses)
        held = [one for one in hints if one and len(one) <= LONGEST]
        found = next((one for one in held if gives(one, environments, values)), None)
        if found is None and len(set(values)) == 1:
            found = literal(values[0])
        if found is not None:
            self.known.channels[layer.name] = found

    def group(self, uses: Sequence[Use], group: Group, indent: int) -> str:
        """The call of a class of the file, or members one after the other."""
        groups = [one for _, one in uses if isinstance(one, Group)]
        if is_inline(group):
            return self.sequence(uses, groups, indent)
        made = self.file.class_of(group)
        span = self.file.hints.calls.get(group.path)
        bound = self.file.hints.bound.get(span) if span else None
        x = self.known.channels.get(next(iter(read(group)), ""))  # constants read nothing
        texts, sources = [], []
        for parameter in made.parameters:
            values = [parameter.values[made.numbers[id(one)]] for one in groups]
            if parameter.tensor is None:
                hints = [self.known.hinted((bound or {}).get(parameter.name), x)]
            else:
                hints = [self.known.channels.get(read(group)[parameter.tensor])]
            if all(same(value, parameter.default) for value in values):
                continue
            text = self.known.source(uses, values, hints, parameter.name)
            sources.append(text)
            is_required = parameter.default is ...
            texts.append(python(text) if is_required else f"{parameter.name}={python(text)}")
        shapes = [self.file.shapes[one.result][0] for one in groups]
        environments = self.known.environments(uses)
        found = [one for one in reversed(sources) if gives(one, environments, shapes)]
        if found:
            self.known.channels[group.result] = found[0]
        elif len(set(shapes)) == 1:
            self.known.channels[group.result] = literal(shapes[0])
        return f"{made.name}({', '.join(texts)})"

    def sequence(self, uses: Sequence[Use], groups: Sequence[Group], indent: int) -> str:
        """Members one after the other, under their names."""
        self.file.helpers["sequential"] = None
        pairs = [
            (
                name,
                self.constructor(
                    [(number, one.children[place]) for (number, _), one
                     in zip(uses, groups, strict=True)],
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
