"""Classes for the groups of a network, and the code in them."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from keyword import iskeyword
from string import digits
from typing import Any

from cnncalc.graph import Graph, Layer
from cnncalc.interchange.scopes import Group, Leaf, Place
from cnncalc.interchange.torch_write.base import JOINS, Argument
from cnncalc.interchange.torch_write.hints import Hints
from cnncalc.interchange.torch_write.shape import (
    call_of,
    form,
    given,
    is_chain,
    is_inline,
    optional,
    read,
)
from cnncalc.interchange.torch_write.source import (
    evaluated,
    gives,
    literal,
    named,
    parsed,
    python,
    translated,
)
from cnncalc.ops.merge import Concat
from cnncalc.ops.values import Shape
from cnncalc.spec.expressions import Expression

WIDTH = 96
"""Columns of a line."""

Turn = tuple[int, Place]
"""A member of one of the groups that a class stands for, and the group's number."""


class Parameter:
    """A parameter of a class: its name, its value in each group, its default."""

    def __init__(self, name: str, values: list[Any], default: Any = ...) -> None:
        self.name = name
        self.values = values
        self.default = default


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


class Program:
    """All classes of a file, in the order in which they need each other."""

    def __init__(self, root: Group, shapes: Mapping[str, Shape], hints: Hints) -> None:
        self.shapes = shapes
        self.hints = hints
        self.helpers: dict[str, None] = {}
        self.classes: list[Class] = []
        self.forms: dict[Any, list[Group]] = {}
        self.made: dict[Any, Class] = {}
        self.names: set[str] = {"F"}
        for group in root.groups():
            if group is not root and not is_inline(group):
                self.forms.setdefault(form(group), []).append(group)
        self.lacking: dict[Any, tuple[Any, Place]] = {}
        for one, groups in self.forms.items():
            for other, others in self.forms.items():
                missing = optional(groups[0], others[0]) if one != other else None
                if missing is not None and other not in self.lacking and one not in self.lacking:
                    self.lacking[other] = (one, missing)
                    break

    def class_of(self, group: Group) -> Class:
        """The class of a group, made when it is first asked for."""
        key = form(group)
        if key not in self.made and key in self.lacking:
            full, missing = self.lacking[key]
            if full not in self.made:
                self.joined(full, key, missing)
        if key not in self.made:
            others = [one for one, (full, _) in self.lacking.items() if full == key]
            if not any(self.joined(key, one, self.lacking[one][1]) for one in others):
                self.made[key] = Writer(self, self.forms[key]).written(self.class_name(group))
        return self.made[key]

    def joined(self, full: Any, lean: Any, missing: Place) -> bool:
        """One class for two forms, where a condition of the spec tells them apart."""
        writer = Writer(self, self.forms[full], self.forms[lean], missing)
        if not writer.condition:
            self.lacking.pop(lean, None)
            return False
        self.made[full] = self.made[lean] = writer.written(self.class_name(self.forms[full][0]))
        return True

    def class_name(self, group: Group) -> str:
        """A new name, after the block or the label."""
        return self.free_name(group.block or group.label.rstrip(digits) or "block")

    def free_name(self, text: str) -> str:
        """`conv_bn` as `ConvBn`, with a number behind it when that is taken."""
        words = "".join(mark if mark.isalnum() else " " for mark in text).split()
        name = "".join(word[:1].upper() + word[1:] for word in words)
        name = name if name.isidentifier() and not iskeyword(name) else f"Net{name}"
        ordinal, found = 1, name
        while found in self.names:
            ordinal += 1
            found = f"{name}{ordinal}"
        self.names.add(found)
        return found


