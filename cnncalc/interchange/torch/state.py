"""A module as it runs at inference, and afterwards as it was before."""

import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from typing import Any

Names = dict[str, tuple[Any, Any, bool]]
"""For each tensor of a module what stands in its place, itself, and whether it is trained."""


def unwrapped(torch: Any, module: Any) -> Any:
    """The module within one that compiles it, or runs it on several devices."""
    inner = getattr(module, "_orig_mod", None)
    parallel = (torch.nn.DataParallel, torch.nn.parallel.DistributedDataParallel)
    if inner is None and isinstance(module, parallel):
        inner = module.module
    return unwrapped(torch, inner) if isinstance(inner, torch.nn.Module) else module


@contextmanager
def at_inference(torch: Any, module: Any) -> Iterator[None]:
    """Let a module run as at inference; whatever it keeps meanwhile is taken from it again."""
    modes = {part: part.training for part in module.modules()}
    has_fast_path = torch.backends.mha.get_fastpath_enabled()
    try:
        # Attention has a fused form for inference, of which nothing can be read.
        torch.backends.mha.set_fastpath_enabled(value=False)
        with torch.no_grad():
            module.eval()
            yield
    finally:
        torch.backends.mha.set_fastpath_enabled(value=has_fast_path)
        for part, mode in modes.items():
            if part.training != mode:
                part.training = mode


@contextmanager
def kept_as_it_is(module: Any) -> Iterator[None]:
    """Take from a module again whatever it keeps of a run: tensors without values among them."""
    kept = [
        (held, dict(held))
        for part in module.modules()
        for held in (vars(part), *(vars(part).get(name) for name in _HELD))
        if isinstance(held, dict)
    ]
    try:
        yield
    finally:
        for held, before in kept:
            if len(held) != len(before) or any(held.get(key) is not before[key] for key in before):
                held.clear()
                held.update(before)


_HELD = ("_parameters", "_buffers", "_modules")


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


def named_tensors(module: Any) -> Names:
    """The parameters and buffers, each under the first of its names."""
    found: Names = {name: (one, one, True) for name, one in module.named_parameters()}
    found |= {name: (one, one, False) for name, one in module.named_buffers()}
    return found


@contextmanager
def without_values(torch: Any, module: Any) -> Iterator[Names]:
    """Put tensors without values in the place of all that a module holds."""
    made: dict[int, Any] = {}
    names = {
        id(one): (name, is_trained) for name, (one, _, is_trained) in named_tensors(module).items()
    }
    found: Names = {}
    swapped: list[tuple[dict[str, Any], str, Any]] = []
    try:
        for prefix, part in module.named_modules():
            for held in (vars(part), *(vars(part).get(name) for name in _HELD[:2])):
                for key, one in list(held.items()) if isinstance(held, dict) else ():
                    if not isinstance(one, torch.Tensor):
                        continue
                    if id(one) not in made:
                        made[id(one)] = _shape_of(torch, one)
                        name, is_trained = names.get(
                            id(one), (f"{prefix}.{key}".lstrip("."), False)
                        )
                        found[name] = made[id(one)], one, is_trained
                    swapped.append((held, key, one))
                    held[key] = made[id(one)]
        # Of a compiled module nothing can be taken out: its tensors stay as they are.
        left = named_tensors(module).items()
        yield {**found, **{name: one for name, one in left if name not in found}}
    finally:
        for held, key, one in swapped:
            held[key] = one


def _shape_of(torch: Any, tensor: Any) -> Any:
    """A tensor of the same shape without values."""
    empty = tensor.detach().to("meta")
    if isinstance(tensor, torch.nn.Parameter):
        return torch.nn.Parameter(empty, requires_grad=tensor.requires_grad)
    return empty
