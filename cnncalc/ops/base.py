"""What every operation has in common: declared attributes, integer rules, and a name."""

from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Any, ClassVar

from cnncalc.ops.footprint import SAME_PLACE, Lanes, Reach
from cnncalc.ops.formula import Factors, Formula
from cnncalc.ops.values import (
    LARGEST,
    Attribute,
    Shape,
    UnfitError,
    Value,
    reject,
    shortest,
    show,
    show_shape,
)

OPS: dict[str, type["Op"]] = {}
"""Every operation of the spec language by its name; filled as the family modules are imported."""

_AXES_WORDS = {0: "a flat input", 1: "C x L", 2: "C x H x W", 3: "C x D x H x W"}


class Op:
    """One use of an operation: a frozen record of attributes and a few integer rules.

    A subclass declares its attributes as annotated class fields (`values` has their kinds) and
    registers itself by naming itself, `name` being its name in a spec; without it the class is
    only a base for others. It states `output_shape`, or derives from `SameShape`; `reach`; and,
    where the shape changes, its formulas in `sizes_explained`: a named class that lacks one of
    them does not build. Beside its name it may state, and hand on to its own subclasses:

    - `axes`: the numbers of spatial axes that it takes, 0 being a flat tensor;
    - `positional`: the attributes that a line may give without their names;
    - `on_head`: the attribute that is written on the head, as in `conv3x3`;
    - `merges`: whether it takes several inputs;
    - `is_source`: whether it takes none;
    - `is_view`: whether at inference it hands its input's values on and stores nothing;
    - `is_elementwise`: each output value comes from the input value in its place alone;
    - `backward_reads`: what its derivative reads, of `input`, which are all of them, the `second`
      input alone, `output` and `mask`;
    - `is_nonlinearity`: whether it is an activation function;
    - `weight_axes`: the names of the first two axes of its weight;
    - `is_counted`: whether its MACs are known;
    - `has_told_axes`: whether its tensors have channels first, then space, as the spec language;
    - `largest_value`: the largest value that it gives, where it gives none below 0;
    - `keeps_positive`: whether it gives values that are not below 0 as they are;
    - `keeps_range`: whether its values lie between the least and the largest of its input, or 0;
    - `keeps_shifts`: whether a number added to all of a channel comes out as it went in.

    Records like `dataclasses` makes, but built without running generated source: thirty classes
    are made at every start, and start-up is a feature.
    """

    name: ClassVar[str] = ""
    axes: ClassVar[tuple[int, ...]] = (0, 1, 2, 3)
    positional: ClassVar[tuple[str, ...]] = ()
    on_head: ClassVar[str | None] = None
    merges: ClassVar[bool] = False
    is_source: ClassVar[bool] = False
    is_view: ClassVar[bool] = False
    stays_in_place: ClassVar[bool]
    is_elementwise: ClassVar[bool] = False
    backward_reads: ClassVar[tuple[str, ...]] = ()
    is_nonlinearity: ClassVar[bool] = False
    weight_axes: ClassVar[tuple[str, str]] = ("out channels", "in channels/groups")
    is_counted: ClassVar[bool] = True
    has_told_axes: ClassVar[bool] = True
    largest_value: ClassVar[float | None] = None
    keeps_positive: ClassVar[bool] = False
    keeps_range: ClassVar[bool] = False
    keeps_shifts: ClassVar[bool] = False
    attributes: ClassVar[Mapping[str, Attribute]] = {}

    _values: tuple[Any, ...]
    _defaults: ClassVar[dict[int, Mapping[str, Any]]] = {}

    def __init_subclass__(cls, *, name: str = "", **traits: Any) -> None:
        for trait, value in traits.items():
            if not hasattr(cls, trait):
                raise TypeError(f"ops have no trait `{trait}` ({cls.__name__})")
            setattr(cls, trait, value)
        declared = {k: v for k, v in vars(cls).items() if isinstance(v, Attribute)}
        every = {**cls.attributes, **declared}
        cls.attributes = {**{key: every[key] for key in cls.positional if key in every}, **every}
        cls._defaults = {}
        cls.name = name
        cls.stays_in_place = cls.reach is same_place
        if name:
            for rule in ("output_shape", "reach", "sizes_explained"):
                if getattr(cls, rule) is getattr(Op, rule):
                    raise TypeError(f"the op `{name}` ({cls.__name__}) does not state `{rule}`")
            OPS[name] = cls

    def __init__(self, axes: int, /, **values: Value) -> None:
        """Read the attributes for an input with that many spatial axes.

        Raises:
            RejectedError: a value that its attribute does not take.
            TypeError: an attribute that the op does not have, or one that is missing.
        """
        if unknown := values.keys() - self.attributes.keys():
            raise TypeError(f"{self.name} has no attribute {min(unknown)!r}")
        held = self.__dict__
        held.update(self._defaults_of(axes))
        for key, attribute in self.attributes.items():
            if key in values:
                try:
                    held[key] = attribute.read(values[key], axes)
                except UnfitError as fault:
                    reject(fault.code, key, f"`{key}` {fault.text}", fault.hint)
            elif attribute.follows:
                held[key] = held[attribute.follows]
            elif key not in held:
                raise TypeError(f"{self.name} needs {key!r}")
        held["_values"] = tuple([held[key] for key in self.attributes])

    @classmethod
    def _defaults_of(cls, axes: int) -> Mapping[str, Any]:
        """The defaults as they are read for an input of so many spatial axes."""
        if axes not in cls._defaults:
            stated = ((k, v) for k, v in cls.attributes.items() if v.default is not ...)
            cls._defaults[axes] = {key: one.read(one.default, axes) for key, one in stated}
        return cls._defaults[axes]

    def __setattr__(self, key: str, value: object) -> None:
        raise AttributeError(f"{self.name} is frozen: cannot set {key!r}")

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Op) and type(self) is type(other) and self._values == other._values
        )

    def __hash__(self) -> int:
        return hash((self.name, self._values))

    def __repr__(self) -> str:
        held = ", ".join(f"{k}={v!r}" for k, v in zip(self.attributes, self._values, strict=True))
        return f"{type(self).__name__}({held})"

    # The rules. `inputs` holds one shape for each input, of a rank that `check_rank` accepted.

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        """The shape of the output.

        Raises:
            RejectedError: the op cannot be applied to these inputs.
        """
        raise NotImplementedError

    def parameters(self, inputs: Sequence[Shape]) -> Mapping[str, Shape]:
        """The shape of each trainable tensor; counts and bytes all derive from these."""
        return {}

    def buffers(self, inputs: Sequence[Shape]) -> Mapping[str, Shape]:
        """The shape of each tensor that is kept but not trained."""
        return {}

    def tensor_shapes(self, inputs: Sequence[Shape]) -> dict[str, Shape]:
        """The shape of each tensor that it works with, trained or kept."""
        return {**self.parameters(inputs), **self.buffers(inputs)}

    def factors(self, inputs: Sequence[Shape], output: Shape) -> Factors:
        """The named numbers whose product are the MACs; none for an op without any."""
        return ()

    def macs(self, inputs: Sequence[Shape], output: Shape) -> int:
        """Multiply-accumulates for one example, by the convention of `analysis.conventions`."""
        factors = self.factors(inputs, output)
        return prod([number for _, number in factors]) if factors else 0

    def product_factors(self, inputs: Sequence[Shape], output: Shape) -> Factors:
        """The named numbers whose product are the MACs of activations with activations."""
        return ()

    def product_macs(self, inputs: Sequence[Shape], output: Shape) -> int:
        """Multiply-accumulates of two tensors that both depend on the input, for one example."""
        factors = self.product_factors(inputs, output)
        return prod([number for _, number in factors]) if factors else 0

    def law(self, inputs: Sequence[Shape]) -> str | None:
        """What an op of a model computes; of one of the language `analysis/meanings` tells it."""
        return None

    def tensor_axes(self, tensor: str, shape: Shape) -> tuple[str, ...]:
        """The names of the axes of one of its tensors with two or more: `f` is the kernel's."""
        return (*self.weight_axes, *["f"] * (len(shape) - 2))

    def kept_within(self, inputs: Sequence[Shape]) -> int:
        """Values that are made on the way to the output and that the derivative reads."""
        return 0

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        """How each axis of the output comes about; axes that stay are left out."""
        raise NotImplementedError

    def reach(self, inputs: Sequence[Shape]) -> Reach:
        """Which inputs each output reads, at inference; `same_place` where it is its own alone."""
        raise NotImplementedError

    def reaches(self, inputs: Sequence[Shape]) -> Sequence[Reach] | None:
        """Which places of each input each output reads; None where `reach` says it of all."""
        return None

    def lanes(self, inputs: Sequence[Shape]) -> Lanes | None:
        """Which channels each output channel reads; None where it may read any of them."""
        return Lanes(inputs[0][0]) if self.is_elementwise else None

    @property
    def has_bias(self) -> bool:
        """Whether a bias is learned for each output, and nothing else adds to them."""
        return bool(self.__dict__.get("bias"))

    def keeps_constants(self, inputs: Sequence[Shape]) -> bool:
        """Whether a number added to all of a channel comes out as it went in."""
        return self.keeps_shifts

    def resolved(self, inputs: Sequence[Shape]) -> Mapping[str, object]:
        """The attributes with every default and every word that depends on the input put in."""
        return dict(zip(self.attributes, self._values, strict=True))

    def notation(self) -> str:
        """The op as a line of the spec language, without what the defaults say anyway."""
        axes = next((len(value) for value in self._values if isinstance(value, tuple)), 0)
        head, words = self.name, []
        for key, attribute in self.attributes.items():
            value = self.__dict__[key]
            if key == self.on_head and isinstance(value, tuple):
                head += show_shape(value)
            elif value is None:
                continue
            elif key in self.positional and not self._is_last_default(key, axes):
                words.append(show(value if attribute.is_shape else shortest(value)))
            elif attribute.follows and value == self.__dict__[attribute.follows]:
                continue
            elif not _is_default(value, attribute, axes):
                told = show(value if attribute.is_shape else shortest(value))
                words.append(f"{key}={told}".replace(" ", ""))
        return " ".join([head, *words])

    def _is_last_default(self, key: str, axes: int) -> bool:
        """Whether a positional attribute and all after it have their defaults."""
        rest = self.positional[self.positional.index(key) :]
        return all(_is_default(self.__dict__[one], self.attributes[one], axes) for one in rest)