class Writer:
    """The code of one class while it is written."""

    def __init__(
        self,
        program: Program,
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
        self.inputs = ["x", *(f"x{n}" for n in range(2, len(self.outside) + 1))]
        self.results: Mapping[str, str] = {"": self.first.result}
        self.is_sequential = is_chain(self.first)
        self.entering: dict[str, list[Any]] = {}
        for place, name in enumerate(self.outside if self.first.parent is not None else ()):
            argument = "in_channels" if place == 0 else f"in_channels{place + 1}"
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
                if name.isidentifier() and name not in RESERVED}  # fmt: skip

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
        for hint in hints:
            if hint is not None and gives(hint, environments, values):
                return self.use(hint)
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
        x = self.channels.get(leaf.layer.inputs[0])
        bound = self.hints.bound.get(leaf.layer.span) if leaf.layer.span else None
        texts = []
        is_plain = True
        kernel = ""
        for place, argument in enumerate(first.arguments):
            column = [call.arguments[place] for call in made]
            if all(same(one.value, one.default) for one in column):
                is_plain = False
                continue
            hints = self.argument_hints(argument, layers, x, bound or {}, kernel)
            text = self.source(turns, [one.value for one in column], hints, argument.keyword)
            kernel = text if argument.attribute == "kernel_size" else kernel
            if argument.role == "out":
                self.channels[leaf.layer.name] = text
            is_plain = is_plain and argument.default is ... and argument.keyword not in {"pads"}
            texts.append(python(text) if is_plain else f"{argument.keyword}={python(text)}")
        self.note_channels(turns, leaf.layer)
        return f"{first.name}({', '.join(texts)})"

    def argument_hints(
        self,
        argument: Argument,
        layers: Sequence[Layer],
        x: str | None,
        bound: Mapping[str, Expression],
        kernel: str,
    ) -> list[str | None]:
        """What may give an argument: the channels that flow, the spec's own expression."""
        if argument.role == "in":
            return [x]
        hints = [self.hinted(bound.get(argument.attribute or ""), x)]
        if argument.keyword == "padding" and kernel and layers[0].op.__dict__["padding"] == "half":
            hints.append(f"{kernel} // 2")
        if argument.role == "out":
            hints.append(x if argument.value == layers[0].input_shapes[0][0] else None)
        return hints

    def note_channels(self, turns: Sequence[Turn], layer: Layer) -> None:
        """Remember the source of the channels that a layer gives, if there is one."""
        values = [one.layer.output_shape[0] for _, one in turns if isinstance(one, Leaf)]
        known = [self.channels.get(name) for name in layer.inputs]
        hints = [self.channels.get(layer.name), *known]
        if isinstance(layer.op, Concat) and None not in known:
            total = " + ".join(one for one in known if one)
            value = None if named(total) else evaluated(total, {})
            hints = [total if value is None else literal(value)]
        environments = self.environments(turns)
        found = next((one for one in hints if one and gives(one, environments, values)), None)
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
            entering = parameter.name.removeprefix("in_channels")
            hints = [self.hinted((bound or {}).get(parameter.name), x)]
            if parameter.name.startswith("in_channels"):
                place = int(entering or 1) - 1
                hints = [self.channels.get(read(group)[place])]
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
                attribute(child.label),
                self.constructor(
                    [(number, one.children[place]) for (number, _), one
                     in zip(turns, groups, strict=True)],
                    indent + 4,
                ),
            )
            for place, child in enumerate(groups[0].children)
        ]  # fmt: skip
        entries = list(folded_entries(pairs))
        line = f"sequential({', '.join(entries)})"
        if len(line) + indent + 20 <= WIDTH and "\n" not in line:
            return line
        inner = " " * (indent + 4)
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
            pairs.append((attribute(child.label), text))
        members = list(member_lines(pairs, is_sequential=self.is_sequential))
        if self.missing is not None:
            members = list(self.chosen(members, attribute(self.missing.label)))
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
            Parameter(name, values)
            for name, values in {**self.entering, **self.extra}.items()
            if name in self.used
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
            items = (f'"{name}": {names[tensor]}' for name, tensor in self.results.items())
            yield f"        return {{{', '.join(items)}}}"

    @staticmethod
    def statement(child: Place, names: Mapping[str, str]) -> str:
        """What runs one member."""
        if isinstance(child, Leaf) and type(child.layer.op) in JOINS:
            before, between, behind = JOINS[type(child.layer.op)]
            return f"{before}{between.join(names[one] for one in child.layer.inputs)}{behind}"
        return f"self.{attribute(child.label)}({', '.join(names[one] for one in read(child))})"


