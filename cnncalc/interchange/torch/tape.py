"""What a module runs, taken down operator by operator, before PyTorch takes these apart.

PyTorch hands every operator to a mode that asks for it, with its arguments as the module gave
them: `linear` is one operator here, and not yet a product and a sum. Tensors may be ones without
values, on the device `meta`; then nothing is computed.
"""

import weakref
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from cnncalc.interchange.aten.call import Call, Ref, Stored, Tape, tensors
from cnncalc.interchange.aten.free import MADE, OPEN
from cnncalc.interchange.torch.state import Parts

DTYPES: Mapping[str, int] = {
    "float32": 1, "uint8": 2, "int8": 3, "uint16": 4, "int16": 5, "int32": 6, "int64": 7,
    "bool": 9, "float16": 10, "float64": 11, "uint32": 12, "uint64": 13, "complex64": 14,
    "complex128": 15, "bfloat16": 16,
}  # fmt: skip
"""The numbers of `TensorProto.DataType` by PyTorch's names."""

FEW = 1024
"""Numbers of a constant that are kept: axes, factors, filters."""

PLAIN = frozenset({int, float, bool, str, type(None)})
"""Types of arguments that are taken down as they are."""


class Operator(NamedTuple):
    """What is known of an operator before it is called.

    Attributes:
        op: its name without its name space, and without the `_` of one in place.
        domain: its name space.
        names: those of its arguments, in order.
        defaults: what arguments are where they are left out.
        written: the names of those that it writes to.
    """

    op: str
    domain: str
    names: tuple[str, ...]
    defaults: Mapping[str, Any]
    written: tuple[str, ...]

    def changed(self, args: Any, named: Mapping[str, Any]) -> list[Any]:
        """The tensors that a call writes to."""
        bound = {**dict(zip(self.names, args, strict=False)), **named}
        found = flat([bound.get(name) for name in self.written])
        return [one for one in found if one is not None]


def operator(func: Any) -> Operator:
    """What PyTorch says of an operator."""
    schema = getattr(func, "_schema", None)
    told = schema.arguments if schema is not None else ()
    written = tuple(one.name for one in told if one.alias_info and one.alias_info.is_write)
    domain, _, op = str(getattr(schema, "name", func)).partition("::")
    return Operator(
        plain(op or str(func), is_in_place=bool(written)),
        domain,
        tuple(one.name for one in told),
        {one.name: one.default_value for one in told if one.has_default_value()},
        written,
    )


class OpenError(RuntimeError):
    """The shape of what an operator gives depends on the values that it reads."""