def own_channel(self: Op, inputs: Sequence[Shape]) -> Lanes | None:
    """The lanes of an op each of whose output channels reads the input channel in its place."""
    return Lanes(inputs[0][0])


def same_place(self: Op, inputs: Sequence[Shape]) -> Reach:
    """The reach of an op whose outputs read nothing but the place that they stand at."""
    return SAME_PLACE


class SameShape(Op):
    """An op that keeps the shape of its input."""

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        self.check(inputs)
        return inputs[0]

    def check(self, inputs: Sequence[Shape]) -> None:
        """Refuse an input that the attributes do not suit.

        Raises:
            RejectedError: they do not.
        """

    def sizes_explained(self, inputs: Sequence[Shape], output: Shape) -> Iterator[Formula]:
        return iter(())


def _is_default(value: Any, attribute: Attribute, axes: int) -> bool:
    default = attribute.default
    if default is ... or default is None or value is None or isinstance(value, str):
        return bool(value == default)
    return bool(value == attribute.read(default, axes))


def check_rank(kind: type[Op], shape: Shape) -> int:
    """The number of spatial axes of an input, when `kind` takes so many.

    Raises:
        RejectedError: the op does not take inputs of this rank.
    """
    axes = len(shape) - 1
    if axes in kind.axes:
        return axes
    wants = " or ".join(_AXES_WORDS[n] for n in kind.axes)
    has = f"{shape[0]} features" if axes == 0 else show_shape(shape)
    hint = "put `flatten` before it" if kind.axes[:1] == (0,) and axes else None
    if axes > 1 in kind.axes:
        tokens = "`tokens`, which keep the positions"
        hint = f"{hint}, or {tokens}" if hint else f"put {tokens}, before it"
    return reject("E405", None, f"`{kind.name}` takes {wants}, its input is {has}", hint)