class NetworkWriter(Writer):
    """The code of the whole network: all numbers are put in."""

    def __init__(self, program: Program, root: Group, graph: Graph) -> None:
        super().__init__(program, [root])
        self.outside = list(graph.inputs)
        is_single = len(graph.inputs) == 1
        self.inputs = ["x"] if is_single else [attribute(name) for name in graph.inputs]
        outputs = dict(graph.outputs)
        self.results = {"": next(iter(outputs.values()))} if len(outputs) == 1 else outputs
        ends_well = self.results == {"": given(root.children[-1])}
        self.is_sequential = is_single and ends_well and is_chain(root)
        self.channels |= {name: literal(shape[0]) for name, shape in graph.inputs.items()}


class Registers:
    """Short names for tensors, given again when their tensor is read no more."""

    def __init__(self, taken: Sequence[str]) -> None:
        self.taken = set(taken)
        self.kept = set(taken)

    def take(self) -> str:
        """A free name."""
        names = [*"yzuvw", *(f"y{n}" for n in range(2, 10_000))]
        found = next(name for name in names if name not in self.taken)
        self.taken.add(found)
        return found

    def free(self, name: str) -> None:
        """Let go of a name; those of the inputs stay."""
        if name not in self.kept:
            self.taken.discard(name)


RESERVED = {
    "self", "nn", "torch", "math", "x", "F", "sequential", "OrderedDict", "in_channels", "range",
    "getattr", "super", "i", "true", "false",
}  # fmt: skip
"""Names that a parameter of the code cannot have."""

TAKEN = {
    "T_destination", "add_module", "append", "apply", "bfloat16", "buffers", "call_super_init",
    "children", "compile", "cpu", "cuda", "double", "dump_patches", "eval", "extend", "extra_repr",
    "float", "forward", "get_buffer", "get_extra_state", "get_parameter", "get_submodule", "half",
    "insert", "ipu", "load_state_dict", "modules", "mtia", "named_buffers", "named_children",
    "named_modules", "named_parameters", "parameters", "pop", "register_backward_hook",
    "register_buffer", "register_forward_hook", "register_forward_pre_hook",
    "register_full_backward_hook", "register_full_backward_pre_hook",
    "register_load_state_dict_post_hook", "register_load_state_dict_pre_hook", "register_module",
    "register_parameter", "register_state_dict_post_hook", "register_state_dict_pre_hook",
    "requires_grad_", "set_extra_state", "set_submodule", "share_memory", "state_dict", "to",
    "to_empty", "train", "training", "type", "xpu", "zero_grad",
}  # fmt: skip
"""Names that a member of a module cannot have."""


def attribute(label: str) -> str:
    """A label as the name of a member: its own, where Python and PyTorch take it."""
    name = "".join(mark if mark.isalnum() or mark == "_" else "_" for mark in label)
    name = name if name.isidentifier() else f"_{name}"
    return f"{name}_" if iskeyword(name) or name in TAKEN else name


def same(one: Any, other: Any) -> bool:
    """Whether two values are one, `True` and 1 not being so."""
    return type(one) is type(other) and one == other


def folded_entries(pairs: Sequence[tuple[str, str]]) -> Iterator[str]:
    """The members of a sequence as arguments, runs of equal ones in a comprehension."""
    for start, stop, text in runs(pairs):
        name = pairs[start][0]
        if stop - start < 3:
            yield from (f"{one}={made}" for one, made in pairs[start:stop])
        else:
            head, first = ordinal(name)
            span = f"range({first}, {first + stop - start})"
            yield f'**{{f"{head}{{i}}": {text} for i in {span}}}'


