"""What a module runs, taken down operator by operator, before PyTorch takes these apart.

PyTorch hands every operator to a mode that asks for it, with its arguments as the module gave
them: `linear` is one operator here, and not yet a product and a sum. Tensors may be ones without
values, on the device `meta`; then nothing is computed.
"""

import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

from cnncalc.interchange.aten.call import Call, Ref, Stored, Tape, tensors
from cnncalc.interchange.aten.free import FREE, MADE, OPEN
from cnncalc.interchange.aten.table import TABLE
from cnncalc.interchange.torch.shortcuts import shortcut

DTYPES: Mapping[str, int] = {
    "float32": 1, "uint8": 2, "int8": 3, "uint16": 4, "int16": 5, "int32": 6, "int64": 7,
    "bool": 9, "float16": 10, "float64": 11, "uint32": 12, "uint64": 13, "complex64": 14,
    "complex128": 15, "bfloat16": 16,
}  # fmt: skip
"""The numbers of `TensorProto.DataType` by PyTorch's names."""

FEW = 1024
"""Numbers of a constant that are kept: axes, factors, filters."""


class Given(NamedTuple):
    """The arguments of a call."""

    args: Any
    named: Mapping[str, Any]

    def by_name(self, names: Sequence[str]) -> dict[str, Any]:
        """All of them by their names."""
        return {**dict(zip(names, self.args, strict=False)), **self.named}


class OpenError(RuntimeError):
    """The shape of what an operator gives depends on the values that it reads."""


class Recorder:
    """The calls so far, and the name of every tensor.

    Args:
        torch: the package.
        module: what is run.
        is_real: whether tensors have values; then they are let go as soon as the module does.
    """

    def __init__(self, torch: Any, module: Any, *, is_real: bool) -> None:
        self.torch = torch
        self.is_real = is_real
        self.calls: list[Call] = []
        self.stored: dict[str, tuple[Ref, Any, bool]] = {}
        self.refs: dict[int, Ref] = {}
        self.alive: list[Any] = []
        self.count = 0
        self.scopes: list[str] = []
        self.times: dict[str, int] = {}
        self.classes: dict[str, str] = {}
        self.modules = {part: name for name, part in module.named_modules()}
        self.arguments: dict[Any, tuple[tuple[str, ...], dict[str, Any], tuple[str, ...]]] = {}

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
        ref = Ref(name, tuple(map(int, tensor.shape)), self.dtype(tensor))
        key = id(tensor)
        self.refs[key] = ref
        if self.is_real:
            weakref.finalize(tensor, self.refs.pop, key, None)
        else:
            self.alive.append(tensor)
        return ref

    def dtype(self, tensor: Any) -> int:
        """The number of an element type; one that ONNX does not have is a float."""
        return DTYPES.get(str(tensor.dtype).removeprefix("torch."), 1)

    def ref(self, tensor: Any) -> Ref:
        """The name of a tensor; one that nothing gave is a constant."""
        found = self.refs.get(id(tensor))
        if found is not None and found.shape == tuple(tensor.shape):
            return found
        self.count += 1
        return self.hold_new(tensor, f"constant_{self.count}")

    def hold_new(self, tensor: Any, name: str) -> Ref:
        """Know a tensor as a constant."""
        ref = self.known(tensor, name)
        self.stored[name] = ref, tensor, False
        return ref

    def value(self, value: Any) -> Any:
        """An argument of a call: tensors by their names, numbers as they are."""
        if isinstance(value, self.torch.Tensor):
            return self.ref(value)
        if isinstance(value, list | tuple):
            return [self.value(one) for one in value]
        if isinstance(value, self.torch.SymInt):
            return int(value)
        return value

    # The calls

    def called(self, func: Any, given: Given, read: Given, out: Any) -> None:
        """Take down one call: its arguments, these as they were read, and what it gave."""
        names, defaults, written = self.signature(func)
        domain, _, op = str(getattr(getattr(func, "_schema", None), "name", func)).partition("::")
        op = plain(op or str(func), is_in_place=bool(written))
        if op in OPEN or (op == "index" and self.is_open(read)):
            raise OpenError(f"the shape of what `{op}` gives depends on values")
        found = [one for one in flat(out) if isinstance(one, self.torch.Tensor)]
        inner = {id(one) for one in flat([*given.args, *given.named.values()])}
        if found and not written and all(id(one) in inner for one in found):
            return  # it hands on what it reads
        values = read.by_name(names)
        values |= {name: one for name, one in defaults.items() if name not in values}
        outputs = [self.known(one) for one in found]
        if op in MADE:
            for tensor, ref in zip(found, outputs, strict=True):
                self.stored[ref.name] = ref, filler(op, values, tensor), False
            return
        bound = given.by_name(names)
        changed = [one for one in flat([bound.get(name) for name in written]) if one is not None]
        told = {id(one) for one in found}
        outputs += [self.known(one) for one in changed if id(one) not in told]
        if outputs:
            self.calls.append(Call(op, values, tuple(outputs), self.scope, domain))
        for tensor in changed:
            self.write_back(tensor)

    def is_open(self, read: Given) -> bool:
        """Whether an index is a choice that depends on the input: true or false for each place."""
        masks = (one for one in tensors(read.args[1:]) if one.dtype == DTYPES["bool"])
        return any(one.name not in self.stored for one in masks)

    def write_back(self, tensor: Any) -> None:
        """Let the tensor that another is a view of have what was written to this."""
        base = getattr(tensor, "_base", None)
        if base is None or id(base) not in self.refs:
            return
        values = {"self": self.refs[id(base)], "src": self.refs[id(tensor)]}
        self.calls.append(Call("scatter_into", values, (self.known(base),), self.scope))

    def signature(self, func: Any) -> tuple[tuple[str, ...], dict[str, Any], tuple[str, ...]]:
        """The names of arguments, what they are where they are left out, and the written ones."""
        found = self.arguments.get(func)
        if found is None:
            schema = getattr(func, "_schema", None)
            told = schema.arguments if schema is not None else ()
            found = self.arguments[func] = (
                tuple(one.name for one in told),
                {one.name: one.default_value for one in told if one.has_default_value()},
                tuple(one.name for one in told if one.alias_info and one.alias_info.is_write),
            )
        return found

    @property
    def scope(self) -> str:
        """The modules that are running, outermost first."""
        return self.scopes[-1] if self.scopes else ""

    def enter(self, module: Any) -> None:
        """Note that a module begins; what runs again in the same place has a number."""
        name = unqualified(self.modules.get(module, ""))
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


