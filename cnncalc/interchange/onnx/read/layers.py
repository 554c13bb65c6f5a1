"""The layers that the nodes of a model become, gathered without names, and named at the end."""

from collections.abc import Callable, Iterator, Mapping
from math import prod

from cnncalc.graph import Layer
from cnncalc.interchange.onnx.read.names import (
    label_of,
    module_of,
    name_layers,
    scopes_by_weights,
    scopes_of,
    scopes_of_tensor,
    within,
)
from cnncalc.interchange.onnx_model.tensors import SMALL
from cnncalc.interchange.onnx_model.values import Node, Site, Value, check_axes
from cnncalc.interchange.terms.holding import weight_names
from cnncalc.interchange.terms.made import Made
from cnncalc.ops import Op
from cnncalc.ops.tokens import Learned
from cnncalc.ops.values import Shape
from cnncalc.records import Record

SETTINGS = frozenset(
    {
        "Clip", "CumSum", "DequantizeLinear", "Dropout", "Expand", "NonMaxSuppression", "OneHot",
        "Pad", "Pow", "QuantizeLinear", "ReduceL1", "ReduceL2", "ReduceMax", "ReduceMean",
        "ReduceMin", "ReduceSum", "Reshape", "Resize", "RoiAlign", "Slice", "Split", "Squeeze",
        "Tile", "TopK", "Trilu", "Unsqueeze", "Upsample",
    }
)  # fmt: skip
"""Operators whose first input is what they work on, the others how: none of these is trained."""

QUANTIZED = frozenset(
    {
        "ConvInteger", "DequantizeLinear", "DynamicQuantizeLSTM", "DynamicQuantizeLinear",
        "DynamicQuantizeMatMul", "GatherBlockQuantized", "MatMulBnb4", "MatMulFpQ4",
        "MatMulInteger", "MatMulIntegerToFloat", "MatMulNBits", "QAttention", "QGemm",
        "QLinearAdd", "QLinearAveragePool", "QLinearConcat", "QLinearConv",
        "QLinearGlobalAveragePool", "QLinearLeakyRelu", "QLinearMatMul", "QLinearMul",
        "QLinearReduceMean", "QLinearSigmoid", "QLinearSoftmax", "QLinearWhere", "QuantizeLinear",
    }
)  # fmt: skip
"""Operators of which one makes a model a quantised one."""


class Draft(Record):
    """A layer that has no name yet; what it reads are the numbers of drafts, or input names.

    Attributes:
        held: the tensors that are its own, where these are not the ones its op says.
        names: the trained tensors that it works with, be they another's as well.
        kept: the tensors that it keeps and does not train.
        shares: the number of the draft all of whose tensors it works with.
        made: what its reader said, all axes.
        within: the groups of the body that its node stands in; () for the graph of the model.
        dtype: the number of the type of what it gives.
        packed: the bits of a value of a tensor that is packed in the file.
    """

    op: Op
    reads: tuple[int | str, ...]
    read_shapes: tuple[Shape, ...]
    shape: Shape
    held: Mapping[str, Shape] | None
    scopes: tuple[str, ...]
    module: tuple[str, ...]
    made: Made
    names: frozenset[str] = frozenset()
    kept: tuple[str, ...] = ()
    shares: int | None = None
    within: tuple[str, ...] = ()
    dtype: int = 1
    packed: int = 0