def make_op(
    kind: type[Op], values: Mapping[str, Value], shapes: tuple[Shape, ...]
) -> tuple[Op, Shape]:
    """An op for these inputs, and the shape that it gives.

    Raises:
        RejectedError: the op does not take the values or the inputs.
    """
    axes = check_rank(kind, shapes[0]) if shapes else 0
    kernel = values.get(kind.on_head or "")
    if isinstance(kernel, tuple) and len(kernel) != axes:
        wants = f"{len(kernel)} spatial {'axes' if len(kernel) > 1 else 'axis'}"
        message = (
            f"a kernel of {show(kernel)} slides over {wants}, its input is {show_shape(shapes[0])}"
        )
        hint = "give the kernel one size for each axis"
        if len(kernel) == axes - 1 and (shapes[0][0] == 1 or shapes[0][1] in {1, 3}):
            hint = f"{hint}, or leave off the batch: shapes are those of one example"
        elif axes and len(set(kernel)) == 1:
            hint = f"{hint}: `{kind.name}{'x'.join([str(kernel[0])] * axes)}`"
        reject("E405", kind.on_head, message, hint)
    op = kind(axes, **values)
    output = op.output_shape(shapes)
    if max(output) > LARGEST:
        reject(
            "E506", None, f"an axis of the output is longer than {LARGEST:,}", "make it smaller"
        )
    return op, output
