"""A module as it runs at inference, and afterwards as it was before."""

import io
import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from typing import Any

Names = dict[str, tuple[Any, Any, bool]]
"""For each tensor of a module what stands in its place, itself, and whether it is trained."""

Parts = Sequence[tuple[str, Any]]
"""A module and all within, each with its name."""


def unwrapped(torch: Any, module: Any) -> Any:
    """The module within one that compiles it, or runs it on several devices."""
    inner = getattr(module, "_orig_mod", None)
    parallel = (torch.nn.DataParallel, torch.nn.parallel.DistributedDataParallel)
    if inner is None and isinstance(module, parallel):
        inner = module.module
    return unwrapped(torch, inner) if isinstance(inner, torch.nn.Module) else module


def parts_of(module: Any) -> Parts:
    """A module and all within, outermost first, each under the first of its names."""
    found = [("", module)]
    seen = {module}
    open_ones = [("", iter(module._modules.items()))]  # noqa: SLF001 - PyTorch walks many times
    while open_ones:
        prefix, rest = open_ones[-1]
        for name, part in rest:
            if part is not None and part not in seen:
                seen.add(part)
                found.append((f"{prefix}{name}", part))
                inner = part._modules  # noqa: SLF001 - as above
                if inner:
                    open_ones.append((f"{prefix}{name}.", iter(inner.items())))
                    break
        else:
            open_ones.pop()
    return found


@contextmanager
def at_inference(torch: Any, parts: Parts) -> Iterator[None]:
    """Let a module run as at inference; whatever it keeps meanwhile is taken from it again."""
    modes = [(part, part.training) for _, part in parts]
    has_fast_path = torch.backends.mha.get_fastpath_enabled()
    try:
        # Attention has a fused form for inference, of which nothing can be read.
        torch.backends.mha.set_fastpath_enabled(value=False)
        with torch.no_grad():
            _evaluate(torch, parts)
            yield
    finally:
        torch.backends.mha.set_fastpath_enabled(value=has_fast_path)
        for part, mode in modes:
            if part.training != mode:
                part.training = mode


def _evaluate(torch: Any, parts: Parts) -> None:
    """Do what `eval` does, which takes long to set what it sets."""
    plain = torch.nn.Module.train
    for _, part in parts:
        if type(part).train is not plain or "training" not in vars(part):
            parts[0][1].eval()
            return
    for _, part in parts:
        part.__dict__["training"] = False


@contextmanager
def kept_as_it_is(parts: Parts) -> Iterator[None]:
    """Take from a module again whatever it keeps of a run: tensors without values among them."""
    kept = [(held, dict(held)) for held in _held(parts, _HELD)]
    try:
        yield
    finally:
        for held, before in kept:
            is_same = [*map(id, held.values())] == [*map(id, before.values())]
            if not is_same or [*held] != [*before]:
                held.clear()
                held.update(before)


_HELD = ("_parameters", "_buffers", "_modules")


def _held(parts: Parts, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The dictionaries in which modules hold what they have."""
    for _, part in parts:
        own = part.__dict__
        yield own
        for name in names:
            found = own.get(name)
            if isinstance(found, dict):
                yield found


@contextmanager
def silenced() -> Iterator[None]:
    """Nothing is printed, warned of or logged."""
    before = logging.root.manager.disable
    with ExitStack() as stack:
        stack.enter_context(warnings.catch_warnings())
        stack.enter_context(redirect_stdout(io.StringIO()))
        stack.enter_context(redirect_stderr(io.StringIO()))
        warnings.simplefilter("ignore")
        logging.disable(logging.CRITICAL)
        try:
            yield
        finally:
            logging.disable(before)


def named_tensors(parts: Parts) -> Names:
    """The parameters and buffers, each under the first of its names."""
    found: Names = {}
    seen: set[int] = set()
    for kind, is_trained in (("_parameters", True), ("_buffers", False)):
        for prefix, part in parts:
            for name, one in getattr(part, kind).items():
                if one is not None and id(one) not in seen:
                    seen.add(id(one))
                    found[f"{prefix}.{name}" if prefix else name] = one, one, is_trained
    return found


@contextmanager
def without_values(torch: Any, parts: Parts) -> Iterator[Names]:
    """Put tensors without values in the place of all that a module holds."""
    told = named_tensors(parts)
    made = {id(one): _shape_of(torch, one) for one, _, _ in told.values()}
    found = {name: (made[id(one)], one, trained) for name, (one, _, trained) in told.items()}
    swapped: list[tuple[dict[str, Any], str, Any]] = []
    inside: set[int] = set()
    try:
        for prefix, part in parts:
            for held in _held([(prefix, part)], _HELD[:2]):
                for key, one in [*held.items()]:
                    if not isinstance(one, torch.Tensor):
                        continue
                    if id(one) not in made:
                        made[id(one)] = _shape_of(torch, one)
                        found[f"{prefix}.{key}".lstrip(".")] = made[id(one)], one, False
                    inside.add(id(one))
                    swapped.append((held, key, one))
                    held[key] = made[id(one)]
        # Of a compiled module nothing can be taken out: its tensors stay as they are.
        yield {
            name: (empty if id(one) in inside else one, one, trained)
            for name, (empty, one, trained) in found.items()
        }
    finally:
        for held, key, one in swapped:
            held[key] = one


def _shape_of(torch: Any, tensor: Any) -> Any:
    """A tensor of the same shape without values."""
    is_plain = type(tensor) in {torch.Tensor, torch.nn.Parameter}
    if is_plain and tensor.layout == torch.strided and not tensor.is_quantized:
        size, stride = tensor.shape, tensor.stride()
        empty = torch.empty_strided(size, stride, dtype=tensor.dtype, device="meta")
    else:
        empty = tensor.detach().to("meta")
    if isinstance(tensor, torch.nn.Parameter):
        return torch.nn.Parameter(empty, requires_grad=tensor.requires_grad)
    return empty