def member_lines(pairs: Sequence[tuple[str, str]], *, is_sequential: bool) -> Iterator[str]:
    """The lines that make the members; where order is all that counts, runs are loops."""
    for start, stop, text in runs(pairs):
        if not is_sequential or stop - start < 3:
            for name, made in pairs[start:stop]:
                yield fitted(f"        self.{name} = ", made)
        else:
            head, first = ordinal(pairs[start][0])
            yield f"        for i in range({first}, {first + stop - start}):"
            yield fitted("            ", f'self.add_module(f"{head}{{i}}", {text})')


def fitted(before: str, text: str) -> str:
    """A statement, its arguments on lines of their own where it is too long."""
    indent = " " * (len(before) - len(before.lstrip()))
    if "\n" in text or len(before) + len(text) <= WIDTH - 4 or not text.endswith(")"):
        return f"{before}{text}"
    name, _, arguments = text[:-1].partition("(")
    return f"{before}{name}(\n{indent}    {arguments}\n{indent})"


def runs(pairs: Sequence[tuple[str, str]]) -> Iterator[tuple[int, int, str]]:
    """Stretches of members whose ordinals count up and whose texts are equal in terms of them."""
    start = 0
    while start < len(pairs):
        best, text = start + 1, pairs[start][1]
        for stop in range(start + 2, len(pairs) + 1):
            common = in_terms_of_i(pairs[start:stop])
            if common is None:
                break
            best, text = stop, common
        yield start, best, text
        start = best


def ordinal(name: str) -> tuple[str, int]:
    """A name without its number, and the number; -1 when it has none."""
    head = name.rstrip(digits)
    number = name[len(head) :]
    return head, int(number) if number and not number.startswith("0") else -1


def in_terms_of_i(pairs: Sequence[tuple[str, str]]) -> str | None:
    """One text for members that are numbered through, `i` being the number; None if there is none.

    Whole numbers that grow by a fixed amount are written as `32 * i + 64`.
    """
    names = [ordinal(name) for name, _ in pairs]
    head, first = names[0]
    if first < 0 or names != [(head, first + n) for n in range(len(pairs))]:
        return None
    texts = [text for _, text in pairs]
    if len(set(texts)) == 1 and "\n" not in texts[0]:
        return texts[0]
    if any("\n" in text for text in texts):
        return None
    trees = [parsed(text) for text in texts]
    numbers = [
        [node for node in ast.walk(tree) if isinstance(node, ast.Constant)] for tree in trees
    ]
    if len({len(one) for one in numbers}) > 1:
        return None
    alone = [whole_arguments(tree) for tree in trees]
    for column in zip(*numbers, strict=True):
        values = [node.value for node in column]
        if len(set(map(repr, values))) == 1:
            continue
        if not all(type(value) is int for value in values):
            return None
        step = values[1] - values[0]
        if values != [values[0] + step * n for n in range(len(values))]:
            return None
        base = values[0] - step * first
        if not all(id(node) in own for node, own in zip(column, alone, strict=True)):
            return None
        source = f"{step} * i" + (f" + {base}" if base > 0 else f" - {-base}" if base else "")
        for node in column:
            node.value = _Marked(source)
    rendered = {ast.unparse(tree) for tree in trees}
    return rendered.pop() if len(rendered) == 1 else None


def whole_arguments(tree: ast.expr) -> set[int]:
    """The identities of what stands as an argument by itself."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    values = [one for call in calls for one in (*call.args, *(key.value for key in call.keywords))]
    return set(map(id, values))


class _Marked:
    """A constant that is written as an expression."""

    def __init__(self, source: str) -> None:
        self.source = source

    def __repr__(self) -> str:
        return self.source