@contextmanager
def recording(recorder: Recorder) -> Iterator[None]:
    """Let a recorder take down what runs."""
    torch = recorder.torch
    from torch._dispatch.python import enable_python_dispatcher  # noqa: PLC0415
    from torch._subclasses.schema_check_mode import SchemaCheckMode  # noqa: PLC0415
    from torch.utils._python_dispatch import TorchDispatchMode  # noqa: PLC0415

    class Mode(SchemaCheckMode):  # type: ignore[misc]
        """One of the modes that PyTorch lets see operators before it takes them apart."""

        def __init__(self) -> None:
            TorchDispatchMode.__init__(self, _dispatch_key=torch._C.DispatchKey.PreDispatch)  # noqa: SLF001

        def __torch_dispatch__(
            self, func: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            named = kwargs or {}
            way = known.get(func)
            if way is None:
                way = known[func] = way_of(torch, func)
            if way.is_composite:
                with self:
                    found = func.decompose(*args, **named)
                if found is not NotImplemented:
                    return found
            values = {key: recorder.value(one) for key, one in named.items()}
            read = Given(recorder.value(args), values)
            with torch._C._DisablePythonDispatcher():  # noqa: SLF001 - it is slow, and not needed
                out = way.shortcut(args, named) if way.shortcut else None
                if out is None:
                    out = func(*args, **named)
                elif way.is_in_place:
                    out = args[0]
            recorder.called(func, Given(args, named), read, out)
            return out

    known: dict[Any, Known] = {}
    with ExitStack() as stack:
        hooks = torch.nn.modules.module
        entered = hooks.register_module_forward_pre_hook(enters(recorder))
        left = hooks.register_module_forward_hook(leaves(recorder), always_call=True)
        stack.callback(entered.remove)
        stack.callback(left.remove)
        stack.enter_context(enable_python_dispatcher())
        stack.enter_context(Mode())
        yield


class Known(NamedTuple):
    """How an operator is run.

    Attributes:
        is_composite: whether it is taken apart into others, since no table has it.
        is_in_place: whether it gives what it writes to.
        shortcut: what it gives, where that is known without running it.
    """

    is_composite: bool
    is_in_place: bool
    shortcut: Callable[[Any, Any], Any] | None


def way_of(torch: Any, func: Any) -> Known:
    """How an operator is run: as it stands where a table has it, else apart where PyTorch can."""
    schema = getattr(func, "_schema", None)
    if schema is None:
        return Known(is_composite=False, is_in_place=False, shortcut=None)
    is_mutable = bool(schema.is_mutable)
    op = plain(schema.name.partition("::")[2], is_in_place=is_mutable)
    is_listed = op in TABLE or op in MADE or op in FREE
    key = torch._C.DispatchKey.CompositeImplicitAutograd  # noqa: SLF001 - no public name
    is_composite = not is_listed and bool(func.has_kernel_for_dispatch_key(key))
    return Known(is_composite, is_mutable, shortcut(torch, op))


def enters(recorder: Recorder) -> Callable[..., None]:
    """What notes that a module begins."""

    def enter(module: Any, _args: Any) -> None:
        recorder.enter(module)

    return enter


def leaves(recorder: Recorder) -> Callable[..., None]:
    """What notes that a module ends."""

    def leave(_module: Any, _args: Any, _out: Any) -> None:
        recorder.scopes.pop()

    return leave
