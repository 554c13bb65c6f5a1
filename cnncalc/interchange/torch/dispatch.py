"""What lets a recorder see every operator that runs, before PyTorch takes it apart.

PyTorch asks a mode what an operator gives; it takes a long way to do so, through three of its own
functions, each time. So the mode is asked once for each operator, and what it answers with is put
where PyTorch keeps the answers, as long as the module runs.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

from cnncalc.interchange.aten.free import FREE, MADE
from cnncalc.interchange.aten.table import TABLE
from cnncalc.interchange.torch.shortcuts import shortcut
from cnncalc.interchange.torch.tape import Operator, Recorder, operator


class Known(NamedTuple):
    """How an operator is run.

    Attributes:
        is_composite: whether it is taken apart into others, since no table has it.
        is_maker: whether it makes a tensor of none, on whatever device it is told.
        shortcut: what it gives, where that is known without running it.
    """

    is_composite: bool
    is_maker: bool
    shortcut: Callable[[Any, Any], Any] | None


def way_of(torch: Any, func: Any, told: Operator) -> Known:
    """How an operator is run: as it stands where a table has it, else apart where PyTorch can."""
    schema = getattr(func, "_schema", None)
    if schema is None:
        return Known(is_composite=False, is_maker=False, shortcut=None)
    is_listed = told.op in TABLE or told.op in MADE or told.op in FREE
    key = torch._C.DispatchKey.CompositeImplicitAutograd  # noqa: SLF001 - no public name
    is_composite = not is_listed and bool(func.has_kernel_for_dispatch_key(key))
    is_maker = "device" in told.names and not any(
        "Tensor" in str(one.type) for one in schema.arguments
    )
    return Known(is_composite, is_maker, shortcut(torch, told.op, is_in_place=bool(told.written)))


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

        @classmethod
        def _should_skip_dynamo(cls) -> bool:
            return False  # to skip it, PyTorch loads it, which takes a second

        def __torch_dispatch__(
            self, func: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            run = known.get(func)
            if run is None:
                run = known[func] = runner(recorder, func)
                answers = getattr(func, "_dispatch_cache", None)
                if answers is not None:
                    answers[torch._C.DispatchKey.PreDispatch] = run  # noqa: SLF001
            with self:
                return run(*args, **(kwargs or {}))

    known: dict[Any, Callable[..., Any]] = {}

    def forget() -> None:
        for func in known:
            func.__dict__.get("_dispatch_cache", {}).pop(torch._C.DispatchKey.PreDispatch, None)  # noqa: SLF001

    with ExitStack() as stack:
        hooks = torch.nn.modules.module
        entered = hooks.register_module_forward_pre_hook(enters(recorder))
        left = hooks.register_module_forward_hook(leaves(recorder), always_call=True)
        stack.callback(entered.remove)
        stack.callback(left.remove)
        stack.callback(forget)
        stack.enter_context(enable_python_dispatcher())
        stack.enter_context(Mode())
        yield


def runner(recorder: Recorder, func: Any) -> Callable[..., Any]:
    """What runs an operator and takes it down."""
    torch = recorder.torch
    told = operator(func)
    names, defaults, value = told.names, [*told.defaults.items()], recorder.value
    is_composite, is_maker, known = way_of(torch, func, told)
    device = recorder.device if is_maker else None
    apart = torch._C._DisablePythonDispatcher  # noqa: SLF001 - it is slow, and not needed
    is_lifted = told.op in {"lift_fresh", "lift"} and recorder.device is not None

    def run(*args: Any, **named: Any) -> Any:
        if device is not None and named.get("device") is None:
            named["device"] = device
        values = dict(zip(names, map(value, args), strict=False))
        for name, one in named.items():
            values[name] = value(one)
        for name, one in defaults:
            values.setdefault(name, one)
        with apart():
            out = known(args, named) if known is not None else None
            if out is None:
                out = func(*args, **named)
        if is_lifted:
            return recorder.lifted(out)
        recorder.called(told, args, named, values, out)
        return out

    def taken_apart(*args: Any, **named: Any) -> Any:
        found = func.decompose(*args, **named)
        return run(*args, **named) if found is NotImplemented else found

    return taken_apart if is_composite else run


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
