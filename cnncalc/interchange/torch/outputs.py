"""What a module gives, as tensors with names."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any


def output_tensors(torch: Any, results: Any) -> dict[str, Any]:
    """The tensors in what a module gives: under the keys of a dictionary, else by number."""
    if isinstance(results, torch.Tensor):
        return {"output": results}
    found: dict[str, Any] = {}
    for name, one in _leaves(torch, results, ""):
        found.setdefault(name, one)
    return found


def _leaves(torch: Any, value: Any, name: str, depth: int = 20) -> Iterator[tuple[str, Any]]:
    """Tensors with the way to them: `boxes`, `0.scores`, `output1`."""
    if isinstance(value, torch.Tensor):
        yield name or "output", value
    elif depth and isinstance(value, Mapping):
        for key, one in value.items():
            yield from _leaves(torch, one, f"{name}_{key}" if name else str(key), depth - 1)
    elif depth and isinstance(value, list | tuple):
        keys = getattr(value, "_fields", None) or [
            f"{name}_{at}" if name else f"output{at}" for at in range(1, len(value) + 1)
        ]
        for key, one in zip(keys, value, strict=True):
            yield from _leaves(torch, one, key, depth - 1)
    elif depth and is_dataclass(value):
        for one in fields(value):
            yield from _leaves(torch, getattr(value, one.name), one.name, depth - 1)