class Drafts:
    """The layers so far, and the tensors that they hold."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self.values = values
        self.found: list[Draft] = []
        self.owners: dict[str, int] = {}
        self.within: tuple[str, ...] = ()

    def macs(self, start: int = 0) -> int:
        """Multiply-accumulates of the layers from a number on, those of activations among them."""
        told = ((one.op, one.read_shapes, one.shape) for one in self.found[start:])
        return sum(op.macs(read, out) + op.product_macs(read, out) for op, read, out in told)

    def forget(self, start: int) -> None:
        """Drop the layers from a number on, and what they hold."""
        del self.found[start:]
        for name in [name for name, owner in self.owners.items() if owner >= start]:
            del self.owners[name]

    def counts(self, start: int) -> bool:
        """Whether the layers from a number on hold or multiply anything."""
        return bool(self.macs(start) or any(one.names for one in self.found[start:]))

    def place(self, site: Site, made: Made, scopes: tuple[str, ...] = ()) -> Value:
        """Add a layer, in other scopes than its node if there are any, and say what it gives."""
        dtype = dtype_of(site, made.shape)
        if made.op is None:
            return made.reads[0]._replace(dtype=dtype, shape=made.shape)
        if made.after is not None:
            before = self.place(site, made.after)
            read = (before, *made.reads[1:])
            holds = made.holds if made.after.holds == () else ()  # one of the two holds all
            return self.place(site, made._replace(reads=read, after=None, holds=holds))
        if made.learns:
            read = tuple(self.learned(site, value) for value in made.reads)
            return self.place(site, made._replace(reads=read, learns=False, holds=()))
        op = made.op
        if made.holds is not None and any(map(self.is_apart(made.holds), made.reads)):
            is_apart = self.is_apart(made.holds)
            read = tuple(self.learned(site, v) if is_apart(v) else v for v in made.reads)
            made = made._replace(reads=read)
        for number, draft in enumerate(self.found[-8:], max(0, len(self.found) - 8)):
            if draft.op is made.op:  # a second output of the same layer
                return Value("", made.shape, dtype, None, f"%{number}")
        names = frozenset(_names(site, made))
        kept = tuple(site.node.inputs[1:]) if _has_buffers(made) else ()
        shares = self.shared(made, names, kept)
        held = self.held(site, made) if shares is None else None
        reads = tuple(_place(value) for value in made.reads if value.layer is not None)
        shapes = tuple(value.example for value in made.reads)
        where = scopes or _scopes(site.node), module_of(_names(site, made))
        given = Value("", made.shape, dtype, None, f"%{len(self.found)}", is_open=made.is_open)
        check_axes(made.shape, site.title)
        told = reads, shapes, given.example, held
        packed = int(site.get("bits", 4)) if made.packed else 0
        draft = Draft(op, *told, *where, made, names, kept, shares, self.within, dtype, packed)
        self.found.append(draft)
        return given

    def give_as(self, value: Value, dtype: int) -> bool:
        """Let the layer that gives a value give it in another type, and say whether it can."""
        place = _place(value)
        if not isinstance(place, int):
            return False
        if self.found[place].op.is_view:  # what hands its input on gives it as that is
            while isinstance(place, int) and self.found[place].op.is_view:
                place = next(iter(self.found[place].reads), "")
            return isinstance(place, int) and self.found[place].dtype == dtype
        self.found[place] = self.found[place]._replace(dtype=dtype)
        return True

    @staticmethod
    def is_apart(holds: tuple[str, ...]) -> Callable[[Value], bool]:
        """What says whether a trained tensor that is read is none of those that a layer holds."""
        return lambda value: value.is_static and not {*value.sources} <= {*holds}

    def learned(self, site: Site, value: Value) -> Value:
        """A stored tensor as a layer of its own; what a layer gives as it is."""
        if not value.is_static:
            return value
        op, names = Learned(0, shape=value.example), weight_names(value)
        scopes = scopes_of_tensor(names[0]) if names and _scopes(site.node) else ()
        return self.place(site, Made(op, value.shape, (), names), scopes)

    def held(self, site: Site, made: Made) -> Mapping[str, Shape] | None:
        """The tensors that a layer holds, each once; None when they are those its op says."""
        own = [name for name in dict.fromkeys(_names(site, made)) if name not in self.owners]
        self.owners.update(dict.fromkeys(own, len(self.found)))
        shapes = {name: made.packed.get(name, self.values[name].shape) for name in own}
        read = tuple(value.example for value in made.reads)
        told = made.op.parameters(read) if made.op else {}
        if sorted(map(prod, told.values())) == sorted(map(prod, shapes.values())):
            return None
        return _labelled(shapes)

    def shared(self, made: Made, names: frozenset[str], kept: tuple[str, ...]) -> int | None:
        """The number of the earlier layer that works with the same tensors, all of them."""
        owners = {self.owners.get(name) for name in names}
        if len(owners) != 1 or made.op is None or None in owners:
            return None
        [number] = owners
        if number is None or self.found[number].held is not None:
            return None
        other = self.found[number]
        if (type(other.op), other.names, other.kept) != (type(made.op), names, kept):
            return None
        told = made.op.parameters(tuple(value.example for value in made.reads))
        return number if told == other.op.parameters(other.read_shapes) else None


def named(
    found: Mapping[int, Draft], inputs: Mapping[str, Shape]
) -> tuple[tuple[Layer, ...], Mapping[str, str]]:
    """The layers with their names, and the name behind every value."""
    scopes = [draft.scopes for draft in found.values()]
    if not any(scopes):
        scopes = scopes_by_weights([draft.module for draft in found.values()])
    both = zip(found.values(), scopes, strict=True)
    scopes = [within(draft.within, scope) for draft, scope in both]
    labels = [label_of(draft.op.name) for draft in found.values()]
    names = dict(zip(found, name_layers(scopes, labels, inputs), strict=True))
    places = {f"%{number}": name for number, (name, _) in names.items()}
    places |= {name: name for name in inputs}
    layers = tuple(
        Layer(
            *names[number],
            draft.op,
            tuple(places[f"%{one}"] if isinstance(one, int) else one for one in draft.reads),
            draft.read_shapes,
            draft.shape,
            own_parameters=draft.held,
            shares=None if draft.shares is None else names[draft.shares][0],
        )
        for number, draft in found.items()
    )
    return layers, places


def _names(site: Site, made: Made) -> tuple[str, ...]:
    """The names of the tensors that a layer holds, be they another's as well."""
    return tuple(sources_of(site)) if made.holds is None else made.holds


