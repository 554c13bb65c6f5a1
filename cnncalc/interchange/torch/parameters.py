"""The numbers in a class: which of its parameters, or which expression of the spec, gives each."""

from collections.abc import Sequence
from typing import Any

from cnncalc.interchange.scopes import Group
from cnncalc.interchange.torch.classes import Parameter, Use
from cnncalc.interchange.torch.form import read
from cnncalc.interchange.torch.hints import Hints
from cnncalc.interchange.torch.names import is_argument
from cnncalc.interchange.torch.source import bare, gives, literal, named, same, translated
from cnncalc.spec.expression_syntax import Expression


class Parameters:
    """The names that the code of a class may use, and their values in each of its groups.

    Attributes:
        own: the parameters of the block.
        entering: the channels of the tensors that enter.
        extra: those that no expression of the spec gives.
        used: the names that the code has used so far.
        channels: by the name of a tensor the source of its channels, where there is one.
    """

    def __init__(self, groups: Sequence[Group], hints: Hints) -> None:
        self.groups = groups
        self.hints = hints
        self.own = own_values(groups, hints)
        self.entering: dict[str, list[Any]] = {}
        self.extra: dict[str, list[Any]] = {}
        self.used: set[str] = set()
        self.channels: dict[str, str] = {}

    def enter(self, outside: Sequence[str], shapes: Any) -> None:
        """Let the channels of the tensors that enter have names."""
        for place, name in enumerate(outside):
            argument = "in_channels" if place == 0 else f"in_channels{place + 1}"
            while argument in self.own:
                argument += "_"
            tensors = [read(group)[place] for group in self.groups]
            self.entering[argument] = [shapes[one][0] for one in tensors]
            self.channels[name] = argument

    def environments(self, uses: Sequence[Use] | None = None) -> list[dict[str, Any]]:
        """What each name is, in every group or in some."""
        numbers = range(len(self.groups)) if uses is None else [number for number, _ in uses]
        names = self.all()
        return [{name: values[number] for name, values in names.items()} for number in numbers]

    def all(self) -> dict[str, list[Any]]:
        """Every name, and its value in each group."""
        return {**self.own, **self.entering, **self.extra}

    def use(self, source: str) -> str:
        """Note the names that are used."""
        self.used |= named(source)
        return source

    def source(
        self,
        uses: Sequence[Use],
        values: list[Any],
        hints: Sequence[str | None],
        name: str,
    ) -> str:
        """Source that gives these values: a hint, one value for all, or a new parameter."""
        environments = self.environments(uses)
        texts = [text for hint in hints if hint for text in (bare(hint), hint)]
        found = next((one for one in texts if gives(one, environments, values)), None)
        if found is not None:
            return self.use(found)
        if all(same(value, values[0]) for value in values):
            return literal(values[0])
        for known in self.all():
            if gives(known, environments, values):
                return self.use(known)
        held: list[Any] = [values[0]] * len(self.groups)
        for (number, _), value in zip(uses, values, strict=True):
            held[number] = value
        fresh, ordinal = name, 1
        while fresh in self.all():
            ordinal += 1
            fresh = f"{name}{ordinal}"
        self.extra[fresh] = held
        return self.use(fresh)

    def hinted(self, expression: Expression | None, x: str | None) -> str | None:
        """An expression of the spec as source."""
        if expression is None:
            return None
        return translated(expression, set(self.own), self.hints.variables, x)

    def declared(self, block: str) -> list[Parameter]:
        """Those that the code uses, those with a default last."""
        parameters = [
            Parameter(name, values, tensor=place)
            for place, (name, values) in enumerate(self.entering.items())
            if name in self.used
        ]
        parameters += [
            Parameter(name, values) for name, values in self.extra.items() if name in self.used
        ]
        declared = self.hints.parameters.get(block, ())
        for parameter in declared:
            if parameter.name not in self.used or parameter.name not in self.own:
                continue
            default = parameter.default
            value: Any = ...
            if default is not None and default.name is None and default.tree is None:
                value = default.value
            parameters.append(Parameter(parameter.name, self.own[parameter.name], value))
        return sorted(parameters, key=lambda one: one.default is not ...)


def own_values(groups: Sequence[Group], hints: Hints) -> dict[str, list[Any]]:
    """The values of the block's parameters in every group."""
    found = [hints.values.get(group.path) for group in groups]
    if None in found:
        return {}
    known = [one for one in found if one is not None]
    return {name: [values.get(name) for values in known] for name in known[0] if is_argument(name)}


LONGEST_LINE = 100
"""Columns of a line, as formatters of Python code have them."""


def signature(parameters: Sequence[Parameter]) -> str:
    """The line that begins the making of a class; more of them where it is too long for one."""
    texts = [
        one.name if one.default is ... else f"{one.name}={literal(one.default)}"
        for one in parameters
    ]
    texts = ["self", *texts]
    line = f"    def __init__({', '.join(texts)}):"
    if len(line) <= LONGEST_LINE:
        return line
    inner = f"        {', '.join(texts)}"
    if len(inner) > LONGEST_LINE:
        inner = "\n".join(f"        {text}," for text in texts)
    return f"    def __init__(\n{inner}\n    ):"