class Recorder:
    """The calls so far, and the name of every tensor.

    Args:
        torch: the package.
        parts: what is run, and all within, by their names.
        is_real: whether tensors have values; then they are let go as soon as the module does.
        device: where tensors are made of which the module does not say where.
    """

    def __init__(
        self, torch: Any, parts: Parts, *, is_real: bool, device: str | None = None
    ) -> None:
        self.torch = torch
        self.is_real = is_real
        self.device = device
        self.calls: list[Call] = []
        self.stored: dict[str, tuple[Ref, Any, bool]] = {}
        self.refs: dict[int, Ref] = {}
        self.alive: list[Any] = []
        self.count = 0
        self.scopes: list[str] = []
        self.times: dict[str, int] = {}
        self.classes: dict[str, str] = {}
        self.modules = {part: unqualified(name) for name, part in parts}
        self.dtypes: dict[Any, int] = {}

    def hold(self, tensor: Any, name: str, *, is_trained: bool = False, real: Any = None) -> Ref:
        """Know a tensor that no call gives; one that is known keeps its name."""
        if id(tensor) in self.refs:
            return self.refs[id(tensor)]
        ref = self.known(tensor, name)
        self.stored[name] = ref, tensor if real is None else real, is_trained
        return ref

    def known(self, tensor: Any, name: str | None = None) -> Ref:
        """A new name for a tensor as it is now."""
        if name is None:
            self.count += 1
            name = f"%{self.count}"
        kind = tensor.dtype
        dtype = self.dtypes.get(kind)
        if dtype is None:  # one that ONNX does not have is a float
            dtype = self.dtypes[kind] = DTYPES.get(str(kind).removeprefix("torch."), 1)
        key = id(tensor)
        ref = self.refs[key] = Ref(name, tuple(map(int, tensor.shape)), dtype)
        if self.is_real:
            weakref.finalize(tensor, self.refs.pop, key, None)
        else:
            self.alive.append(tensor)
        return ref

    def ref(self, tensor: Any) -> Ref:
        """The name of a tensor; one that nothing gave is a constant."""
        found = self.refs.get(id(tensor))
        if found is not None and found.shape == tensor.shape:
            return found
        self.count += 1
        return self.hold_new(tensor, f"constant_{self.count}")

    def hold_new(self, tensor: Any, name: str) -> Ref:
        """Know a tensor as a constant."""
        ref = self.known(tensor, name)
        self.stored[name] = ref, tensor, False
        return ref

    def lifted(self, tensor: Any) -> Any:
        """A tensor of numbers that the module says, without them; the tape has them."""
        empty = tensor.to(self.device)
        self.count += 1
        self.hold(empty, f"constant_{self.count}", real=tensor)
        return empty

    def value(self, value: Any) -> Any:
        """An argument of a call: tensors by their names, numbers as they are."""
        if type(value) in PLAIN:
            return value
        if isinstance(value, self.torch.Tensor):
            return self.ref(value)
        if isinstance(value, list | tuple):
            return [self.value(one) for one in value]
        if isinstance(value, self.torch.SymInt):
            return int(value)
        return value

    # The calls

    def called(  # noqa: PLR0917 - a call and what came of it
        self, told: Operator, args: Any, named: Mapping[str, Any], values: dict[str, Any], out: Any
    ) -> None:
        """Take down one call.

        Args:
            told: the operator.
            args: the arguments by their places.
            named: those by their names.
            values: all of them by their names, as they were read.
            out: what it gave.
        """
        op, written = told.op, told.written
        if op in OPEN or (op == "index" and self.is_open(values)):
            raise OpenError(f"the shape of what `{op}` gives depends on values")
        found = [one for one in flat(out) if isinstance(one, self.torch.Tensor)]
        if found and not written and handed_on(found, args, named):
            return
        outputs = [self.known(one) for one in found]
        if op in MADE:
            for tensor, ref in zip(found, outputs, strict=True):
                self.stored[ref.name] = ref, filler(op, values, tensor), False
            return
        changed = told.changed(args, named) if written else []
        given = {id(one) for one in found}
        outputs += [self.known(one) for one in changed if id(one) not in given]
        if outputs:
            self.calls.append(Call(op, values, tuple(outputs), self.scope, told.domain))
        for tensor in changed:
            self.write_back(tensor)

    def is_open(self, values: Mapping[str, Any]) -> bool:
        """Whether an index is a choice that depends on the input: true or false for each place."""
        rest = [one for name, one in values.items() if name != "self"]
        masks = (one for one in tensors(rest) if one.dtype == DTYPES["bool"])
        return any(one.name not in self.stored for one in masks)

    def write_back(self, tensor: Any) -> None:
        """Let the tensor that another is a view of have what was written to this."""
        base = getattr(tensor, "_base", None)
        if base is None or id(base) not in self.refs:
            return
        values = {"self": self.refs[id(base)], "src": self.refs[id(tensor)]}
        self.calls.append(Call("scatter_into", values, (self.known(base),), self.scope))

    @property
    def scope(self) -> str:
        """The modules that are running, outermost first."""
        return self.scopes[-1] if self.scopes else ""

    def enter(self, module: Any) -> None:
        """Note that a module begins; what runs again in the same place has a number."""
        name = self.modules.get(module, "")
        scope = f"{self.scope}/{name}" if name else self.scope
        times = self.times.get(scope, 0) if name else 0
        self.times[scope] = times + 1
        self.scopes.append(f"{scope}_{times}" if times else scope)
        self.classes[self.scopes[-1]] = type(module).__name__

    def tape(self, inputs: tuple[Ref, ...], outputs: Mapping[str, Ref]) -> Tape:
        """All that was taken down."""
        stored = [
            Stored(ref, None if is_trained else data_of(self.torch, tensor), is_trained)
            for ref, tensor, is_trained in self.stored.values()
        ]
        return Tape(tuple(self.calls), inputs, outputs, tuple(stored), self.is_real, self.classes)


def unqualified(name: str) -> str:
    """The last part of a module's name that is no number, and what follows: `layer1.0`."""
    parts = name.split(".")
    first = len(parts) - 1
    while first > 0 and parts[first].isdigit():
        first -= 1
    return ".".join(parts[first:])


def plain(op: str, *, is_in_place: bool) -> str:
    """The name of an operator without the `_` of one in place."""
    return op[:-1] if is_in_place and op.endswith("_") and not op.endswith("__") else op


def handed_on(found: list[Any], args: Any, named: Mapping[str, Any]) -> bool:
    """Whether a call gives nothing but what it reads."""
    inner = {id(one) for one in flat([*args, *named.values()])}
    return all(id(one) in inner for one in found)


def flat(value: Any) -> Iterator[Any]:
    """The values in lists, in their order."""
    if isinstance(value, list | tuple):
        for one in value:
            yield from flat(one)
    else:
        yield value


FILLERS = {"zeros": 0, "zeros_like": 0, "new_zeros": 0, "zero": 0, "ones": 1, "ones_like": 1,
           "new_ones": 1}  # fmt: skip


def filler(op: str, values: Mapping[str, Any], tensor: Any) -> Any:
    """The number that a new tensor is full of, where there is one."""
    number = FILLERS.get(op, values.get("fill_value", values.get("value")))
    if op == "arange" and tensor.numel() <= FEW:
        start, step = values.get("start") or 0, values.get("step") or 1
        return [start + step * at for at in range(tensor.numel())], tensor.dtype
    if isinstance(number, int | float) and tensor.numel() <= FEW:
        return [number] * tensor.numel(), tensor.dtype
    return None


def data_of(torch: Any, tensor: Any) -> bytes | None:
    """The values of a constant as ONNX stores them, where they are few and there are any."""
    if isinstance(tensor, tuple):
        tensor = torch.tensor(tensor[0]).to(tensor[1])
    if tensor is None or tensor.device.type == "meta" or not 0 < tensor.numel() <= FEW:
        return None
    if str(tensor.dtype).removeprefix("torch.") not in DTYPES or is_fake(tensor):
        return None
    try:
        plain_one = tensor.detach().cpu().contiguous()
        return bytes(plain_one.view(-1).view(torch.uint8).numpy().tobytes())
    except (RuntimeError, TypeError, NotImplementedError):
        return None


def is_fake(tensor: Any) -> bool:
    """Whether a tensor has a shape and a device, and no values."""
    return type(tensor).__name__ in {"FakeTensor", "FunctionalTensor"}