def _has_buffers(made: Made) -> bool:
    """Whether a layer keeps tensors that are not trained."""
    return made.op is not None and bool(made.op.buffers(tuple(one.example for one in made.reads)))


def _scopes(node: Node) -> tuple[str, ...]:
    metadata = {one.key: one.value for one in node.proto.metadata_props}
    return scopes_of(node.name, metadata)


def _place(value: Value) -> int | str:
    layer = value.layer or ""
    return int(layer[1:]) if layer.startswith("%") else layer


def sources_of(site: Site) -> Iterator[str]:
    """The trained tensors behind what a node reads and no layer gives."""
    values = site.values[:1] if site.node.op_type in SETTINGS else site.values
    for value in (*values, *site.captured):
        if value is None or not value.is_static:
            continue
        if site.node.op_type == "DequantizeLinear":
            yield from value.sources or (value.name,) * (prod(value.shape) > 1)
        else:
            yield from value.sources


def _labelled(shapes: Mapping[str, Shape]) -> Mapping[str, Shape]:
    """Tensors under the last part of their names, which stay apart."""
    found: dict[str, Shape] = {}
    for name, shape in shapes.items():
        label = name.rpartition(".")[2].rpartition("/")[2] or name
        found[name if label in found else label] = shape
    return found


_FLOAT, _BYTE, _WIDE, _INTEGER, _BOOLEAN = 1, 2, 6, 7, 9
_TYPES = {
    **dict.fromkeys(("Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"), _BOOLEAN),
    **dict.fromkeys(("Not", "And", "Or", "Xor", "IsNaN", "IsInf"), _BOOLEAN),
    **dict.fromkeys(("ArgMax", "ArgMin", "Shape", "Size", "NonZero"), _INTEGER),
}


def dtype_of(site: Site, shape: Shape = ()) -> int:
    """The number of the element type that a node gives, of several outputs the one of a shape."""
    kind = site.node.op_type
    if kind == "Cast":
        return site.cast_to
    if kind in {"CastLike", "Where"}:
        return site.value(1).dtype
    if kind in QUANTIZED:
        return _quantized(site, shape)
    return _TYPES.get(kind) or next((value.dtype for value in site.known), 1)


def _quantized(site: Site, shape: Shape) -> int:
    """The same of an operator on integers, or to them."""
    kind, given = site.node.op_type, next((value.dtype for value in site.active), _FLOAT)
    if kind in {"QuantizeLinear", "DequantizeLinear"}:
        return _scaled_to(site)
    if kind in {"ConvInteger", "MatMulInteger"}:
        return _WIDE
    if kind == "DynamicQuantizeLinear":
        return _BYTE if shape == site.x.shape else _FLOAT
    if kind.startswith("QLinear") or (kind == "QGemm" and site.optional(8)):
        return given
    return _FLOAT if given in SMALL else given


def _scaled_to(site: Site) -> int:
    """The number of the type that QuantizeLinear or DequantizeLinear gives.

    Source: ONNX operators QuantizeLinear 21 and DequantizeLinear 21.
    """
    is_back = site.node.op_type == "DequantizeLinear"
    told = int(site.get("output_dtype", 0) or 0)
    if told:
        return told
    other = site.optional(1 if is_back else 2)
    return other.dtype if other is not None else _FLOAT if is_back else _BYTE
